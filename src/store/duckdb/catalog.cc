#include "store/duckdb/catalog.h"

#include <algorithm>

#include "flow/spread.h"
#include "store/duckdb/connection.h"
#include "store/duckdb/rollup_new_table.h"

namespace weir::store {
namespace {

Kind kind_of(Source source) {
  switch (source) {
    case Source::flows:
      return Kind::flows;
    case Source::rollup_1m:
      return Kind::rollup_1m;
    case Source::rollup_5m:
      return Kind::rollup_5m;
    case Source::rollup_1h:
      return Kind::rollup_1h;
  }
  return Kind::flows;
}

/// Whether a source is read from a part. The coarser rollups hold an hour once it is closed in the 1-minute rollup;
/// until then its minutes stand for it. Every share of a flow is in exactly one of the parts of each source.
bool belongs(const Part& part, Source source) {
  if (part.kind == kind_of(source)) return true;
  if (source == Source::flows) return false;
  return part.kind == Kind::rollup_new || (part.kind == Kind::rollup_1m && part.hot);
}

void lower(std::atomic<UnixMillis>& value, UnixMillis to) {
  if (to < value.load(std::memory_order_relaxed)) value.store(to, std::memory_order_relaxed);
}
void raise(std::atomic<UnixMillis>& value, UnixMillis to) {
  if (to > value.load(std::memory_order_relaxed)) value.store(to, std::memory_order_relaxed);
}

std::string file_list(const std::string& directory, const std::vector<PartPtr>& files) {
  std::string out = "[";
  for (const PartPtr& file : files) {
    if (out.size() > 1) out += ", ";
    out += sql_quoted(directory + "/" + file->name);
  }
  return out + "]";
}

}  // namespace

std::string_view to_string(Source source) {
  switch (source) {
    case Source::flows:
      return "flows";
    case Source::rollup_1m:
      return "1m";
    case Source::rollup_5m:
      return "5m";
    case Source::rollup_1h:
      return "1h";
  }
  return "";
}

void Part::grow(std::uint64_t more_rows, UnixMillis earliest, UnixMillis latest) {
  rows.fetch_add(more_rows, std::memory_order_relaxed);
  lower(earliest_ms, earliest);
  raise(latest_ms, latest);
}

std::vector<PartPtr> Snapshot::touched(Source source, UnixMillis from, UnixMillis to) const {
  std::vector<PartPtr> out;
  for (const PartPtr& part : parts_) {
    const bool overlaps = part->earliest_ms.load(std::memory_order_relaxed) < to &&
                          part->latest_ms.load(std::memory_order_relaxed) >= from;
    if (belongs(*part, source) && overlaps) out.push_back(part);
  }
  return out;
}

Relation Snapshot::relation_of(Kind kind, const std::vector<PartPtr>& parts, std::span<const flow::Column> columns) {
  std::uint64_t rows = 0;
  for (const PartPtr& part : parts) rows += part->rows.load(std::memory_order_relaxed);
  return {"(" + select_parts(directory_, kind, parts, physical(kind, columns)) + ")", shared_from_this(), rows};
}

Relation Snapshot::relation(Source source, UnixMillis from, UnixMillis to, std::span<const flow::Column> columns) {
  return relation_of(kind_of(source), touched(source, from, to), columns);
}

namespace {

/// Whether all that the flows of a part carried lies within [from, to). What a hot table has told of its moments may lag behind
/// the rows that a question sees: there only the partition counts.
bool lies_within(const Part& part, UnixMillis from, UnixMillis to) {
  if (part.hot)
    return part.begin - flow::kMostSpreadMs >= from && part.begin + partition_ms(Kind::flows) <= to;
  return part.earliest_ms.load(std::memory_order_relaxed) >= from && part.latest_ms.load(std::memory_order_relaxed) < to;
}

/// The part as if no flow of it had begun before it ended.
PartPtr without_durations(const PartPtr& part) {
  ColumnSet columns = part->columns;
  for (const flow::Column column : {flow::Column::flow_start, flow::Column::flow_end})
    columns &= ~physical(Kind::flows, std::array{column});
  auto out = std::make_shared<Part>(part->kind, part->begin, part->name, columns);
  out->rows = part->rows.load(std::memory_order_relaxed);
  return out;
}

}  // namespace

Relation Snapshot::totals(UnixMillis from, UnixMillis to, std::span<const flow::Column> columns) {
  std::vector<PartPtr> parts = touched(Source::flows, from, to);
  for (PartPtr& part : parts) {
    if (lies_within(*part, from, to)) part = without_durations(part);
  }
  return relation_of(Kind::flows, parts, columns);
}

std::string Snapshot::whole(Kind kind) const {
  return select_parts(directory_, kind, parts_of(kind), schema_of(kind).all());
}

std::string select_parts(const std::string& directory, Kind kind, const std::vector<PartPtr>& parts,
                         const ColumnSet& wanted) {
  std::string out;
  const auto branch = [&](const std::string& select) {
    if (!out.empty()) out += " UNION ALL ";
    out += "SELECT " + select;
  };
  // Files of the same columns are read as one: a list is bound by its first file alone.
  std::vector<PartPtr> files;
  for (const PartPtr& part : parts) {
    if (part->kind == Kind::rollup_new) {
      out += (out.empty() ? "" : " UNION ALL ") + select_rollup_new(part->name, wanted, false);
    } else if (part->hot) {
      branch(select_hot(part->kind, part->columns, wanted) + " FROM hot.main." + identifier(part->name));
    } else {
      files.push_back(part);
    }
  }
  std::ranges::stable_sort(files, {}, [](const PartPtr& part) { return part->columns.to_string(); });
  for (auto first = files.begin(); first != files.end();) {
    const auto last =
        std::find_if(first, files.end(), [&](const PartPtr& part) { return part->columns != (*first)->columns; });
    branch(select_file(kind, (*first)->columns, wanted) + " FROM read_parquet(" + file_list(directory, {first, last}) +
           ", hive_partitioning = false)");
    first = last;
  }
  if (out.empty()) branch(select_file(kind, {}, wanted) + " WHERE false");
  return out;
}

Coverages Snapshot::coverages() {
  Coverages out;
  for (const Source source : kSources) {
    Coverage& coverage = out[static_cast<std::size_t>(source)];
    UnixMillis from = INT64_MAX;
    UnixMillis to = INT64_MIN;
    for (const PartPtr& part : parts_) {
      if (!belongs(*part, source) || part->rows.load(std::memory_order_relaxed) == 0) continue;
      from = std::min(from, part->earliest_ms.load(std::memory_order_relaxed));
      to = std::max(to, part->latest_ms.load(std::memory_order_relaxed));
    }
    if (to < from) continue;
    coverage.from_ms = std::max(from, dropped_until(kind_of(source)));
    // The last bucket lasts for its length; the last flow's millisecond belongs to it.
    coverage.to_ms = to + std::max<UnixMillis>(bucket_ms(source), 1);
  }
  return out;
}

namespace {

/// Whether a part of flows may hold one whose `time` lies within [from, to): its partition is an hour of them.
bool accounts_to(const Part& part, UnixMillis from, UnixMillis to) {
  return part.kind == Kind::flows && part.begin < to && part.begin + partition_ms(Kind::flows) > from &&
         part.latest_ms.load(std::memory_order_relaxed) >= from;
}

}  // namespace

Relation Snapshot::accounted(UnixMillis from, UnixMillis to, std::span<const flow::Column> columns) {
  std::vector<PartPtr> touched;
  std::ranges::copy_if(parts_, std::back_inserter(touched),
                       [&](const PartPtr& part) { return accounts_to(*part, from, to); });
  return relation_of(Kind::flows, touched, columns);
}

std::vector<Relations::Stretch> Snapshot::stretches(UnixMillis from, UnixMillis to) {
  std::vector<Stretch> out;
  for (const PartPtr& part : parts_) {
    if (!accounts_to(*part, from, to)) continue;
    const Stretch stretch{std::max(from, part->begin), std::min(to, part->begin + partition_ms(Kind::flows))};
    if (out.empty() || out.back().from_ms != stretch.from_ms) out.push_back(stretch);
  }
  return out;
}

std::vector<PartPtr> Snapshot::parts_of(Kind kind) const {
  std::vector<PartPtr> out;
  std::ranges::copy_if(parts_, std::back_inserter(out), [&](const PartPtr& part) { return part->kind == kind; });
  return out;
}

std::vector<PartPtr> Snapshot::partition(Kind kind, UnixMillis begin) const {
  std::vector<PartPtr> out;
  std::ranges::copy_if(parts_, std::back_inserter(out),
                       [&](const PartPtr& part) { return part->kind == kind && part->begin == begin; });
  return out;
}

Catalog::Catalog(std::string directory)
    : directory_(std::move(directory)),
      current_(
          std::make_shared<Snapshot>(directory_, std::vector<PartPtr>{}, std::array<UnixMillis, kKinds.size()>{})) {}

std::shared_ptr<Snapshot> Catalog::snapshot() const {
  const std::shared_lock lock(mutex_);
  return current_;
}

Result<std::shared_ptr<Snapshot>> Catalog::view(const std::function<Result<void>()>& pin) const {
  const std::shared_lock lock(mutex_);
  if (auto pinned = pin(); !pinned) return std::unexpected(pinned.error());
  return current_;
}

Result<void> Catalog::publish(const Change& change, const std::function<Result<void>()>& commit) {
  const std::unique_lock lock(mutex_);
  if (auto committed = commit(); !committed) return committed;
  std::vector<PartPtr> parts;
  for (const PartPtr& part : current_->parts()) {
    const auto named_in = [&](const std::vector<PartPtr>& list) { return std::ranges::find(list, part) != list.end(); };
    if (!named_in(change.removed) && !named_in(change.set_aside)) parts.push_back(part);
  }
  parts.insert(parts.end(), change.added.begin(), change.added.end());
  std::ranges::stable_sort(parts, {}, [](const PartPtr& part) { return std::pair(part->kind, part->begin); });
  std::array<UnixMillis, kKinds.size()> dropped{};
  for (const Kind kind : kKinds) dropped[static_cast<std::size_t>(kind)] = current_->dropped_until(kind);
  for (const auto& [kind, until] : change.dropped_until) dropped[static_cast<std::size_t>(kind)] = until;
  current_ = std::make_shared<Snapshot>(directory_, std::move(parts), dropped);
  retired_.insert(retired_.end(), change.removed.begin(), change.removed.end());
  version_.fetch_add(1, std::memory_order_relaxed);
  return {};
}

std::vector<PartPtr> Catalog::take_unused() {
  const std::unique_lock lock(mutex_);
  std::vector<PartPtr> out;
  std::erase_if(retired_, [&](PartPtr& part) {
    // Not in the current snapshot, so that nobody can take hold of it any more.
    if (part.use_count() > 1) return false;
    out.push_back(std::move(part));
    return true;
  });
  return out;
}

void Catalog::keep_retired(PartPtr part) {
  const std::unique_lock lock(mutex_);
  retired_.push_back(std::move(part));
}

}  // namespace weir::store
