#include "store/duckdb/engine.h"

#include <array>
#include <vector>

#include "store/duckdb/sql_address.h"
#include "store/duckdb/text_function.h"

namespace weir::store {
namespace {

// A larger log means fewer checkpoints, each of which writes the last row groups again: at 100,000 flows/s 64 MiB saves
// a quarter of the CPU time over DuckDB's 16 MiB, and more brings nothing.
constexpr const char* kLogBeforeCheckpoint = "64MiB";

std::vector<std::string> settings(const DuckDbOptions& options) {
  const std::string directory = options.directory.string();
  return {
      "SET memory_limit = " + sql_quoted(std::to_string(options.memory_octets >> 10U) + "KiB"),
      "SET threads = " + std::to_string(options.threads == 0 ? 1 : options.threads),
      "SET temp_directory = " + sql_quoted(directory + "/tmp"),
      "SET checkpoint_threshold = " + sql_quoted(kLogBeforeCheckpoint),
      // Otherwise appending runs on several threads, a third dearer, and leaves half-full row groups: 55 octets a flow
      // instead of 32.
      "SET preserve_insertion_order = true",
      "SET default_null_order = 'nulls_last'",
      "SET TimeZone = 'UTC'",
      "SET allowed_directories = [" + sql_quoted(directory + "/") + "]",
  };
}

/// Whether the message tells of a file that cannot be read, rather than of a system that refuses.
bool tells_of_damage(const Error& error) {
  const auto says = [&](std::string_view words) { return error.message.find(words) != std::string::npos; };
  if (error.code == ErrorCode::no_space) return false;
  for (const std::string_view words : {"Could not set lock", "Permission denied", "Read-only file system",
                                       "Too many open files", "version number", "Cannot open file"}) {
    if (says(words)) return false;
  }
  return true;
}

OpenError open_error(Error error) {
  // "version number" stands in messages about formats of a newer DuckDB.
  if (error.message.find("version number") != std::string::npos) error.code = ErrorCode::unsupported;
  const OpenTrouble trouble = tells_of_damage(error) ? OpenTrouble::damaged : OpenTrouble::other;
  return {trouble, std::move(error)};
}

}  // namespace

std::filesystem::path hot_file(const std::filesystem::path& directory) {
  return directory / "hot.duckdb";
}

std::expected<Database, OpenError> open_engine(const DuckDbOptions& options, const flow::StringPool& strings,
                                               std::vector<Connection>* questions) {
  const auto other = [](Error error) { return std::unexpected(OpenError{OpenTrouble::other, std::move(error)}); };
  auto database = Database::open();
  if (!database) return other(database.error());
  auto connection = database->connect();
  if (!connection) return other(connection.error());
  for (const std::string& sql : settings(options)) {
    if (auto set = connection->execute(sql); !set) return other(set.error());
  }
  const std::string mode = options.read_only ? " AS hot (READ_ONLY)" : " AS hot";
  if (auto attached = connection->execute("ATTACH " + sql_quoted(hot_file(options.directory).string()) + mode);
      !attached) {
    return std::unexpected(open_error(attached.error()));
  }
  if (auto made = register_text_function(*connection, strings); !made) return other(made.error());
  if (auto made = register_address_functions(*connection); !made) return other(made.error());
  for (std::size_t i = 0; questions != nullptr && i < kQuestionConnections; ++i) {
    auto one = database->connect();
    if (!one) return other(one.error());
    for (const char* sql : {"SET enable_progress_bar = true", "SET enable_progress_bar_print = false",
                            "SET progress_bar_time = 0"}) {
      if (auto set = one->execute(sql); !set) return other(set.error());
    }
    questions->push_back(*std::move(one));
  }
  for (const char* sql : {"SET enable_external_access = false", "SET lock_configuration = true"}) {
    if (auto set = connection->execute(sql); !set) return other(set.error());
  }
  return *std::move(database);
}

}  // namespace weir::store
