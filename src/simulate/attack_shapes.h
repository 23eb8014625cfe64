// What the packets of each kind of attack look like: the table behind `weir generate --attack`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "simulate/random.h"
#include "simulate/simulated_flow.h"

namespace weir::simulate {

struct AttackShape {
  std::string_view word;  ///< "ntp_amplification": as detection names it
  std::uint8_t proto = 17;
  std::uint16_t src_port = 0;  ///< 0: any
  std::uint16_t dst_port = 0;  ///< 0: any
  std::uint8_t tcp_flags = 0;
  bool fragment = false;
  std::uint32_t octets = 0;    ///< of a packet
  std::uint32_t packets = 1;   ///< of an unsampled flow, on average
  std::uint32_t sources = 1;   ///< different ones; of outgoing ones 1
  std::uint32_t targets = 1;   ///< different destinations
  std::uint16_t ports = 1;     ///< different destination ports, from dst_port on
  bool outgoing = false;       ///< from an own host
  double packets_per_second = 400'000;
};

[[nodiscard]] std::span<const AttackShape> attack_shapes();
/// Null: there is no such kind.
[[nodiscard]] const AttackShape* find_attack_shape(std::string_view word);
/// "syn_flood, ack_flood, ...".
[[nodiscard]] std::string attack_words();

/// One flow of it, without times: `number` chooses among its sources and targets. `own` is the address that is attacked or
/// attacks; others are of documentation ranges of its family. `packets` are those exported.
[[nodiscard]] SimulatedFlow attack_flow(const AttackShape& shape, IpAddress own, std::uint64_t number, std::uint64_t packets,
                                        Random& random);

}  // namespace weir::simulate
