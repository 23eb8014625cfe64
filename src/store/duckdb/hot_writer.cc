#include "store/duckdb/hot_writer.h"

#include <algorithm>
#include <map>

#include "flow/spread.h"
#include "store/duckdb/counter_rows.h"
#include "store/duckdb/flow_rows.h"
#include "store/duckdb/manifest.h"

namespace weir::store {
namespace {

using flow::Column;

/// The moments that one flow touches.
struct Moments {
  UnixMillis earliest = INT64_MAX;
  UnixMillis latest = INT64_MIN;

  void add(const flow::FlowBatch& batch, std::size_t row) {
    const UnixMillis time = batch.values<Column::time>()[row];
    const flow::RowMask mask = batch.masks()[row];
    UnixMillis duration = 0;
    if (mask.has(Column::flow_start) && mask.has(Column::flow_end)) {
      duration = batch.values<Column::flow_end>()[row] - batch.values<Column::flow_start>()[row];
    }
    earliest = std::min(earliest, time - std::clamp<UnixMillis>(duration, 0, flow::kMostSpreadMs));
    latest = std::max(latest, time);
  }
};

}  // namespace

HotWriter::HotWriter(Connection connection, const Shared& shared, flow::StringId strings_stored)
    : connection_(std::move(connection)), shared_(shared), strings_stored_(strings_stored) {}

HotWriter::~HotWriter() {
  rollback();
}

void HotWriter::Target::took(std::uint64_t more, UnixMillis earliest, UnixMillis latest) {
  rows += more;
  earliest_ms = std::min(earliest_ms, earliest);
  latest_ms = std::max(latest_ms, latest);
}

Result<void> HotWriter::begin() {
  if (transaction_) return {};
  auto begun = Transaction::begin(connection_);
  if (!begun) return std::unexpected(begun.error());
  transaction_.emplace(*std::move(begun));
  return {};
}

Result<PartPtr> HotWriter::create_table(Kind kind, UnixMillis begin, const ColumnSet& columns) {
  auto part = std::make_shared<Part>(kind, begin, shared_.names.new_table(kind, begin), columns);
  auto made = kind == Kind::rollup_new ? create_rollup_new(connection_, part->name)
                                       : connection_.execute("CREATE TABLE hot.main." + identifier(part->name) + "(r " +
                                                             struct_type(kind, columns) + ")");
  if (made) made = insert_part(connection_, *part, PartState::live);
  if (!made) {
    shared_.names.release(part->name);
    return std::unexpected(made.error());
  }
  return part;
}

Result<HotWriter::Target*> HotWriter::target(Kind kind, UnixMillis begin, const ColumnSet& needed) {
  const auto fits = [&](const PartPtr& part) { return (needed & ~part->columns).none(); };
  // The newest target of a partition is the widest.
  const auto found = std::find_if(targets_.rbegin(), targets_.rend(),
                                  [&](const Target& t) { return t.part->kind == kind && t.part->begin == begin; });
  if (found != targets_.rend() && fits(found->part)) return &*found;
  PartPtr part = found == targets_.rend() ? shared_.tables.pin(kind, begin) : found->part;
  const bool create = part == nullptr || !fits(part);
  if (create) {
    const ColumnSet before = part == nullptr ? shared_.tables.usual_columns(kind) : part->columns;
    auto made = create_table(kind, begin, needed | before);
    if (!made) return std::unexpected(made.error());
    part = *made;
    shared_.tables.pin_new(part);
  }
  auto appender = Appender::open_struct(connection_, part->name, kind, part->columns);
  if (!appender) {
    if (create) shared_.names.release(part->name);
    return std::unexpected(appender.error());
  }
  return &targets_.emplace_back(Target{part, *std::move(appender), create});
}

Result<void> HotWriter::add(const flow::FlowBatch& batch, std::size_t first, std::size_t end) {
  if (first >= end) return {};
  if (auto begun = begin(); !begun) return begun;
  const auto times = batch.values<Column::time>().subspan(first, end - first);
  const auto [least, most] = std::ranges::minmax(times);
  const UnixMillis hour = partition_of(Kind::flows, least);
  if (partition_of(Kind::flows, most) != hour) {
    if (auto added = add_by_hour(batch, first, end); !added) return added;
  } else {
    const BatchView view(batch);
    auto to = target(Kind::flows, hour, store::needed_columns(view));
    if (!to) return std::unexpected(to.error());
    if (auto added = append_flows((*to)->appender, (*to)->part->columns, view, first, end); !added) return added;
    Moments moments;
    for (std::size_t row = first; row < end; ++row) moments.add(batch, row);
    (*to)->took(end - first, moments.earliest, moments.latest);
  }
  if (auto opened = open_rollup(); !opened) return opened;
  aggregator_.add(batch, first, end);
  rows_ += end - first;
  return {};
}

Result<void> HotWriter::add_by_hour(const flow::FlowBatch& batch, std::size_t first, std::size_t end) {
  std::map<UnixMillis, std::vector<std::uint32_t>> hours;
  const auto times = batch.values<Column::time>();
  for (std::size_t row = first; row < end; ++row) {
    hours[partition_of(Kind::flows, times[row])].push_back(static_cast<std::uint32_t>(row));
  }
  const BatchView view(batch);
  const ColumnSet needed = store::needed_columns(view);
  for (const auto& [hour, rows] : hours) {
    auto to = target(Kind::flows, hour, needed);
    if (!to) return std::unexpected(to.error());
    if (auto added = append_flows((*to)->appender, (*to)->part->columns, view, rows); !added) return added;
    Moments moments;
    for (const std::uint32_t row : rows) moments.add(batch, row);
    (*to)->took(rows.size(), moments.earliest, moments.latest);
  }
  return {};
}

Result<void> HotWriter::add(std::span<const flow::InterfaceCounters> readings) {
  if (readings.empty()) return {};
  if (auto begun = begin(); !begun) return begun;
  std::map<UnixMillis, std::vector<flow::InterfaceCounters>> days;
  for (const flow::InterfaceCounters& reading : readings)
    days[partition_of(Kind::counters, reading.time_ms)].push_back(reading);
  for (const auto& [day, some] : days) {
    auto to = target(Kind::counters, day, schema_of(Kind::counters).all());
    if (!to) return std::unexpected(to.error());
    if (auto added = append_counters((*to)->appender, some); !added) return added;
    const auto [least, most] = std::ranges::minmax(some, {}, &flow::InterfaceCounters::time_ms);
    (*to)->took(some.size(), least.time_ms, most.time_ms);
  }
  return {};
}

Result<void> HotWriter::open_rollup() {
  if (rollup_open_) return {};
  const PartPtr open = shared_.tables.pin(Kind::rollup_new, 0);
  rollup_created_ = open == nullptr || open != rollup_ || aggregator_.combinations() >= kMostCombinations;
  if (rollup_created_) {
    aggregator_.clear();
    combinations_ = {};
    auto made = create_table(Kind::rollup_new, 0, schema_of(Kind::rollup_new).all());
    if (!made) return std::unexpected(made.error());
    rollup_ = *made;
    shared_.tables.pin_new(rollup_);
  }
  rollup_open_ = true;
  return {};
}

Result<void> HotWriter::add_rollup() {
  if (!rollup_open_) return {};
  return append_rollup_new(connection_, rollup_->name, aggregator_, combinations_);
}

Result<void> HotWriter::close_targets() {
  for (Target& target : targets_) {
    if (auto closed = target.appender.close(); !closed) return closed;
  }
  return {};
}

Result<void> HotWriter::commit() {
  if (!transaction_) return {};
  const flow::StringId strings = shared_.strings.size();
  Result<void> done = add_rollup();
  if (done) done = close_targets();
  if (done) done = store_strings(connection_, shared_.strings, strings_stored_, strings);
  if (!done) {
    rollback();
    return done;
  }
  Catalog::Change change;
  for (const Target& target : targets_) {
    if (target.created) change.added.push_back(target.part);
  }
  if (rollup_open_ && rollup_created_) change.added.push_back(rollup_);
  const auto commit = [&]() -> Result<void> {
    if (auto committed = transaction_->commit(); !committed) return committed;
    count_rows();
    return {};
  };
  done = change.added.empty() ? commit() : shared_.catalog.publish(change, commit);
  if (!done) {
    rollback();
    return done;
  }
  for (const PartPtr& part : change.added) shared_.tables.open(part);
  strings_stored_ = strings;
  targets_.clear();
  end();
  return {};
}

void HotWriter::count_rows() {
  for (const Target& target : targets_) target.part->grow(target.rows, target.earliest_ms, target.latest_ms);
  if (rollup_open_ && !aggregator_.cells().empty()) {
    rollup_->grow(aggregator_.cells().size(), aggregator_.earliest_ms(), aggregator_.latest_ms());
  }
}

void HotWriter::rollback() {
  for (const Target& target : targets_) {
    if (target.created) shared_.names.release(target.part->name);
  }
  if (rollup_open_) {
    // The numbers that this transaction gave out are in no table: begin anew.
    if (rollup_created_) shared_.names.release(rollup_->name);
    rollup_.reset();
    aggregator_.clear();
  }
  // Appenders flush when they are destroyed: that must fall into the transaction that is thrown away.
  targets_.clear();
  end();
}

void HotWriter::end() {
  transaction_.reset();
  aggregator_.clear_cells();
  rollup_open_ = false;
  rows_ = 0;
  shared_.tables.unpin();
}

}  // namespace weir::store
