#include "query/statistics.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <vector>

#include "base/ip_address.h"

namespace weir::query {
namespace {

using flow::Column;

template <typename T>
const T* key_of(const Query& query, const Row& row, Column column) {
  const auto at = std::ranges::find(query.by, column);
  const auto index = static_cast<std::size_t>(at - query.by.begin());
  return index < row.key.size() ? std::get_if<T>(&row.key[index]) : nullptr;
}

std::optional<std::uint64_t> speed_of(const Query& query, const Row& row) {
  if (!query.options.speed_of) return std::nullopt;
  const auto* text = key_of<std::string>(query, row, Column::exporter);
  const auto* index = key_of<std::uint64_t>(query, row, Column::in_if);
  if (index == nullptr) index = key_of<std::uint64_t>(query, row, Column::out_if);
  if (text == nullptr || index == nullptr || *index > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  const auto exporter = parse_ip(*text);
  if (!exporter) return std::nullopt;
  return query.options.speed_of(*exporter, static_cast<std::uint32_t>(*index));
}

void complete_row(const Query& query, const Answer& answer, Row& row) {
  for (std::optional<Traffic>* other : {&row.reverse, &row.previous}) {
    if (!*other) continue;
    if (query.resolution_ms) (*other)->statistics = statistics_of(query, answer, (*other)->sums, (*other)->series);
    if (!query.series) (*other)->series.clear();
  }
  if (query.resolution_ms) row.statistics = statistics_of(query, answer, row.sums, row.series);
  if (!query.series) row.series.clear();
}

}  // namespace

std::uint64_t layer2_bytes(const Sums& sums, std::uint32_t overhead) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t out = 0;
  if (__builtin_mul_overflow(sums.packets, std::uint64_t{overhead}, &out)) return kMost;
  return __builtin_add_overflow(sums.bytes, out, &out) ? kMost : out;
}

std::optional<double> packet_size(const Sums& sums) {
  if (sums.packets == 0) return std::nullopt;
  return static_cast<double>(sums.bytes) / static_cast<double>(sums.packets);
}

double amount_of(const Query& query, const Sums& sums) {
  switch (query.metric) {
    case Metric::packets:
      return static_cast<double>(sums.packets);
    case Metric::flows:
      return static_cast<double>(sums.flows);
    case Metric::layer2_bytes:
      return static_cast<double>(layer2_bytes(sums, query.layer2_overhead.value_or(0)));
    case Metric::packet_size:
      return packet_size(sums).value_or(0);
    case Metric::bytes:
    case Metric::distinct:
      break;
  }
  return static_cast<double>(sums.bytes);
}

std::string_view rate_unit(Metric metric) {
  if (metric == Metric::packets) return "packets/s";
  return metric == Metric::flows ? "flows/s" : "bit/s";
}

double rate_of(const Query& query, const Sums& sums, UnixMillis length_ms) {
  if (length_ms <= 0) return 0;
  const bool counts = query.metric == Metric::packets || query.metric == Metric::flows;
  const double amount =
      query.metric == Metric::packet_size ? static_cast<double>(sums.bytes) : amount_of(query, sums);
  return amount * (counts ? 1000 : 8000) / static_cast<double>(length_ms);
}

Statistics statistics_of(const Query& query, const Answer& answer, const Sums& sums, std::span<const Sums> series) {
  Statistics out;
  out.average = rate_of(query, sums, answer.to_ms - answer.from_ms);
  const std::size_t count = answer.buckets.size();
  if (count == 0 || !query.resolution_ms) return out;
  std::vector<double> samples(count);
  for (std::size_t i = 0; i < count && i < series.size(); ++i) {
    const UnixMillis end = std::min(answer.buckets[i] + *query.resolution_ms, answer.to_ms);
    samples[i] = rate_of(query, series[i], end - answer.buckets[i]);
  }
  out.last = samples.back();
  const auto [least, most] = std::ranges::minmax(samples);
  out.minimum = least;
  out.maximum = most;
  const auto kept = samples.begin() + static_cast<std::ptrdiff_t>(discarded_samples(count));
  std::ranges::nth_element(samples, kept, std::greater());
  out.percentile_95 = *kept;
  return out;
}

void complete_answer(const Query& query, Answer& answer) {
  for (Row& row : answer.rows) {
    complete_row(query, answer, row);
    if (query.interface_share) row.speed_bps = speed_of(query, row);
  }
  if (answer.other) complete_row(query, answer, *answer.other);
  complete_row(query, answer, answer.total);
}

}  // namespace weir::query
