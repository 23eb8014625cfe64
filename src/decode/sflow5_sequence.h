// Datagrams missing or late by the sequence numbers of sFlow agents.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "base/ip_address.h"
#include "flow/exporter_table.h"

namespace weir::decode {

/// Who numbers datagrams: a sub-agent of an agent, as heard from one source address.
struct Sflow5Agent {
  IpAddress source;
  IpAddress agent;
  std::uint32_t sub_agent = 0;
  bool operator==(const Sflow5Agent&) const = default;
};

/// Follows the sequence numbers of a bounded number of agents; further ones are not followed until others went idle.
class Sflow5Sequences {
 public:
  explicit Sflow5Sequences(std::size_t most) : most_(most) {}

  struct Stamp {
    std::uint32_t sequence = 0;
    std::uint32_t uptime_ms = 0;
    UnixMillis received_ms = 0;
  };
  /// Counts sequence_lost and sequence_reordered on the exporter. A restarted agent (its uptime went back) and a jump
  /// too far to be a loss start a new count.
  void saw(const Sflow5Agent& agent, const Stamp& now, flow::ExporterState& exporter);
  /// Forgets agents not heard since `before`.
  void forget(UnixMillis before);

 private:
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Sflow5Agent& key) const noexcept;
  };
  const std::size_t most_;
  boost::unordered_flat_map<Sflow5Agent, Stamp, Hash> last_;
};

}  // namespace weir::decode
