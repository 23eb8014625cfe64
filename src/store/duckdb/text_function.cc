#include "store/duckdb/text_function.h"

#include <algorithm>
#include <array>
#include <optional>

#include "query/utf8.h"

namespace weir::store {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void assign(duckdb_vector out, idx_t row, std::string_view text) {
  if (query::invalid_utf8_at(text) == text.size()) {
    duckdb_vector_assign_string_element_len(out, row, text.data(), text.size());
  } else {
    const std::string clean = to_utf8(text);
    duckdb_vector_assign_string_element_len(out, row, clean.data(), clean.size());
  }
}

/// Texts repeat within a chunk: what was written for one row stands for all of the same id. A string of DuckDB's is a view (or
/// short and within itself), and what it views lives as long as the vector that both rows are in.
class Written {
 public:
  /// The row that the id was written to, or none; from now on `row`.
  std::optional<idx_t> find(flow::StringId id, const flow::StringId* ids, idx_t row) {
    std::uint32_t& at = rows_[id % kPlaces];
    if (at != 0 && ids[at - 1] == id) return at - 1;
    at = static_cast<std::uint32_t>(row + 1);
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kPlaces = 512;
  std::array<std::uint32_t, kPlaces> rows_{};  // one more than the row; 0 is none
};

void text_of_ids(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const auto& pool = *static_cast<const flow::StringPool*>(duckdb_scalar_function_get_extra_info(info));
  duckdb_vector vector = duckdb_data_chunk_get_vector(input, 0);
  const auto* ids = static_cast<const flow::StringId*>(duckdb_vector_get_data(vector));
  std::uint64_t* valid = duckdb_vector_get_validity(vector);
  const idx_t rows = duckdb_data_chunk_get_size(input);
  auto* texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(output));
  Written written;
  for (idx_t row = 0; row < rows; ++row) {
    // NULL in, NULL out is DuckDB's own rule for scalar functions; the value below a NULL is indeterminate.
    if (valid != nullptr && !duckdb_validity_row_is_valid(valid, row)) {
      duckdb_vector_ensure_validity_writable(output);
      duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), row);
    } else if (const auto same = written.find(ids[row], ids, row)) {
      texts[row] = texts[*same];
    } else {
      assign(output, row, pool.text(ids[row]));
    }
  }
}

}  // namespace

std::string to_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t good = query::invalid_utf8_at(text);
    out += text.substr(0, good);
    if (good == text.size()) break;
    out += kReplacement;
    text.remove_prefix(good + 1);
  }
  return out;
}

Result<void> register_text_function(Connection& connection, const flow::StringPool& pool) {
  struct Guard {
    duckdb_scalar_function function = duckdb_create_scalar_function();
    duckdb_logical_type id = duckdb_create_logical_type(DUCKDB_TYPE_UINTEGER);
    duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    ~Guard() {
      duckdb_destroy_scalar_function(&function);
      duckdb_destroy_logical_type(&id);
      duckdb_destroy_logical_type(&text);
    }
  } guard;
  duckdb_scalar_function_set_name(guard.function, "weir_text");
  duckdb_scalar_function_add_parameter(guard.function, guard.id);
  duckdb_scalar_function_set_return_type(guard.function, guard.text);
  // The C API takes extra information as void*; it is only ever read.
  duckdb_scalar_function_set_extra_info(guard.function, const_cast<flow::StringPool*>(&pool), nullptr);
  duckdb_scalar_function_set_function(guard.function, text_of_ids);
  if (duckdb_register_scalar_function(connection.handle(), guard.function) == DuckDBSuccess) return {};
  return fail(ErrorCode::internal, "DuckDB does not take the function weir_text");
}

}  // namespace weir::store
