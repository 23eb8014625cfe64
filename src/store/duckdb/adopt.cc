#include "store/duckdb/adopt.h"

#include <algorithm>
#include <map>
#include <set>

#include "store/duckdb/cold_file.h"
#include "store/duckdb/disk.h"
#include "store/duckdb/manifest.h"
#include "store/duckdb/recover.h"

namespace weir::store {
namespace {

std::string path_of(const Workshop& shop, const std::string& name) {
  return sql_quoted(shop.catalog.directory() + "/" + name);
}

/// The file as a part, from what it says itself.
Result<PartPtr> inspect(Workshop& shop, const std::string& name) {
  const auto identity = identify_file(name);
  if (!identity) return fail(ErrorCode::malformed, "its name is not one of ours");
  if (!looks_like_parquet(shop.options.directory / name))
    return fail(ErrorCode::malformed, "it does not begin and end as a Parquet file");
  const auto columns =
      shop.connection.rows("SELECT name FROM parquet_schema(" + path_of(shop, name) + ") WHERE type IS NOT NULL");
  if (!columns) return std::unexpected(columns.error());
  std::string names;
  for (const TextRow& row : *columns) names += row.front().value_or("") + ",";
  auto part = std::make_shared<Part>(identity->kind, identity->begin, name, from_names(identity->kind, names));
  if (!part->columns[*schema_of(part->kind).find("time")]) return fail(ErrorCode::malformed, "it has no column time");
  if (auto measured = measure_file(shop.connection, shop.catalog.directory(), *part); !measured)
    return std::unexpected(measured.error());
  return part;
}

/// The files that a merged file stands for, as it says itself.
Result<void> note_replaced(Workshop& shop, const std::string& name, std::set<std::string>& replaced) {
  const auto rows = shop.connection.rows("SELECT value FROM parquet_kv_metadata(" + path_of(shop, name) +
                                         ") WHERE key = 'weir_replaces'::BLOB");
  if (!rows) return std::unexpected(rows.error());
  for (const TextRow& row : *rows) {
    const std::string all = row.front().value_or("");
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = std::min(all.find(',', at), all.size());
      replaced.insert(all.substr(at, end - at));
      at = end + 1;
    }
  }
  return {};
}

/// A coarser rollup's day lives in hot.duckdb until it is over. Where it is gone, it is summed again from the minutes.
Result<void> sum_lost_days(Workshop& shop, const std::vector<PartPtr>& parts) {
  std::map<UnixMillis, std::vector<PartPtr>> days;
  std::set<std::pair<Kind, UnixMillis>> there;
  for (const PartPtr& part : parts) {
    if (part->kind == Kind::rollup_1m) days[partition_of(Kind::rollup_5m, part->begin)].push_back(part);
    there.emplace(part->kind, part->begin);
  }
  for (const auto& [kind, bucket] : {std::pair{Kind::rollup_5m, 5 * kMinuteMs}, std::pair{Kind::rollup_1h, kHourMs}}) {
    for (const auto& [day, minutes] : days) {
      if (there.contains({kind, day})) continue;
      const ColumnSet all = schema_of(kind).all();
      const std::string select = select_parts(shop.catalog.directory(), kind, minutes, all);
      const auto file = write_file(shop, {kind, day, all, sum_up(kind, select, bucket), {}});
      if (!file) return std::unexpected(file.error());
      if (auto live = set_part_state(shop.connection, **file, PartState::live); !live) return live;
    }
  }
  return {};
}

}  // namespace

Result<void> adopt_files(Workshop& shop, const std::vector<std::string>& files, UnixMillis now) {
  std::vector<PartPtr> parts;
  std::set<std::string> replaced;
  for (const std::string& name : files) {
    if (!identify_file(name)) continue;
    shop.names.take(name);
    auto part = inspect(shop, name);
    if (part) {
      if (auto noted = note_replaced(shop, name, replaced); !noted) part = std::unexpected(noted.error());
    }
    if (part) {
      parts.push_back(*part);
    } else if (part.error().code == ErrorCode::no_space) {
      return std::unexpected(part.error());
    } else {
      set_file_aside(shop, name, part.error().message, now);
    }
  }
  for (const PartPtr& part : parts) {
    const PartState state = replaced.contains(part->name) ? PartState::retired : PartState::live;
    if (auto added = insert_part(shop.connection, *part, state); !added) return added;
  }
  std::erase_if(parts, [&](const PartPtr& part) { return replaced.contains(part->name); });
  return sum_lost_days(shop, parts);
}

}  // namespace weir::store
