// The texts: a table of ids and octets, mirrored by the pool. BLOB, because exporters send what is not UTF-8.
#include <algorithm>

#include "store/duckdb/appender.h"
#include "store/duckdb/manifest.h"

namespace weir::store {

Result<flow::StringId> load_strings(Connection& connection, flow::StringPool& pool) {
  flow::StringId next = 0;
  const auto take = [&](duckdb_data_chunk chunk) -> Result<void> {
    duckdb_vector ids = duckdb_data_chunk_get_vector(chunk, 0);
    duckdb_vector texts = duckdb_data_chunk_get_vector(chunk, 1);
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
      const flow::StringId id = static_cast<flow::StringId*>(duckdb_vector_get_data(ids))[row];
      duckdb_string_t& text = static_cast<duckdb_string_t*>(duckdb_vector_get_data(texts))[row];
      if (id != next || pool.intern({duckdb_string_t_data(&text), duckdb_string_t_length(text)}) != id) {
        return fail(ErrorCode::internal, "the store's texts do not fit the pool: text " + std::to_string(id));
      }
      ++next;
    }
    return {};
  };
  if (auto read = connection.stream("SELECT id, text FROM hot.main.strings ORDER BY id", {}, take); !read) {
    return std::unexpected(read.error());
  }
  return next;
}

Result<void> store_strings(Connection& connection, const flow::StringPool& pool, flow::StringId first,
                           flow::StringId end) {
  if (first >= end) return {};
  auto appender = Appender::open(connection, "strings", {DUCKDB_TYPE_UINTEGER, DUCKDB_TYPE_BLOB});
  if (!appender) return std::unexpected(appender.error());
  while (first < end) {
    const std::size_t count = std::min<std::size_t>(end - first, appender->capacity());
    appender->clear();
    const auto ids = appender->values<flow::StringId>(0);
    for (std::size_t row = 0; row < count; ++row) {
      const std::string_view text = pool.text(first);
      duckdb_vector_assign_string_element_len(appender->vector(1), row, text.data(), text.size());
      ids[row] = first++;
    }
    if (auto added = appender->add(count); !added) return added;
  }
  return appender->close();
}

}  // namespace weir::store
