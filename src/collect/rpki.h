// Where VRPs come from, at work: RTR caches, a file, a file from the web; one thread for them.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "bgp/rpki/rtr_client.h"
#include "bgp/rpki/validator.h"
#include "bgp/rpki/vrp_file.h"

namespace weir::collect {

struct RpkiConfig {
  std::vector<bgp::RtrCacheConfig> caches;
  std::string file;                 ///< JSON or CSV, see bgp/rpki/vrp_text.h; "" none
  std::string url;                  ///< the same from the web; "" none
  UnixMillis refresh_ms = kHourMs;  ///< of the url, and of caches that name no time themselves
  [[nodiscard]] bool is_used() const { return !caches.empty() || !file.empty() || !url.empty(); }
};
bool operator==(const RpkiConfig& a, const RpkiConfig& b);

struct RpkiStatus {
  std::size_t vrps4 = 0, vrps6 = 0;  ///< in force, of all sources, each once
  std::vector<bgp::RtrClientStatus> caches;
  std::vector<bgp::VrpFileStatus> files;
};

/// configure() and stop() from one thread, the rest from any.
class Rpki {
 public:
  Rpki() = default;
  ~Rpki();  ///< stops
  Rpki(const Rpki&) = delete;
  Rpki& operator=(const Rpki&) = delete;

  /// At the start and at a reload. `fetched` is where the url's file is kept. Files are read before it returns, so that
  /// the first flows are judged; caches are asked by the thread. What is no longer configured leaves the table.
  void configure(const RpkiConfig& config, const std::filesystem::path& fetched);
  void stop();

  [[nodiscard]] const bgp::VrpTable& table() const { return table_; }
  [[nodiscard]] RpkiStatus status() const;
  /// weir_rpki_...; read only while this lives.
  void register_metrics(Metrics& metrics) const;

 private:
  void run();

  bgp::VrpTable table_;
  RpkiConfig config_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;  // for the two below, which change only while there is no thread
  std::vector<std::unique_ptr<bgp::VrpFile>> files_;
  std::unique_ptr<bgp::RtrClient> client_;
};

}  // namespace weir::collect
