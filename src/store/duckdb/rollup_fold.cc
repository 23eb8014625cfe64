#include "store/duckdb/rollup_fold.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "store/duckdb/move_parts.h"
#include "store/duckdb/rollup_new_table.h"

namespace weir::store {
namespace {

constexpr UnixMillis kFoldAfterMs = kMinuteMs;
constexpr std::uint64_t kFoldAfterRows = 4'000'000;

/// The hours that a table has rows of.
Result<std::vector<UnixMillis>> hours_of(Workshop& shop, const Part& part) {
  const std::string hour = std::to_string(kHourMs);
  const auto rows = shop.connection.rows("SELECT DISTINCT (\"time\" // " + hour + " * " + hour +
                                         ")::VARCHAR FROM hot.main." + identifier(part.name));
  if (!rows) return std::unexpected(rows.error());
  std::vector<UnixMillis> out;
  for (const TextRow& row : *rows) {
    UnixMillis value = 0;
    const std::string text = row.front().value_or("");
    std::from_chars(text.data(), text.data() + text.size(), value);
    out.push_back(partition_of(Kind::rollup_1m, value));
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

Result<void> fold(Workshop& shop, Move& move, const PartPtr& part) {
  const auto hours = hours_of(shop, *part);
  if (!hours) return std::unexpected(hours.error());
  for (const UnixMillis hour : *hours) {
    auto table = table_for(shop, move, Kind::rollup_1m, hour);
    if (!table) return std::unexpected(table.error());
    const std::string of_hour = sum_up_rollup_new(part->name, hour, hour + kHourMs);
    const std::pair range{std::max(hour, part->earliest_ms.load()),
                          std::min(hour + kHourMs - kMinuteMs, part->latest_ms.load())};
    if (auto added = insert_into(shop, move, *table, of_hour, range); !added) return added;
  }
  return {};
}

}  // namespace

Result<bool> RollupFold::fold_some(Workshop& shop, UnixMillis now, bool all) {
  const auto parts = shop.catalog.snapshot()->parts_of(Kind::rollup_new);
  std::erase_if(first_seen_, [&](const auto& seen) {
    return std::ranges::none_of(parts, [&](const PartPtr& part) { return part->name == seen.first; });
  });
  for (const PartPtr& part : parts) {
    const UnixMillis since = first_seen_.try_emplace(part->name, now).first->second;
    if (!all && now - since < kFoldAfterMs && part->rows < kFoldAfterRows) continue;
    if (!shop.tables.freeze(part)) return true;
    Move move;
    move.retired = {part};
    if (auto moved = move_parts(shop, move, [&](Move& more) { return fold(shop, more, part); }); !moved) {
      return std::unexpected(set_unreadable_aside(shop, {part}, moved.error(), now));
    }
    return true;
  }
  return false;
}

}  // namespace weir::store
