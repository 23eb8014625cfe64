#include "store/duckdb/retention.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "store/duckdb/disk.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/move_parts.h"

namespace weir::store {
namespace {

/// The interface readings are kept as long as the 5-minute rollup, beside which they are looked at.
const Retention& limits_of(Kind kind, const DuckDbOptions& options) {
  switch (kind) {
    case Kind::flows:
      return options.flows;
    case Kind::rollup_1m:
      return options.rollup_1m;
    case Kind::rollup_1h:
      return options.rollup_1h;
    default:
      return options.rollup_5m;
  }
}

using Partitions = std::map<UnixMillis, std::vector<PartPtr>>;

Partitions partitions(const Snapshot& snapshot, Kind kind) {
  Partitions out;
  for (const PartPtr& part : snapshot.parts_of(kind)) out[part->begin].push_back(part);
  return out;
}

std::uint64_t octets_of(const std::vector<PartPtr>& parts) {
  std::uint64_t out = 0;
  for (const PartPtr& part : parts) out += part->octets;
  return out;
}

bool in_files(const std::vector<PartPtr>& parts) {
  return std::ranges::none_of(parts, [](const PartPtr& part) { return part->hot; });
}

/// Retires a partition. False when it must be left for now.
Result<bool> retire(Workshop& shop, Kind kind, UnixMillis begin, const std::vector<PartPtr>& parts,
                    const std::function<bool(const PartPtr&)>& busy) {
  if (std::ranges::any_of(parts, busy)) return false;
  for (const PartPtr& part : parts) {
    if (part->hot && !shop.tables.freeze(part)) return false;
  }
  const UnixMillis until = std::max(begin + partition_ms(kind), shop.catalog.snapshot()->dropped_until(kind));
  Move move;
  move.retired = parts;
  move.dropped_until = {{kind, until}};
  if (auto moved = move_parts(shop, move); !moved) return std::unexpected(moved.error());
  return true;
}

/// The oldest partition of a kind that breaks its limits.
std::optional<UnixMillis> over_limit(const Partitions& all, const Retention& limits, Kind kind, UnixMillis now,
                                     std::uint64_t hot_octets) {
  if (all.empty()) return std::nullopt;
  const auto& [begin, parts] = *all.begin();
  if (limits.age_ms > 0 && begin + partition_ms(kind) <= now - limits.age_ms) return begin;
  std::uint64_t octets = hot_octets;
  for (const auto& [at, some] : all) octets += octets_of(some);
  // What is hot takes no space of its own in the file system; it goes by age alone.
  if (limits.octets > 0 && octets > limits.octets && in_files(parts)) return begin;
  return std::nullopt;
}

/// The flows that go for the disk budget: the oldest files first, then the oldest hours that are not written any more.
std::optional<UnixMillis> for_budget(const Partitions& flows, const Footprint& now, std::uint64_t budget) {
  for (const auto& [begin, parts] : flows) {
    if (in_files(parts)) return begin;
  }
  // Free space inside the file is used again, but it does not shrink: dropping more tables for it would drop them all.
  const bool tables_matter = now.hot_used + now.others > budget;
  if (tables_matter && flows.size() > 1) return flows.begin()->first;
  return std::nullopt;
}

}  // namespace

Result<Footprint> footprint(Workshop& shop) {
  Footprint out;
  out.hot = family_octets(shop.options.directory, hot_file(shop.options.directory).filename().string());
  const auto rows = shop.connection.rows(
      "SELECT (used_blocks * block_size)::BIGINT::VARCHAR FROM pragma_database_size() WHERE database_name = 'hot'");
  if (!rows) return std::unexpected(rows.error());
  if (!rows->empty() && rows->front().front()) {
    const std::string& text = *rows->front().front();
    std::from_chars(text.data(), text.data() + text.size(), out.hot_used);
  }
  for (const PartPtr& part : shop.catalog.snapshot()->parts())
    (part->kind == Kind::flows ? out.flows : out.others) += part->octets;
  return out;
}

Result<bool> retire_some(Workshop& shop, UnixMillis now, const std::function<bool(const PartPtr&)>& busy) {
  const auto snapshot = shop.catalog.snapshot();
  const auto size = footprint(shop);
  if (!size) return std::unexpected(size.error());
  for (const Kind kind : {Kind::flows, Kind::rollup_1m, Kind::rollup_5m, Kind::rollup_1h, Kind::counters}) {
    const Partitions all = partitions(*snapshot, kind);
    const auto begin = over_limit(all, limits_of(kind, shop.options), kind, now, kind == Kind::flows ? size->hot : 0);
    if (!begin) continue;
    const auto gone = retire(shop, kind, *begin, all.at(*begin), busy);
    if (!gone || *gone) return gone;
  }
  const std::uint64_t budget = shop.options.disk_budget_octets;
  if (budget == 0 || size->all() <= budget) {
    shop.alarms.clear("disk_budget", "");
    return false;
  }
  const Partitions flows = partitions(*snapshot, Kind::flows);
  if (const auto begin = for_budget(flows, *size, budget))
    return retire(shop, Kind::flows, *begin, flows.at(*begin), busy);
  shop.alarms.raise("disk_budget", "",
                    "the store takes " + std::to_string(size->all()) + " octets, more than its budget of " +
                        std::to_string(budget) +
                        ", and has no closed flows left to delete: raise the budget or shorten the rollups' retention",
                    now);
  return false;
}

}  // namespace weir::store
