#include "store/duckdb/result_vector.h"

#include "base/ip_address.h"
#include "flow/value_text.h"

namespace weir::store {

using flow::Column;
using flow::ColumnType;

ResultVector::ResultVector(duckdb_vector vector)
    : data_(duckdb_vector_get_data(vector)), validity_(duckdb_vector_get_validity(vector)) {
  duckdb_logical_type type = duckdb_vector_get_column_type(vector);
  type_ = duckdb_get_type_id(type);
  duckdb_destroy_logical_type(&type);
}

std::string ResultVector::text(idx_t row) const {
  duckdb_string_t string = static_cast<const duckdb_string_t*>(data_)[row];
  return {duckdb_string_t_data(&string), duckdb_string_t_length(string)};
}

std::vector<ResultVector> vectors_of(duckdb_data_chunk chunk) {
  std::vector<ResultVector> out;
  const idx_t columns = duckdb_data_chunk_get_column_count(chunk);
  for (idx_t i = 0; i < columns; ++i) out.emplace_back(duckdb_data_chunk_get_vector(chunk, i));
  return out;
}

query::Cell read_word(const ResultVector& vector, idx_t row) {
  if (!vector.known(row)) return std::monostate{};
  if (vector.type() == DUCKDB_TYPE_VARCHAR) return vector.text(row);
  if (vector.type() == DUCKDB_TYPE_DOUBLE) return vector.real(row);
  if (vector.type() == DUCKDB_TYPE_BIGINT && vector.signed_number(row) < 0)
    return static_cast<double>(vector.signed_number(row));
  return vector.number(row);
}

query::Cell read_cell(Column column, std::span<const ResultVector> words, idx_t row) {
  if (!words[0].known(row)) return std::monostate{};
  switch (flow::info(column).type) {
    case ColumnType::string:
      return words[0].text(row);
    case ColumnType::ip:
      return to_string(IpAddress{words[0].number(row), words[1].number(row)});
    case ColumnType::prefix:
      return to_string(
          Prefix{{words[0].number(row), words[1].number(row)}, static_cast<std::uint8_t>(words[2].number(row))});
    case ColumnType::mac:
      return flow::mac_text(words[0].number(row));
    case ColumnType::real:
      return words[0].real(row);
    default:
      return words[0].number(row);
  }
}

}  // namespace weir::store
