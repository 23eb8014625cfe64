#include "store/duckdb/hour_closer.h"

#include <algorithm>
#include <set>

#include "store/duckdb/cold_file.h"
#include "store/duckdb/manifest.h"
#include "store/duckdb/move_parts.h"

namespace weir::store {
namespace {

// A partition that still takes rows (an import of the past, a late exporter) is left alone until it falls quiet.
constexpr UnixMillis kQuietMs = kMinuteMs;
// What a row takes while it is sorted. A partition that does not fit into half of the memory becomes several files, each of
// some minutes: a sort that spills to the disk takes twice the time.
constexpr std::uint64_t kOctetsInSort = 160;
constexpr std::uint64_t kLeastRowsInFile = 1'000'000;
constexpr std::size_t kMostSlices = 60;

/// The order matters: the minutes of an hour must be summed into a day before the day itself is closed.
constexpr std::array kClosedKinds = {Kind::flows, Kind::rollup_1m, Kind::rollup_5m, Kind::rollup_1h, Kind::counters};

/// How long after its end a partition stays open. The rollups wait for what is folded into them.
UnixMillis patience(Kind kind, const DuckDbOptions& options) {
  switch (kind) {
    case Kind::rollup_1m:
      return options.hot_hours_ms + 10 * kMinuteMs;
    case Kind::rollup_5m:
    case Kind::rollup_1h:
      return options.hot_hours_ms + 30 * kMinuteMs;
    default:
      return options.hot_hours_ms;
  }
}

std::vector<PartPtr> hot_parts(const Snapshot& snapshot, Kind kind, UnixMillis begin) {
  std::vector<PartPtr> out = snapshot.partition(kind, begin);
  std::erase_if(out, [](const PartPtr& part) { return !part->hot; });
  return out;
}

std::uint64_t rows_of(const std::vector<PartPtr>& parts) {
  std::uint64_t out = 0;
  for (const PartPtr& part : parts) out += part->rows;
  return out;
}

/// The columns of a file: of flows those that some row of the hour may have; rollups have all.
ColumnSet columns_of(Kind kind, const std::vector<PartPtr>& parts) {
  if (kind != Kind::flows) return schema_of(kind).all();
  ColumnSet out;
  for (const PartPtr& part : parts) out |= with_defaults(kind, part->columns);
  return out;
}

std::string union_ids(const std::vector<PartPtr>& parts) {
  std::string out;
  for (const PartPtr& part : parts) {
    if (!out.empty()) out += " UNION ALL ";
    out += "SELECT " + select_hot_ids(part->kind, part->columns, schema_of(part->kind).all()) + " FROM hot.main." +
           identifier(part->name);
  }
  return out;
}

Result<void> sum_into_coarser(Workshop& shop, Move& move, const std::vector<PartPtr>& minutes) {
  UnixMillis earliest = INT64_MAX;
  UnixMillis latest = INT64_MIN;
  for (const PartPtr& part : minutes) {
    earliest = std::min(earliest, part->earliest_ms.load());
    latest = std::max(latest, part->latest_ms.load());
  }
  for (const auto& [kind, bucket] : {std::pair{Kind::rollup_5m, 5 * kMinuteMs}, std::pair{Kind::rollup_1h, kHourMs}}) {
    auto table = table_for(shop, move, kind, partition_of(kind, minutes.front()->begin));
    if (!table) return std::unexpected(table.error());
    const std::pair range{earliest / bucket * bucket, latest / bucket * bucket};
    if (auto added = insert_into(shop, move, *table, sum_up(kind, union_ids(minutes), bucket), range); !added)
      return added;
  }
  return {};
}

}  // namespace

bool HourCloser::busy_with(const PartPtr& part) const {
  return job_ && std::ranges::find(job_->sources, part) != job_->sources.end();
}

bool HourCloser::is_due(Workshop& shop, Kind kind, UnixMillis begin, UnixMillis now, bool all) {
  if (now < begin + partition_ms(kind) + patience(kind, shop.options)) return false;
  if (all) return true;
  const std::uint64_t rows = rows_of(hot_parts(*shop.catalog.snapshot(), kind, begin));
  const auto [at, fresh] = quiet_.try_emplace({kind, begin}, Quiet{rows, now, now});
  if (at->second.rows != rows) at->second.rows = rows, at->second.changed = now;
  return now - at->second.changed >= kQuietMs || now - at->second.first >= kHourMs;
}

std::optional<HourCloser::Job> HourCloser::next_job(Workshop& shop, UnixMillis now, bool all, bool& waiting) {
  const auto snapshot = shop.catalog.snapshot();
  for (const Kind kind : kClosedKinds) {
    std::set<UnixMillis> begins;
    for (const PartPtr& part : snapshot->parts_of(kind)) {
      if (part->hot) begins.insert(part->begin);
    }
    for (const UnixMillis begin : begins) {
      if (!is_due(shop, kind, begin, now, all)) continue;
      Job job{kind, begin, hot_parts(*snapshot, kind, begin), 0, 1, {}};
      const bool frozen =
          std::ranges::count_if(job.sources, [&](const PartPtr& part) { return !shop.tables.freeze(part); }) == 0;
      if (!frozen) {
        waiting = true;
        continue;
      }
      job.rows = rows_of(job.sources);
      const std::uint64_t most = std::max(shop.options.memory_octets / 2 / kOctetsInSort, kLeastRowsInFile);
      job.slices = std::clamp<std::size_t>((job.rows + most - 1) / most, 1, kMostSlices);
      quiet_.erase({kind, begin});
      return job;
    }
  }
  return std::nullopt;
}

Result<bool> HourCloser::close_some(Workshop& shop, UnixMillis now, bool all) {
  bool waiting = false;
  if (!job_) job_ = next_job(shop, now, all, waiting);
  if (!job_) return waiting;
  Result<void> done = job_->files.size() < job_->slices && job_->rows > 0 ? write_slice(shop) : finish(shop);
  if (!done) return std::unexpected(give_up(shop, done.error(), now));
  return true;
}

Result<void> HourCloser::write_slice(Workshop& shop) {
  const Job& job = *job_;
  const ColumnSet columns = columns_of(job.kind, job.sources);
  FileContent content{
      job.kind, job.begin, columns, select_parts(shop.catalog.directory(), job.kind, job.sources, columns), {}};
  if (job.slices > 1) {
    const auto length = partition_ms(job.kind);
    const auto slices = static_cast<UnixMillis>(job.slices);
    const auto slice = static_cast<UnixMillis>(job.files.size());
    // Cut at whole minutes, so that a rollup's key is not in two files.
    const auto cut = [&](UnixMillis at) { return job.begin + length * at / slices / kMinuteMs * kMinuteMs; };
    content.select = "SELECT * FROM (" + content.select + ") WHERE \"time\" >= " + std::to_string(cut(slice)) +
                     (slice + 1 == slices ? "" : " AND \"time\" < " + std::to_string(cut(slice + 1)));
  }
  if (is_rollup(job.kind)) content.select = sum_up(job.kind, content.select, 0);
  auto file = write_file(shop, content);
  if (!file) return std::unexpected(file.error());
  job_->files.push_back(*file);
  return {};
}

Result<void> HourCloser::finish(Workshop& shop) {
  const Job& job = *job_;
  if (!is_rollup(job.kind) && rows_of(job.files) != job.rows) {
    return fail(ErrorCode::internal, "the files of a closed hour hold " + std::to_string(rows_of(job.files)) +
                                         " rows instead of " + std::to_string(job.rows));
  }
  Move move;
  move.retired = job.sources;
  for (const PartPtr& file : job.files) {
    if (file->rows > 0) move.files.push_back(file);
  }
  const bool minutes = job.kind == Kind::rollup_1m && job.rows > 0;
  const auto work = [&](Move& more) { return minutes ? sum_into_coarser(shop, more, job.sources) : Result<void>{}; };
  if (auto moved = move_parts(shop, move, work); !moved) return moved;
  for (const PartPtr& file : job.files) {
    if (file->rows == 0) discard_file(shop, file);  // a slice in which nothing happened
  }
  job_.reset();
  return {};
}

Error HourCloser::give_up(Workshop& shop, Error error, UnixMillis now) {
  for (const PartPtr& file : job_->files) discard_file(shop, file);
  const std::vector<PartPtr> sources = std::move(job_->sources);
  job_.reset();
  return set_unreadable_aside(shop, sources, std::move(error), now);
}

}  // namespace weir::store
