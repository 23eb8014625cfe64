// DuckDB's C API in RAII: a database, its connections, results by chunk, errors as values. Nothing here knows of flows.
#pragma once

#include <duckdb.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::store {

/// "'it''s'": a text as an SQL literal.
[[nodiscard]] std::string sql_quoted(std::string_view text);
/// "\"name\"": a name as an SQL identifier.
[[nodiscard]] std::string identifier(std::string_view name);

/// Set once DuckDB has said that a database is unusable until it is closed and opened again.
using FatalFlag = std::atomic<bool>;

/// One row of a small result, every cell as text, nothing where it is NULL.
using TextRow = std::vector<std::optional<std::string>>;
/// Called with each chunk of a result, which it does not keep.
using ChunkSink = std::function<Result<void>(duckdb_data_chunk)>;
/// Looks whether to go on; the error says why not.
using MayGoOn = std::function<Result<void>()>;

/// One connection. One thread at a time; interrupt() from any thread. A connection holds at most one transaction.
class Connection {
 public:
  Connection(duckdb_connection handle, std::shared_ptr<FatalFlag> fatal) : handle_(handle), fatal_(std::move(fatal)) {}
  ~Connection();
  Connection(Connection&& other) noexcept : handle_(other.handle_), fatal_(std::move(other.fatal_)) {
    other.handle_ = nullptr;
  }
  Connection& operator=(Connection&&) = delete;
  Connection(const Connection&) = delete;

  /// Runs one statement and forgets what it gives. Errors: no_space (disk or memory), cancelled, io, internal.
  Result<void> execute(const std::string& sql);
  /// The same for INSERT, UPDATE and DELETE: how many rows they changed.
  Result<std::uint64_t> change(const std::string& sql);
  /// The rows of a small result: of the manifest, of the strings, of a count. Columns must be cast to VARCHAR or BLOB.
  Result<std::vector<TextRow>> rows(const std::string& sql);
  /// One number; 0 when there is no row or it is NULL. The column is cast to BIGINT.
  Result<std::int64_t> number(const std::string& sql);
  /// Runs one statement and hands over its chunks. Calls `may_go_on` between pieces of work and ends with its error once it has
  /// one; stops at the sink's first error.
  Result<void> stream(const std::string& sql, const MayGoOn& may_go_on, const ChunkSink& sink);
  /// How far the running statement is, from 0 to 1, as DuckDB estimates it; 0 when it does not say. Connections of
  /// open_engine() alone can tell.
  [[nodiscard]] double progress() const;
  void interrupt() { duckdb_interrupt(handle_); }

  [[nodiscard]] duckdb_connection handle() const { return handle_; }
  /// Makes the Error of a failure that the C API reported, and raises the fatal flag where it is one.
  [[nodiscard]] Error error(duckdb_error_type type, const char* text) const;

 private:
  Result<void> run_pending(duckdb_pending_result pending, const MayGoOn& may_go_on);
  duckdb_connection handle_;
  std::shared_ptr<FatalFlag> fatal_;
};

/// BEGIN on construction, ROLLBACK on destruction unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : connection_(other.connection_) { other.connection_ = nullptr; }
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

/// An in-memory database to which the data directory's file is attached; see engine.h.
class Database {
 public:
  static Result<Database> open();
  ~Database();
  Database(Database&& other) noexcept : handle_(other.handle_), fatal_(std::move(other.fatal_)) {
    other.handle_ = nullptr;
  }
  Database& operator=(Database&&) = delete;
  Database(const Database&) = delete;

  [[nodiscard]] Result<Connection> connect() const;
  /// True once an error left the database unusable.
  [[nodiscard]] bool fatal() const { return fatal_->load(std::memory_order_relaxed); }

 private:
  explicit Database(duckdb_database handle) : handle_(handle), fatal_(std::make_shared<FatalFlag>(false)) {}
  duckdb_database handle_;
  std::shared_ptr<FatalFlag> fatal_;
};

}  // namespace weir::store
