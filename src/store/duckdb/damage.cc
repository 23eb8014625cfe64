// Setting damaged files aside, and the alarms about them.
#include <algorithm>

#include "store/duckdb/disk.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/recover.h"

namespace weir::store {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::optional<std::string> file_trouble(Connection& connection, const std::string& directory, const Part& file) {
  const fs::path path = fs::path(directory) / file.name;
  std::error_code error;
  if (!fs::exists(path, error)) return "it is not there";
  const std::uint64_t octets = file_octets(path);
  if (octets != file.octets)
    return "it has " + std::to_string(octets) + " octets instead of " + std::to_string(file.octets);
  if (!looks_like_parquet(path)) return "it does not begin and end as a Parquet file";
  const auto rows = connection.number("SELECT num_rows FROM parquet_file_metadata(" + sql_quoted(path.string()) + ")");
  if (!rows) return rows.error().message;
  if (static_cast<std::uint64_t>(*rows) != file.rows) return "its row count is wrong";
  return std::nullopt;
}

void set_file_aside(Workshop& shop, const std::string& name, const std::string& why, UnixMillis now) {
  std::error_code error;
  if (!fs::exists(shop.options.directory / name, error)) {
    shop.alarms.raise("partition_damaged", name,
                      name + " is missing: restore it into place and start again, or live without it", now);
    return;
  }
  const auto moved = set_aside(shop.options.directory, name);
  const std::string place = moved ? "it was moved to " + *moved : moved.error().message;
  shop.alarms.raise("partition_damaged", moved ? *moved : name, name + " cannot be used: " + why + "; " + place, now);
}

Result<void> set_hot_tier_aside(const DuckDbOptions& options, Alarms& alarms, bool log_only, const std::string& why,
                                UnixMillis now) {
  const std::string base = hot_file(options.directory).filename().string();
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(options.directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(base + ".") || (!log_only && name == base)) names.push_back(name);
  }
  if (names.empty()) return fail(ErrorCode::not_found, "there is nothing to set aside");
  for (const std::string& name : names) {
    const auto moved = set_aside(options.directory, name);
    if (!moved) return std::unexpected(moved.error());
    alarms.raise("partition_damaged", *moved,
                 name + " cannot be used: " + why + "; it was moved to " + *moved +
                     (log_only ? ", the last minutes may be missing" : ", the newest hours are missing"),
                 now);
  }
  return {};
}

void watch_damaged(const DuckDbOptions& options, Alarms& alarms, UnixMillis now) {
  std::error_code error;
  std::vector<std::string> there;
  for (const auto& entry : fs::directory_iterator(options.directory / "damaged", error)) {
    there.push_back("damaged/" + entry.path().filename().string());
  }
  const auto known = alarms.subjects("partition_damaged");
  for (const std::string& name : there) {
    if (std::ranges::find(known, name) != known.end()) continue;
    alarms.raise("partition_damaged", name, name + " was set aside because it cannot be read: repair it or delete it",
                 now);
  }
  for (const std::string& subject : known) {
    const bool gone = subject.starts_with("damaged/") && std::ranges::find(there, subject) == there.end();
    if (gone) alarms.clear("partition_damaged", subject);
  }
}

}  // namespace weir::store
