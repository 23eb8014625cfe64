#include "collect/admission.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/log.h"

namespace weir::collect {

void Admission::configure(const AdmissionConfig& config, std::vector<IpAddress> exporters) {
  std::ranges::sort(exporters);
  std::vector<Prefix> known = config.known;
  std::ranges::sort(known, {}, &Prefix::length);
  {
    const std::lock_guard lock(mutex_);
    exporters_ = std::move(exporters);
    known_ = std::move(known);
  }
  refusing_.store(config.refuse_unknown, std::memory_order_relaxed);
}

bool Admission::is_known(IpAddress source) const {
  if (std::ranges::binary_search(exporters_, source)) return true;
  return std::ranges::any_of(known_, [&](const Prefix& prefix) { return prefix.contains(source); });
}

bool Admission::look_up(IpAddress source) {
  {
    const std::lock_guard lock(mutex_);
    if (is_known(source)) return true;
  }
  refused_.fetch_add(1, std::memory_order_relaxed);
  say(source);
  return false;
}

/// Once in a while: a flood of forged sources must not become a flood of lines.
void Admission::say(IpAddress source) {
  const std::int64_t now = steady_ms();
  std::int64_t before = said_at_.load(std::memory_order_relaxed);
  if (before != 0 && now - before < kSayEveryMs) return;
  if (!said_at_.compare_exchange_strong(before, now)) return;
  log::warn("datagrams of an unknown exporter are refused; if it is yours, add it to exporters or known_exporters",
            "address=" + to_string(source) + " refused=" + std::to_string(refused()));
}

void Admission::register_metrics(Metrics& metrics) const {
  metrics.add("weir_datagrams_refused_total", "datagrams of unknown exporters that were refused", Metrics::Type::counter,
              [this] { return static_cast<double>(refused()); });
}

}  // namespace weir::collect
