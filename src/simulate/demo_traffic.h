// Demands and attacks -> the flow records that a router exports in a block of five minutes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "simulate/applications.h"
#include "simulate/demo_attack.h"
#include "simulate/demo_demand.h"
#include "simulate/demo_hosts.h"
#include "simulate/demo_topology.h"

namespace weir::simulate {

inline constexpr UnixMillis kBlockMs = 5 * kMinuteMs;

/// The records of one router in one block, in the order in which it exports them.
struct RecordBlock {
  std::vector<SimulatedFlow> flows;
  std::vector<UnixMillis> export_ms;  ///< of each flow: within the block, and not before its end
};

/// Makes blocks. What is in a block depends on the seed, the router and the block alone, so any stretch of time can be
/// had at any time. The bytes of a demand's records in a block, times the sampling rate, are its rate over the block,
/// to within one sampled packet. Immutable: any thread.
class DemoTraffic {
 public:
  /// All that is handed in outlives it.
  DemoTraffic(std::uint64_t seed, std::span<const DemoRouter> routers, std::span<const Customer> customers,
              const Internet& internet, const AttackSchedule& attacks);

  /// Replaces what `out` holds. `block_ms` is a multiple of kBlockMs; `sampling_rate` is the router's or a coarser one.
  void make(std::size_t router, UnixMillis block_ms, std::uint32_t sampling_rate, RecordBlock& out) const;

  [[nodiscard]] std::span<const Demand> demands() const { return demands_; }
  [[nodiscard]] std::span<const Exit> exits() const { return exits_; }

 private:
  struct Record {
    UnixMillis export_ms;
    SimulatedFlow flow;
  };
  /// What all records of a call to make() share.
  struct Job {
    const DemoRouter& router;
    UnixMillis block_ms;
    std::uint32_t sampling_rate;
    double record_octets;  ///< sampled, of an average record
    std::vector<Record>& records;
  };
  void make_demand(const Job& job, std::size_t demand, Random& random) const;
  void make_attack(const Job& job, const Attack& attack, std::size_t router) const;
  void make_attack_second(const Job& job, const Attack& attack, std::size_t entry, UnixMillis second) const;
  void set_way_of_attack(const Job& job, const Attack& attack, std::size_t exit_number, std::uint64_t number,
                         SimulatedFlow& flow) const;
  /// Everything but sizes and times; returns the mean length of its packets.
  std::uint32_t begin_flow(const Job& job, std::size_t demand, Random& random, SimulatedFlow& flow) const;
  void set_route(const DemoRouter& router, std::size_t demand, const Customer& customer, SimulatedFlow& flow) const;

  std::uint64_t seed_;
  std::span<const DemoRouter> routers_;
  std::span<const Customer> customers_;
  const Internet& internet_;
  const AttackSchedule& attacks_;
  std::vector<Exit> exits_;
  std::vector<Demand> demands_;
  std::vector<std::vector<std::uint32_t>> paths_;         // AS path of each demand
  std::vector<std::vector<std::size_t>> router_demands_;  // demands of each router
  HostChooser hosts_;
  ApplicationMix applications_;
};

}  // namespace weir::simulate
