#include "store/duckdb/connection.h"

#include <chrono>
#include <thread>

namespace weir::store {
namespace {

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

/// Frees a result when it goes out of scope.
struct ResultGuard {
  duckdb_result result{};
  ~ResultGuard() { duckdb_destroy_result(&result); }
};
struct ChunkGuard {
  duckdb_data_chunk chunk;
  ~ChunkGuard() { duckdb_destroy_data_chunk(&chunk); }
};

std::string text_at(duckdb_vector vector, idx_t row) {
  duckdb_string_t& text = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))[row];
  return {duckdb_string_t_data(&text), duckdb_string_t_length(text)};
}

Result<void> each_chunk(duckdb_result result, const ChunkSink& sink) {
  while (duckdb_data_chunk chunk = duckdb_fetch_chunk(result)) {
    const ChunkGuard guard{chunk};
    if (auto taken = sink(chunk); !taken) return taken;
  }
  return {};
}

}  // namespace

std::string sql_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string identifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    if (c == '"') out += c;
  }
  return out + "\"";
}

Connection::~Connection() {
  if (handle_ != nullptr) duckdb_disconnect(&handle_);
}

Error Connection::error(duckdb_error_type type, const char* text) const {
  const std::string_view all = text == nullptr ? "DuckDB gave no reason" : text;
  const auto says = [&](std::string_view words) { return all.find(words) != std::string_view::npos; };
  if (type == DUCKDB_ERROR_FATAL || says("database has been invalidated"))
    fatal_->store(true, std::memory_order_relaxed);
  ErrorCode code = ErrorCode::internal;
  if (says("No space left on device") || says("Disk quota exceeded") || type == DUCKDB_ERROR_OUT_OF_MEMORY) {
    code = ErrorCode::no_space;
  } else if (type == DUCKDB_ERROR_INTERRUPT) {
    code = ErrorCode::cancelled;
  } else if (type == DUCKDB_ERROR_IO) {
    code = ErrorCode::io;
  } else if (type == DUCKDB_ERROR_CATALOG) {
    code = ErrorCode::not_found;
  }
  return {code, first_line(all)};
}

Result<void> Connection::execute(const std::string& sql) {
  ResultGuard guard;
  if (duckdb_query(handle_, sql.c_str(), &guard.result) == DuckDBSuccess) return {};
  return std::unexpected(error(duckdb_result_error_type(&guard.result), duckdb_result_error(&guard.result)));
}

Result<std::uint64_t> Connection::change(const std::string& sql) {
  ResultGuard guard;
  if (duckdb_query(handle_, sql.c_str(), &guard.result) == DuckDBSuccess) return duckdb_rows_changed(&guard.result);
  return std::unexpected(error(duckdb_result_error_type(&guard.result), duckdb_result_error(&guard.result)));
}

Result<std::vector<TextRow>> Connection::rows(const std::string& sql) {
  ResultGuard guard;
  if (duckdb_query(handle_, sql.c_str(), &guard.result) != DuckDBSuccess) {
    return std::unexpected(error(duckdb_result_error_type(&guard.result), duckdb_result_error(&guard.result)));
  }
  std::vector<TextRow> out;
  const auto take = [&](duckdb_data_chunk chunk) -> Result<void> {
    const idx_t columns = duckdb_data_chunk_get_column_count(chunk);
    const std::size_t first = out.size();
    out.resize(first + duckdb_data_chunk_get_size(chunk), TextRow(columns));
    for (idx_t column = 0; column < columns; ++column) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
      std::uint64_t* validity = duckdb_vector_get_validity(vector);
      for (std::size_t row = first; row < out.size(); ++row) {
        if (validity != nullptr && !duckdb_validity_row_is_valid(validity, row - first)) continue;
        out[row][column] = text_at(vector, row - first);
      }
    }
    return {};
  };
  if (auto taken = each_chunk(guard.result, take); !taken) return std::unexpected(taken.error());
  return out;
}

Result<std::int64_t> Connection::number(const std::string& sql) {
  std::int64_t out = 0;
  const auto take = [&](duckdb_data_chunk chunk) -> Result<void> {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, 0);
    std::uint64_t* validity = duckdb_vector_get_validity(vector);
    if (duckdb_data_chunk_get_size(chunk) > 0 && (validity == nullptr || duckdb_validity_row_is_valid(validity, 0))) {
      out = *static_cast<std::int64_t*>(duckdb_vector_get_data(vector));
    }
    return {};
  };
  ResultGuard guard;
  const std::string cast = "SELECT number::BIGINT FROM (" + sql + ") AS t(number)";
  if (duckdb_query(handle_, cast.c_str(), &guard.result) != DuckDBSuccess) {
    return std::unexpected(error(duckdb_result_error_type(&guard.result), duckdb_result_error(&guard.result)));
  }
  if (auto taken = each_chunk(guard.result, take); !taken) return std::unexpected(taken.error());
  return out;
}

double Connection::progress() const {
  return duckdb_query_progress(handle_).percentage / 100;
}

Result<void> Connection::run_pending(duckdb_pending_result pending, const MayGoOn& may_go_on) {
  while (true) {
    if (may_go_on) {
      if (auto fine = may_go_on(); !fine) {
        duckdb_interrupt(handle_);
        return fine;
      }
    }
    const duckdb_pending_state state = duckdb_pending_execute_task(pending);
    if (duckdb_pending_execution_is_finished(state)) {
      if (state != DUCKDB_PENDING_ERROR) return {};
      const char* text = duckdb_pending_error(pending);
      const bool io = text != nullptr && std::string_view(text).starts_with("IO Error");
      return std::unexpected(error(io ? DUCKDB_ERROR_IO : DUCKDB_ERROR_INTERNAL, text));
    }
    if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

Result<void> Connection::stream(const std::string& sql, const MayGoOn& may_go_on, const ChunkSink& sink) {
  struct Guard {
    duckdb_prepared_statement statement = nullptr;
    duckdb_pending_result pending = nullptr;
    ~Guard() {
      duckdb_destroy_pending(&pending);
      duckdb_destroy_prepare(&statement);
    }
  } guard;
  if (duckdb_prepare(handle_, sql.c_str(), &guard.statement) != DuckDBSuccess) {
    const char* text = duckdb_prepare_error(guard.statement);
    const std::string_view all = text == nullptr ? "" : text;
    const bool catalog = all.starts_with("Catalog Error");
    const bool io = all.starts_with("IO Error");
    return std::unexpected(error(catalog ? DUCKDB_ERROR_CATALOG : io ? DUCKDB_ERROR_IO : DUCKDB_ERROR_INTERNAL, text));
  }
  if (duckdb_pending_prepared(guard.statement, &guard.pending) != DuckDBSuccess) {
    return std::unexpected(error(DUCKDB_ERROR_INTERNAL, duckdb_pending_error(guard.pending)));
  }
  if (auto ran = run_pending(guard.pending, may_go_on); !ran) return ran;
  ResultGuard result;
  if (duckdb_execute_pending(guard.pending, &result.result) != DuckDBSuccess) {
    return std::unexpected(error(duckdb_result_error_type(&result.result), duckdb_result_error(&result.result)));
  }
  return each_chunk(result.result, sink);
}

Result<Transaction> Transaction::begin(Connection& connection) {
  if (auto begun = connection.execute("BEGIN TRANSACTION"); !begun) return std::unexpected(begun.error());
  return Transaction(connection);
}

Transaction::~Transaction() {
  if (connection_ != nullptr) (void)connection_->execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  Connection* connection = connection_;
  connection_ = nullptr;
  return connection->execute("COMMIT");
}

Result<Database> Database::open() {
  struct Guard {
    duckdb_config config = nullptr;
    ~Guard() { duckdb_destroy_config(&config); }
  } guard;
  duckdb_create_config(&guard.config);
  // What ends up in SQL is written by Weir; nothing may be fetched from elsewhere.
  duckdb_set_config(guard.config, "autoinstall_known_extensions", "false");
  duckdb_set_config(guard.config, "autoload_known_extensions", "false");
  duckdb_database handle = nullptr;
  char* text = nullptr;
  if (duckdb_open_ext(nullptr, &handle, guard.config, &text) != DuckDBSuccess) {
    std::string why = text == nullptr ? "DuckDB does not start" : first_line(text);
    duckdb_free(text);
    return fail(ErrorCode::internal, std::move(why));
  }
  return Database(handle);
}

Database::~Database() {
  if (handle_ != nullptr) duckdb_close(&handle_);
}

Result<Connection> Database::connect() const {
  duckdb_connection handle = nullptr;
  if (duckdb_connect(handle_, &handle) != DuckDBSuccess) return fail(ErrorCode::internal, "DuckDB gives no connection");
  return Connection(handle, fatal_);
}

}  // namespace weir::store
