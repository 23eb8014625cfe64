// One receive worker: its sockets, its pipeline, its saved state.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "collect/decoder_state.h"
#include "collect/pipeline.h"
#include "receive/udp_receiver.h"

namespace weir::collect {

class Worker {
 public:
  /// How long a stopping worker goes on reading what has arrived.
  static constexpr std::int64_t kDrainMs = 1000;
  /// How often templates are saved while they change.
  static constexpr std::int64_t kSaveMs = 30'000;

  /// Takes back the saved state at once, so that no datagram comes before it.
  Worker(std::unique_ptr<receive::UdpReceiver> receiver, const Shared& shared, const decode::DecodeOptions& options,
         DecoderState state);

  /// The loop: receive, decode, enrich, store. Returns after request_stop(), when what had arrived is handed to the
  /// store and the state is saved. Call it from the worker's own thread.
  void run();
  /// From any thread.
  void request_stop();

  [[nodiscard]] const receive::UdpReceiver& receiver() const { return *receiver_; }
  /// The steady time at which the loop last came round; from any thread.
  [[nodiscard]] std::int64_t last_turn_ms() const { return last_turn_ms_.load(std::memory_order_relaxed); }

 private:
  void receive_once(std::chrono::milliseconds patience);
  void drain();
  void save_if_due(std::int64_t steady);
  void save();

  std::unique_ptr<receive::UdpReceiver> receiver_;
  Pipeline pipeline_;
  DecoderState state_;
  std::int64_t saved_at_;
  bool save_failed_ = false;
  std::atomic<bool> stopping_{false};
  std::atomic<std::int64_t> last_turn_ms_;
};

}  // namespace weir::collect
