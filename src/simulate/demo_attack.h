// Attacks on customers of the demo network, and now and then one from a customer's host.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "simulate/attack_shapes.h"
#include "simulate/customers.h"

namespace weir::simulate {

struct Attack {
  UnixMillis start_ms = 0;
  UnixMillis end_ms = 0;
  const AttackShape* shape = nullptr;  ///< what its packets are like, and its name; never null in what the schedule gives
  std::size_t customer = 0;            ///< index into the customers
  IpAddress victim;                    ///< the customer's host; of an outgoing one it attacks
  std::uint8_t victim_mask = 0;
  double bits_per_second = 0;
  std::uint64_t seed = 0;  ///< of the other side
};

/// The schedule: one attack in each ten minutes from `epoch_ms` on, the first within two minutes of it; before, one an hour.
/// One kind after the other. Deterministic.
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
