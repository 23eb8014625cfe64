#include "serve/rate_meter.h"

#include <algorithm>

namespace weir::serve {

using flow::Counter;

/// An exporter that is new was at zero at all ticks before, so that its first flows count.
void RateMeter::add_new(const std::vector<ExporterReading>& readings) {
  if (tracks_.size() == readings.size()) return;
  std::vector<Track> all;
  all.reserve(readings.size());
  auto known = tracks_.begin();
  for (const ExporterReading& reading : readings) {
    while (known != tracks_.end() && known->address < reading.address) ++known;
    const bool is_known = known != tracks_.end() && known->address == reading.address;
    all.push_back(is_known ? *known : Track{.address = reading.address});
  }
  tracks_ = std::move(all);
}

void RateMeter::tick(UnixMillis now, std::int64_t steady, const std::vector<ExporterReading>& readings) {
  add_new(readings);
  const std::size_t slot = ticks_ % times_.size();
  times_[slot] = steady;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    const ExporterReading& reading = readings[i];
    tracks_[i].ring[slot] = {reading.get(Counter::flows), reading.get(Counter::datagrams),
                             reading.get(Counter::octets)};
  }
  ++ticks_;
  compute_rates(now, steady);
}

void RateMeter::compute_rates(UnixMillis now, std::int64_t steady) {
  rates_ = {.time_ms = now};
  if (ticks_ < 2) return;
  const std::size_t slots = times_.size();
  const std::size_t latest = (ticks_ - 1) % slots;
  const std::size_t before = (ticks_ - 2) % slots;
  const std::size_t oldest = ticks_ > slots ? ticks_ % slots : 0;
  const double window_s = std::max(0.001, static_cast<double>(steady - times_[oldest]) / 1000);
  const double step_s = std::max(0.001, static_cast<double>(steady - times_[before]) / 1000);
  RatePoint point{.time_ms = now};
  for (const Track& track : tracks_) {
    const Counts& to = track.ring[latest];
    const Counts& from = track.ring[oldest];
    const Counts& last = track.ring[before];
    const ExporterRate rate{track.address, static_cast<double>(to.flows - from.flows) / window_s,
                            static_cast<double>(to.datagrams - from.datagrams) / window_s};
    rates_.flows_per_s += rate.flows_per_s;
    rates_.datagrams_per_s += rate.datagrams_per_s;
    rates_.octets_per_s += static_cast<double>(to.octets - from.octets) / window_s;
    point.flows_per_s += static_cast<double>(to.flows - last.flows) / step_s;
    point.datagrams_per_s += static_cast<double>(to.datagrams - last.datagrams) / step_s;
    rates_.exporters.push_back(rate);
  }
  rates_.last = point;
  history_.push_back(point);
  if (history_.size() > kHistory) history_.pop_front();
}

}  // namespace weir::serve
