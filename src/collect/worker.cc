#include "collect/worker.h"

#include <chrono>
#include <utility>

#include "base/clock.h"
#include "base/log.h"

namespace weir::collect {
namespace {

/// Short enough that a batch waits little longer than Pipeline::kPassOnMs, and a stop less.
constexpr std::chrono::milliseconds kPatience{50};

}  // namespace

Worker::Worker(std::unique_ptr<receive::UdpReceiver> receiver, const Shared& shared,
               const decode::DecodeOptions& options, DecoderState state)
    : receiver_(std::move(receiver)),
      pipeline_(shared, options, WhenStoreIsFull::lose),
      state_(std::move(state)),
      saved_at_(steady_ms()),
      last_turn_ms_(steady_ms()) {
  for (const Error& error : state_.load(pipeline_.decoder(), receiver_->steered())) {
    log::warn("part of the saved templates is lost; exporters will send theirs again", error.message);
  }
}

void Worker::request_stop() {
  stopping_.store(true, std::memory_order_relaxed);
  receiver_->wake();
}

void Worker::run() {
  while (!stopping_.load(std::memory_order_relaxed)) {
    receive_once(kPatience);
    const std::int64_t steady = steady_ms();
    last_turn_ms_.store(steady, std::memory_order_relaxed);
    pipeline_.tick(now_ms(), steady);
    save_if_due(steady);
  }
  drain();
  pipeline_.flush();
  save();
}

void Worker::receive_once(std::chrono::milliseconds patience) {
  for (const flow::Datagram& datagram : receiver_->receive(patience)) pipeline_.take(datagram);
}

void Worker::drain() {
  const std::int64_t end = steady_ms() + kDrainMs;
  // The first empty batch may be the wake-up, not an empty socket.
  for (int empty = 0; empty < 2 && steady_ms() < end;) {
    const auto batch = receiver_->receive(std::chrono::milliseconds(0));
    empty = batch.empty() ? empty + 1 : 0;
    for (const flow::Datagram& datagram : batch) pipeline_.take(datagram);
  }
}

void Worker::save_if_due(std::int64_t steady) {
  if (steady - saved_at_ < kSaveMs) return;
  saved_at_ = steady;
  if (pipeline_.decoder().changed()) save();
}

void Worker::save() {
  const auto saved = state_.save(pipeline_.decoder());
  if (!saved && !save_failed_)
    log::warn("templates could not be saved; a restart will wait for new ones", saved.error().message);
  if (saved && save_failed_) log::info("templates are saved again");
  save_failed_ = !saved;
}

}  // namespace weir::collect
