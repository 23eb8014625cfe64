// The tables of hot.duckdb that say what the store holds: `parts`, `meta` and `strings`. They change in the same
// transaction as what they tell of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "flow/string_pool.h"
#include "store/duckdb/catalog.h"
#include "store/duckdb/connection.h"

namespace weir::store {

/// writing: a file that is not whole yet; it is deleted at the next open. live: part of the store. retired: replaced or
/// too old, deleted once no question reads it. damaged: a hot table that cannot be read; kept, and left out of
/// questions.
enum class PartState : std::uint8_t { writing, live, retired, damaged };
[[nodiscard]] std::string_view to_string(PartState state);

struct ManifestRow {
  PartPtr part;
  PartState state = PartState::live;
};

/// Makes the tables in a new database, or checks and migrates those of an older one, in one transaction. True: new.
/// Errors: unsupported, made by a newer Weir; the message says so.
Result<bool> prepare_manifest(Connection& connection);
/// The version check alone, for read-only opening; always false.
Result<bool> check_version(Connection& connection);

Result<std::vector<ManifestRow>> load_parts(Connection& connection);
Result<void> insert_part(Connection& connection, const Part& part, PartState state);
/// Also writes the part's numbers.
Result<void> set_part_state(Connection& connection, const Part& part, PartState state);
Result<void> erase_part(Connection& connection, const std::string& name);

Result<std::optional<std::string>> read_meta(Connection& connection, const std::string& key);
Result<void> write_meta(Connection& connection, const std::string& key, const std::string& value);

/// Fills a fresh pool with the directory's texts so that ids match; the number of texts. Errors: internal when they do
/// not.
Result<flow::StringId> load_strings(Connection& connection, flow::StringPool& pool);
/// Adds the texts of ids from `first` up to `end` (exclusive).
Result<void> store_strings(Connection& connection, const flow::StringPool& pool, flow::StringId first,
                           flow::StringId end);

}  // namespace weir::store
