// Attacks on customers of the demo network: now and then one from many sources.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "simulate/customers.h"

namespace weir::simulate {

enum class AttackKind : std::uint8_t { syn_flood, ntp_amplification, dns_amplification };
inline constexpr std::size_t kAttackKindCount = 3;
/// "SYN flood", "NTP amplification", "DNS amplification".
[[nodiscard]] std::string_view to_string(AttackKind kind);

struct Attack {
  UnixMillis start_ms = 0;
  UnixMillis end_ms = 0;
  AttackKind kind = AttackKind::syn_flood;
  std::size_t customer = 0;  ///< index into the customers
  IpAddress victim;
  std::uint8_t victim_mask = 0;
  std::uint16_t victim_port = 0;
  double bits_per_second = 0;
  std::uint32_t packet_octets = 0;
  std::uint32_t sources = 0;
  std::uint64_t seed = 0;  ///< of its sources
};

/// The schedule: one attack in each ten minutes from `epoch_ms` on, the first within two minutes of it; before, about
/// one an hour. Deterministic.
class AttackSchedule {
 public:
  AttackSchedule(std::uint64_t seed, UnixMillis epoch_ms, std::span<const Customer> customers)
      : seed_(seed), epoch_ms_(epoch_ms), customers_(customers) {}

  /// Those that are under way at some moment of [from_ms, to_ms), in order.
  [[nodiscard]] std::vector<Attack> between(UnixMillis from_ms, UnixMillis to_ms) const;

 private:
  [[nodiscard]] std::optional<Attack> in_slot(std::int64_t slot) const;

  std::uint64_t seed_;
  UnixMillis epoch_ms_;
  std::span<const Customer> customers_;
};

}  // namespace weir::simulate
