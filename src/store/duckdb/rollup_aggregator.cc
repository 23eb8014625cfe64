#include "store/duckdb/rollup_aggregator.h"

#include <algorithm>
#include <utility>

#include "flow/spread.h"

namespace weir::store {
namespace {

using flow::Column;
using flow::FlowBatch;
using flow::RowMask;

/// Rounded down, and within what a key holds: the year 6053.
std::int32_t minute_of(UnixMillis time) {
  const std::int64_t minute = time >= 0 ? time / kMinuteMs : (time - kMinuteMs + 1) / kMinuteMs;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(minute, INT32_MIN, INT32_MAX));
}

// 6000-01-01T00:00:00Z. Behind it neither minutes in a key nor differences of times would be safe from overflowing.
constexpr UnixMillis kMostTime = 127'174'492'800'000;

bool possible(UnixMillis time) {
  return time >= 0 && time < kMostTime;
}

void mark(FlowBatch& batch, std::size_t row, std::uint8_t bit) {
  batch.set<Column::suspect>(row, static_cast<std::uint8_t>(batch.get_or<Column::suspect>(row, 0) | bit));
}

template <Column C>
void mark_where_too_large(FlowBatch& batch, std::size_t row, std::uint64_t rate, std::uint8_t bit) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(batch.get_or<C>(row, 0), rate, &product) || product >= kMostCounted) mark(batch, row, bit);
}

template <Column C>
void forget_impossible(FlowBatch& batch, std::size_t row) {
  if (possible(batch.get_or<C>(row, 0))) return;
  batch.masks()[row].clear(C);
  mark(batch, row, flow::kSuspectClock);
}

void give_time(FlowBatch& batch, std::size_t row, UnixMillis now) {
  const bool known = batch.masks()[row].has(Column::time);
  if (known && possible(batch.values<Column::time>()[row])) return;
  const UnixMillis received = batch.get_or<Column::time_received>(row, now);
  batch.set<Column::time>(row, possible(received) ? received : now);
  if (known) mark(batch, row, flow::kSuspectClock);
}

}  // namespace

void prepare_batch(FlowBatch& batch, UnixMillis now) {
  for (std::size_t row = 0; row < batch.size(); ++row) {
    give_time(batch, row, now);
    forget_impossible<Column::flow_start>(batch, row);
    forget_impossible<Column::flow_end>(batch, row);
    const std::uint64_t rate = batch.get_or<Column::sampling_rate>(row, 1);
    mark_where_too_large<Column::bytes>(batch, row, rate, flow::kSuspectBytes);
    mark_where_too_large<Column::packets>(batch, row, rate, flow::kSuspectPackets);
  }
}

RollupAggregator::Addend RollupAggregator::addend_of(const FlowBatch& batch, std::size_t row) {
  const RowMask mask = batch.masks()[row];
  Addend out;
  out.time_ms = batch.values<Column::time>()[row];
  if (mask.has(Column::flow_start) && mask.has(Column::flow_end)) {
    out.duration_ms = batch.values<Column::flow_end>()[row] - batch.values<Column::flow_start>()[row];
  }
  const std::uint64_t rate = batch.get_or<Column::sampling_rate>(row, 1);
  out.bytes = batch.get_or<Column::bytes>(row, 0) * rate;
  out.packets = batch.get_or<Column::packets>(row, 0) * rate;
  out.flows = batch.get_or<Column::flows>(row, 1);
  if (mask.has(Column::suspect)) {
    const std::uint8_t suspect = batch.values<Column::suspect>()[row];
    if ((suspect & flow::kSuspectBytes) != 0) out.bytes = 0;
    if ((suspect & flow::kSuspectPackets) != 0) out.packets = 0;
  }
  return out;
}

void RollupAggregator::add(const FlowBatch& batch, std::size_t first, std::size_t end) {
  const FlowBatch::Presence presence = batch.presence();
  while (first < end) {
    const std::size_t count = std::min(kBlock, end - first);
    origins_.number(batch, presence, first, std::span(origin_).first(count));
    sources_.number(batch, presence, first, std::span(source_).first(count));
    targets_.number(batch, presence, first, std::span(target_).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      spread({origin_[i], source_[i], target_[i], 0}, addend_of(batch, first + i));
    }
    first += count;
  }
}

RollupAggregator::Sums& RollupAggregator::cell(const Key& key) {
  if (cells_.empty()) earliest_minute_ = latest_minute_ = key.minute;
  const auto [at, fresh] = cells_.try_emplace(key);
  if (fresh) {
    earliest_minute_ = std::min<std::int64_t>(earliest_minute_, key.minute);
    latest_minute_ = std::max<std::int64_t>(latest_minute_, key.minute);
  }
  return at->second;
}

void RollupAggregator::spread(Key key, const Addend& flow) {
  const UnixMillis duration = std::clamp<UnixMillis>(flow.duration_ms, 0, flow::kMostSpreadMs);
  const std::int32_t last = minute_of(flow.time_ms);
  const std::int32_t first = duration == 0 ? last : minute_of(flow.time_ms - duration);
  // From the newest minute back: each has what lies before its end less what lies before its beginning.
  std::uint64_t bytes = flow.bytes;
  std::uint64_t packets = flow.packets;
  for (key.minute = last; key.minute >= first; --key.minute) {
    const UnixMillis begin = key.minute * kMinuteMs;
    const bool all = key.minute == first;
    const std::uint64_t bytes_before = all ? 0 : flow::share_before(flow.bytes, flow.time_ms, duration, begin);
    const std::uint64_t packets_before = all ? 0 : flow::share_before(flow.packets, flow.time_ms, duration, begin);
    if (key.minute == last || bytes != bytes_before || packets != packets_before) {
      Sums& sums = cell(key);
      sums.bytes += bytes - bytes_before;
      sums.packets += packets - packets_before;
      if (key.minute == last) sums.flows += flow.flows;
    }
    bytes = bytes_before;
    packets = packets_before;
  }
}

void RollupAggregator::clear_cells() {
  cells_.clear();
}

void RollupAggregator::clear() {
  cells_.clear();
  origins_.clear();
  sources_.clear();
  targets_.clear();
}

}  // namespace weir::store
