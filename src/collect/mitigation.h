// Mitigation at work: its threads, its files, its questions to the store and its words to others.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "bgp/rpki/validator.h"
#include "bgp/source_status.h"
#include "detect/detector.h"
#include "detect/mitigation/live_mitigator.h"
#include "store/store.h"

namespace weir::collect {

/// All of it outlives it.
struct MitigationSurroundings {
  bgp::Announcer& announcer;
  const bgp::VrpTable& vrps;
  store::Store& store;
  std::function<bgp::SourcesStatus()> sources;  ///< for telling which peers would not hear
};

/// start() makes threads: one that decides and announces; one that asks the store; three that tell others. start(),
/// configure() and stop() from one thread. What is announced stays until the sessions end, and is announced again at the
/// next start as far as it should stand then.
class Mitigation {
 public:
  /// DIR/state/mitigation.json is what it remembers, DIR/audit/ its log.
  Mitigation(const std::filesystem::path& data, const MitigationSurroundings& around, detect::MitigationConfig config);
  ~Mitigation();  ///< stops
  Mitigation(const Mitigation&) = delete;
  Mitigation& operator=(const Mitigation&) = delete;

  /// The sessions run already. Errors: the audit log cannot be opened.
  [[nodiscard]] Result<void> start();
  void configure(detect::MitigationConfig config);
  void stop();

  /// An attack opened, changed or ended. Any thread; never waits.
  void on_change(const detect::Change& change);
  /// weir_mitigation_...; read only while this lives.
  void register_metrics(Metrics& metrics) const;
  [[nodiscard]] detect::Mitigator& mitigator() { return *mitigator_; }

 private:
  void run();
  void run_measuring();
  void run_notices();
  [[nodiscard]] Result<void> deliver(const detect::Delivery& delivery) const;
  [[nodiscard]] detect::OriginFacts origin_of(const Prefix& prefix) const;
  [[nodiscard]] std::string peer_problem(const std::string& peer, bgp::Family family) const;
  void look_at_peers();
  [[nodiscard]] bool wait(std::int64_t ms);

  const MitigationSurroundings around_;
  const std::filesystem::path state_file_;
  detect::AuditLog log_;
  std::atomic<std::uint32_t> own_as_;
  std::unique_ptr<detect::LiveMitigator> mitigator_;
  std::vector<std::thread> threads_;
  query::CancelFlag stopping_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<detect::AttackPtr> attacks_;
  std::map<std::string, std::vector<bgp::BgpPeerStatus>> peers_;  ///< by name, as they were a moment ago
};

}  // namespace weir::collect
