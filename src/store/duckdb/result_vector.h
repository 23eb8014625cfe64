// The columns of a result's chunks, typed, and the cells of answers made of them.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "flow/columns.h"
#include "query/query.h"

namespace weir::store {

/// One column of a chunk; not longer than the chunk. DuckDB hands out untyped memory: the casts are here, behind a check of
/// the type by whoever reads.
class ResultVector {
 public:
  explicit ResultVector(duckdb_vector vector);
  [[nodiscard]] duckdb_type type() const { return type_; }
  [[nodiscard]] bool known(idx_t row) const {
    return validity_ == nullptr || duckdb_validity_row_is_valid(validity_, row);
  }
  /// UBIGINT.
  [[nodiscard]] std::uint64_t number(idx_t row) const { return static_cast<const std::uint64_t*>(data_)[row]; }
  /// BIGINT.
  [[nodiscard]] std::int64_t signed_number(idx_t row) const { return static_cast<const std::int64_t*>(data_)[row]; }
  /// DOUBLE.
  [[nodiscard]] double real(idx_t row) const { return static_cast<const double*>(data_)[row]; }
  /// VARCHAR.
  [[nodiscard]] std::string text(idx_t row) const;

 private:
  const void* data_;
  std::uint64_t* validity_;
  duckdb_type type_ = DUCKDB_TYPE_INVALID;
};

/// All columns of a chunk.
[[nodiscard]] std::vector<ResultVector> vectors_of(duckdb_data_chunk chunk);

/// A value as it came: unknown, a number (UBIGINT, or BIGINT where that is not negative; else it is a real one), a real
/// (DOUBLE) or a text (VARCHAR).
[[nodiscard]] query::Cell read_word(const ResultVector& vector, idx_t row);
/// The words of key_sql() as the cell that is shown: addresses, prefixes and MACs as text.
[[nodiscard]] query::Cell read_cell(flow::Column column, std::span<const ResultVector> words, idx_t row);

}  // namespace weir::store
