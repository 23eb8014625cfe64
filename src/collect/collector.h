// The Collecting Process (RFC 7011 section 2): all threads of the data path, their start and their stop.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/endpoint.h"
#include "base/metrics.h"
#include "collect/pipeline.h"
#include "collect/worker.h"
#include "decode/decoder.h"

namespace weir::collect {

struct CollectorOptions {
  std::vector<Endpoint> listen;
  /// Where the machine has no IPv6, its endpoints are left out with a line in the log instead of being an error.
  bool ipv6_if_possible = false;
  unsigned workers = 1;
  std::filesystem::path state_directory;
  decode::DecodeOptions decode;
  /// What else is due about every second: called on the upkeep thread behind Store::upkeep(). May be empty.
  std::function<void(UnixMillis now)> beside_upkeep = {};
};

/// How many workers suit this machine: the store's writer and its engine need processors as well.
[[nodiscard]] unsigned suitable_workers();

/// Construction is inert. start() makes the threads: `workers` that receive, decode, enrich and append; one in
/// Store::write(); one that calls Store::upkeep() every second. stop() ends them in reverse: workers drain their
/// sockets and hand over what they hold, then the store commits all of it. start() and stop() once each, from one
/// thread.
class Collector {
 public:
  Collector(CollectorOptions options, const Shared& shared);
  ~Collector();  ///< stops
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// Opens all sockets before any thread starts. Errors as UdpReceiver::open(): they name the endpoint.
  [[nodiscard]] Result<void> start();
  void stop();

  /// Where it listens, with the ports that were got for port 0; empty before start().
  [[nodiscard]] std::vector<Endpoint> listening() const;
  /// False when a thread of the data path has made no turn for `patience_ms`.
  [[nodiscard]] bool is_alive(std::int64_t patience_ms) const;
  /// weir_socket_...{address,worker}; read only while this lives.
  void register_metrics(Metrics& metrics) const;

 private:
  [[nodiscard]] Result<std::vector<std::unique_ptr<receive::UdpReceiver>>> open_sockets() const;
  void run_upkeep();

  const CollectorOptions options_;
  const Shared shared_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> worker_threads_;
  std::thread writer_;
  std::thread upkeep_;
  std::mutex mutex_;
  std::condition_variable stop_upkeep_;
  bool upkeep_stopping_ = false;
  bool running_ = false;
};

}  // namespace weir::collect
