// The opened database: DuckDB with its limits, the data directory's hot.duckdb attached to it as `hot`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "flow/string_pool.h"
#include "store/duckdb/connection.h"
#include "store/duckdb/duckdb_store.h"

namespace weir::store {

/// The files of the hot tier in a data directory; the log and its relatives begin with the database's name.
[[nodiscard]] std::filesystem::path hot_file(const std::filesystem::path& directory);

/// What went wrong when the hot tier did not open.
enum class OpenTrouble : std::uint8_t {
  other,    ///< out of space, permissions, a newer format: nothing may be moved
  damaged,  ///< the file or its log cannot be read
};
struct OpenError {
  OpenTrouble trouble = OpenTrouble::other;
  Error error;
};

/// Opens DuckDB with the options' limits, attaches hot.duckdb (made if absent, unless read-only), registers weir_text,
/// and locks the configuration: from then on DuckDB reads and writes within the data directory only.
///
/// `questions`, when given, gets kQuestionConnections connections that can tell the progress of their statements: that must be
/// set before the configuration is locked.
[[nodiscard]] std::expected<Database, OpenError> open_engine(const DuckDbOptions& options,
                                                             const flow::StringPool& strings,
                                                             std::vector<Connection>* questions = nullptr);
inline constexpr std::size_t kQuestionConnections = 8;

}  // namespace weir::store
