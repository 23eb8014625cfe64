#include "collect/pipeline.h"

#include <utility>

namespace weir::collect {
namespace {

/// Interface readings that are passed on at once.
constexpr std::size_t kMostReadings = 4096;

}  // namespace

Pipeline::Pipeline(const Shared& shared, const decode::DecodeOptions& options, WhenStoreIsFull when_full)
    : shared_(shared),
      wait_(when_full == WhenStoreIsFull::wait),
      decoder_(options, shared.strings, shared.exporters),
      enricher_(shared.strings, shared.exporters, shared.lookups) {}

void Pipeline::take(const flow::Datagram& datagram) {
  if (shared_.admission != nullptr && !shared_.admission->admits(datagram.session.source)) return;
  decoder_.decode(datagram, decoded_);
  if (decoded_.flows.size() >= flow::FlowBatch::kTargetRows || decoded_.counters.size() >= kMostReadings) pass_on();
}

void Pipeline::tick(UnixMillis now, std::int64_t steady) {
  // A clock that was set back must not stop the ageing.
  if (now - aged_at_ >= kAgeMs || now < aged_at_) {
    decoder_.age(now);
    aged_at_ = now;
  }
  if (decoded_.flows.empty() && decoded_.counters.empty()) {
    first_row_at_ = 0;
  } else if (first_row_at_ == 0) {
    first_row_at_ = steady;
  } else if (steady - first_row_at_ >= kPassOnMs) {
    pass_on();
  }
}

void Pipeline::flush() {
  pass_on();
}

void Pipeline::pass_on() {
  first_row_at_ = 0;
  const auto plan = shared_.plan.get();
  if (!decoded_.counters.empty()) {
    enricher_.enrich(plan, decoded_.counters);
    shared_.store.append(std::exchange(decoded_.counters, {}));
  }
  if (decoded_.flows.empty()) return;
  enricher_.enrich(plan, decoded_.flows);
  if (shared_.detecting != nullptr) shared_.detecting->add(decoded_.flows);
  if (shared_.past != nullptr) shared_.past->add(decoded_.flows);
  const std::size_t rows = decoded_.flows.size();
  const bool stored = shared_.store.append(std::exchange(decoded_.flows, {}), wait_);
  count(stored, rows);
}

void Pipeline::count(bool stored, std::size_t rows) {
  (stored ? rows_stored_ : rows_refused_) += rows;
  const flow::Counter counter = stored ? flow::Counter::flows_stored : flow::Counter::flows_not_stored;
  for (const enrich::Run& run : enricher_.runs()) run.exporter->state->add(counter, run.count);
}

}  // namespace weir::collect
