// Rows into one table of hot.duckdb, a chunk of columns at a time.
#pragma once

#include <duckdb.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/duckdb/connection.h"
#include "store/duckdb/schema.h"

namespace weir::store {

/// Appends within the connection's open transaction; what was added is in the table once close() succeeds. One thread.
class Appender {
 public:
  /// A table whose columns are of these types.
  static Result<Appender> open(Connection& connection, const std::string& table, std::vector<duckdb_type> types);
  /// A table of the one column `r`, a struct of the set's columns; members are then addressed in the schema's order.
  static Result<Appender> open_struct(Connection& connection, const std::string& table, Kind kind,
                                      const ColumnSet& columns);
  ~Appender();
  Appender(Appender&& other) noexcept;
  Appender& operator=(Appender&&) = delete;
  Appender(const Appender&) = delete;

  /// Rows that fit into the chunk.
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  /// Empties the chunk: all values valid, none set.
  void clear();
  [[nodiscard]] duckdb_vector vector(std::size_t column) const { return vectors_[column]; }
  template <typename T>
  [[nodiscard]] std::span<T> values(std::size_t column) const {
    return {static_cast<T*>(duckdb_vector_get_data(vectors_[column])), capacity_};
  }
  /// The column's validity words for writing, a bit for each row, 1 for valid; all set after clear().
  [[nodiscard]] std::span<std::uint64_t> validity(std::size_t column) const;
  /// Hands over the chunk's first `rows` rows.
  Result<void> add(std::size_t rows);
  /// Moves all that was added into the table.
  Result<void> close();

 private:
  Appender(Connection& connection, duckdb_appender handle) : connection_(&connection), handle_(handle) {}
  static Result<Appender> create(Connection& connection, const std::string& table);
  void make_chunk(duckdb_logical_type* types, std::size_t count);
  [[nodiscard]] Error error() const;
  void find_vectors();

  Connection* connection_;
  duckdb_appender handle_ = nullptr;
  duckdb_data_chunk chunk_ = nullptr;
  std::vector<duckdb_vector> vectors_;
  std::size_t members_ = 0;  ///< of the struct; 0: the columns themselves
  std::size_t capacity_ = 0;
};

}  // namespace weir::store
