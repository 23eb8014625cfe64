// The sources of routes at work: the threads of all of them, their start, reload and stop.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "bgp/rib.h"
#include "bgp/session/sessions.h"
#include "bgp/source_status.h"
#include "collect/route_files.h"

namespace weir::collect {

/// How the sources are; what the doctor, the API and the metrics tell.
using RoutingStatus = bgp::SourcesStatus;

/// A VRF as exporters name it.
struct VrfName {
  std::string name;
  bgp::RouteDistinguisher rd;
};

struct RoutingConfig {
  bgp::RibOptions rib;  ///< taken at the start only, by whoever makes the table
  bgp::SpeakerConfig bgp;
  bgp::StationConfig bmp;
  std::vector<RouteFileConfig> files;
  std::vector<bgp::StaticRoute> fixed;
  int fixed_preference = 200;  ///< what an operator states goes before what others tell
  std::vector<VrfName> vrfs;
};

/// What is wrong with it beside what single keys show; for `weir check`.
[[nodiscard]] Result<void> validate(const RoutingConfig& config);

/// Construction is inert. start() makes three threads: one for all sessions, one for the table's upkeep, one for jobs.
/// start(), reload() and stop() from one thread; the rest from any.
class Routing {
 public:
  explicit Routing(bgp::Rib& rib);
  ~Routing();  ///< stops
  Routing(const Routing&) = delete;
  Routing& operator=(const Routing&) = delete;

  /// Opens the sockets before any thread starts. Errors as bgp::Sessions::open(): they name the endpoint and its key.
  [[nodiscard]] Result<void> start(const RoutingConfig& config);
  /// What did not change is not disturbed. Logs what cannot be.
  void reload(const RoutingConfig& config);
  void stop();

  /// Work that comes back: first at once, then `interval_ms` after it returned. One thread runs all jobs, one after the
  /// other, so a job may take its time but not wait for another. Before or after start().
  void add_job(std::int64_t interval_ms, std::function<void()> job);

  [[nodiscard]] RoutingStatus status() const;
  [[nodiscard]] bgp::Announcer& announcer() { return sessions_; }
  /// weir_bgp_..., weir_bmp_..., weir_rib_...; read only while this lives.
  void register_metrics(Metrics& metrics) const;

 private:
  struct Job {
    std::int64_t interval_ms = 0;
    std::int64_t due_at = 0;
    std::function<void()> work;
  };
  void run_upkeep();
  void run_jobs();
  void apply(const RoutingConfig& config);

  bgp::Rib& rib_;
  bgp::Sessions sessions_;
  RouteFiles files_;
  std::thread network_;
  std::thread upkeep_;
  std::thread jobs_thread_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job> jobs_;
  bool stopping_ = false;
  bool running_ = false;
};

}  // namespace weir::collect
