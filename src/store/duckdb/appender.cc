#include "store/duckdb/appender.h"

#include <utility>

namespace weir::store {
namespace {

/// Logical types that are destroyed together.
struct Types {
  std::vector<duckdb_logical_type> all;
  ~Types() {
    for (duckdb_logical_type& type : all) duckdb_destroy_logical_type(&type);
  }
};

}  // namespace

Result<Appender> Appender::create(Connection& connection, const std::string& table) {
  duckdb_appender handle = nullptr;
  const bool made =
      duckdb_appender_create_ext(connection.handle(), "hot", "main", table.c_str(), &handle) == DuckDBSuccess;
  Appender out(connection, handle);
  if (!made) return std::unexpected(out.error());
  return out;
}

Result<Appender> Appender::open(Connection& connection, const std::string& table, std::vector<duckdb_type> types) {
  auto out = create(connection, table);
  if (!out) return out;
  Types logical;
  for (const duckdb_type type : types) logical.all.push_back(duckdb_create_logical_type(type));
  out->make_chunk(logical.all.data(), logical.all.size());
  return out;
}

Result<Appender> Appender::open_struct(Connection& connection, const std::string& table, Kind kind,
                                       const ColumnSet& columns) {
  auto out = create(connection, table);
  if (!out) return out;
  Types members;
  std::vector<const char*> names;
  const Schema& schema = schema_of(kind);
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (!columns[i]) continue;
    members.all.push_back(duckdb_create_logical_type(schema.columns[i].type));
    names.push_back(schema.columns[i].name.c_str());
  }
  Types row;
  row.all.push_back(duckdb_create_struct_type(members.all.data(), names.data(), names.size()));
  out->members_ = names.size();
  out->make_chunk(row.all.data(), 1);
  return out;
}

void Appender::make_chunk(duckdb_logical_type* types, std::size_t count) {
  chunk_ = duckdb_create_data_chunk(types, count);
  capacity_ = duckdb_vector_size();
  vectors_.resize(members_ == 0 ? count : members_);
  find_vectors();
}

void Appender::find_vectors() {
  for (std::size_t i = 0; i < vectors_.size(); ++i) {
    vectors_[i] = members_ == 0 ? duckdb_data_chunk_get_vector(chunk_, i)
                                : duckdb_struct_vector_get_child(duckdb_data_chunk_get_vector(chunk_, 0), i);
  }
}

Appender::~Appender() {
  if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
  // Destroying flushes; after a failure that was reported, and in a transaction that is rolled back, it does not
  // matter.
  if (handle_ != nullptr) duckdb_appender_destroy(&handle_);
}

Appender::Appender(Appender&& other) noexcept
    : connection_(other.connection_),
      handle_(std::exchange(other.handle_, nullptr)),
      chunk_(std::exchange(other.chunk_, nullptr)),
      vectors_(std::move(other.vectors_)),
      members_(other.members_),
      capacity_(other.capacity_) {}

void Appender::clear() {
  duckdb_data_chunk_reset(chunk_);
  find_vectors();
}

std::span<std::uint64_t> Appender::validity(std::size_t column) const {
  duckdb_vector_ensure_validity_writable(vectors_[column]);
  return {duckdb_vector_get_validity(vectors_[column]), (capacity_ + 63) / 64};
}

Result<void> Appender::add(std::size_t rows) {
  duckdb_data_chunk_set_size(chunk_, rows);
  if (duckdb_append_data_chunk(handle_, chunk_) == DuckDBSuccess) return {};
  return std::unexpected(error());
}

Result<void> Appender::close() {
  if (duckdb_appender_close(handle_) == DuckDBSuccess) return {};
  return std::unexpected(error());
}

Error Appender::error() const {
  if (handle_ == nullptr) return {ErrorCode::internal, "DuckDB makes no appender"};
  duckdb_error_data data = duckdb_appender_error_data(handle_);
  Error out = connection_->error(duckdb_error_data_error_type(data), duckdb_error_data_message(data));
  duckdb_destroy_error_data(&data);
  return out;
}

}  // namespace weir::store
