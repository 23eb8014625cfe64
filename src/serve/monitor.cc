#include "serve/monitor.h"

namespace weir::serve {

void Monitor::tick(UnixMillis now, std::int64_t steady) {
  const auto readings = read_exporters(sources_.exporters);
  const std::lock_guard lock(mutex_);
  meter_.tick(now, steady, readings);
  if (next_earlier_ && now - next_earlier_->time_ms < kRecentMs && now >= next_earlier_->time_ms) return;
  earlier_ = std::move(next_earlier_);
  next_earlier_ = std::make_shared<const Observation>(observe(now));
}

Rates Monitor::rates() const {
  const std::lock_guard lock(mutex_);
  return meter_.rates();
}

std::deque<RatePoint> Monitor::history() const {
  const std::lock_guard lock(mutex_);
  return meter_.history();
}

Observation Monitor::observe(UnixMillis now) const {
  Observation out{.time_ms = now,
                  .exporters = read_exporters(sources_.exporters),
                  .store = sources_.store.status(),
                  .families = sources_.metrics.collect()};
  if (sources_.rib != nullptr) out.rib = sources_.rib->status();
  if (sources_.routing) out.route_sources = sources_.routing();
  if (sources_.outages) out.outages = sources_.outages();
  return out;
}

Diagnosis Monitor::diagnose(const Observation& observation) const {
  std::shared_ptr<const Observation> earlier;
  {
    const std::lock_guard lock(mutex_);
    earlier = earlier_;
  }
  return serve::diagnose(observation, earlier.get(), sources_.exporter_name);
}

}  // namespace weir::serve
