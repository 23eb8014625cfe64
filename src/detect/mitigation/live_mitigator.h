// The machine at work: its state is saved and its log written before anything is announced; then it does what it says.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "bgp/announcer.h"
#include "detect/mitigation/audit_log.h"
#include "detect/mitigation/machine.h"

namespace weir::detect {

/// What it works with; all of it outlives it.
struct MitigatorSurroundings {
  std::function<UnixMillis()> now;
  std::function<Result<void>(std::string_view)> save;  ///< puts the state on the disk, whole and at once
  bgp::Announcer& announcer;
  AuditLog& log;
  OriginOf origin_of;  ///< may be empty
  /// What speaks against a family at a peer: "its session is down"; "" nothing. May be empty.
  std::function<std::string(const std::string& peer, bgp::Family family)> peer_problem{};
};

struct MitigationCounters {
  std::atomic<std::uint64_t> announcements{0};  ///< routes, at each peer
  std::atomic<std::uint64_t> withdrawals{0};
  std::atomic<std::uint64_t> refusals{0};       ///< by guards
  std::atomic<std::uint64_t> delivered{0};      ///< notices
  std::atomic<std::uint64_t> not_delivered{0};  ///< attempts that failed
};

/// Any thread may call anything. Its lock is held while the peers' sessions take a route over, never while one waits for a
/// peer, the store or a channel.
class LiveMitigator final : public Mitigator {
 public:
  LiveMitigator(MitigationConfig config, MitigatorSurroundings around);

  /// Once, first: goes on from a saved state. An unreadable one is told of in summary(), and nothing is announced from it.
  void resume(Result<MachineState> state);
  void configure(MitigationConfig config);
  void on_attack(const Attack& attack);
  void tick();

  [[nodiscard]] std::vector<Measuring> take_measurings();
  void on_radius(std::uint64_t id, BlastRadius radius);
  void on_effect(std::uint64_t id, Effect effect);
  [[nodiscard]] std::vector<Delivery> due(std::size_t most = 100);
  void on_delivered(std::uint64_t delivery, const Result<void>& outcome);
  [[nodiscard]] const MitigationCounters& counters() const { return counters_; }
  [[nodiscard]] std::optional<ChannelConfig> channel(std::string_view name) const;

  [[nodiscard]] MitigationSummary summary() const override;
  [[nodiscard]] std::vector<Mitigation> list(std::size_t most_closed) const override;
  [[nodiscard]] Result<Mitigation> get(std::uint64_t id) const override;
  [[nodiscard]] Result<std::string> person(std::string_view token) const override;
  Result<Mitigation> propose(const MitigationRequest& request, std::string_view who) override;
  [[nodiscard]] Result<Mitigation> rehearse(const MitigationRequest& request) const override;
  Result<Mitigation> approve(std::uint64_t id, std::string_view who, std::string_view why) override;
  Result<Mitigation> reject(std::uint64_t id, std::string_view who, std::string_view why) override;
  Result<Mitigation> withdraw(std::uint64_t id, std::string_view who, std::string_view why) override;
  [[nodiscard]] AuditPage log(std::size_t most, std::uint64_t id) const override;

 private:
  void perform();
  [[nodiscard]] bool record(Effects& effects);
  [[nodiscard]] Result<void> announce(const StandingRoute& route);
  [[nodiscard]] Result<void> withdraw_route(const StandingRoute& route);
  [[nodiscard]] Result<Mitigation> done(Result<Mitigation> result);

  mutable std::mutex mutex_;
  MitigatorSurroundings around_;
  MitigationMachine machine_;
  std::vector<AuditEntry> unlogged_;  ///< could not be written yet
  std::vector<Measuring> measurings_;
  MitigationCounters counters_;
  std::string disk_problem_;
  std::string state_problem_;
};

}  // namespace weir::detect
