// The hosts of customers and of the networks they talk to: which of them are popular, and what their addresses are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "simulate/customers.h"
#include "simulate/internet.h"
#include "simulate/random.h"

namespace weir::simulate {

struct ServerAddress {
  IpAddress address;
  std::uint8_t prefix_length = 0;
};

/// The `number`-th host of a customer. The first of an IPv4 prefix is its .104; all numbers below the size of the
/// prefix are different hosts. IPv6 only where the customer has it.
[[nodiscard]] ServerAddress server_of(const Customer& customer, std::uint32_t number, bool v6);

/// Draws customers, their hosts and remote hosts, the popular ones more often. Immutable.
class HostChooser {
 public:
  /// `customers` outlives it.
  explicit HostChooser(std::span<const Customer> customers);

  /// A customer as seen from a router in `region`: those of the region are three times as likely there.
  [[nodiscard]] std::size_t draw_customer(Region region, bool serves, Random& random) const;
  [[nodiscard]] std::uint32_t draw_server(std::size_t customer, Random& random) const;
  [[nodiscard]] std::uint32_t draw_remote(NetworkKind kind, Random& random) const;

 private:
  std::vector<WeightedChoice> serving_;    // by Region
  std::vector<WeightedChoice> consuming_;  // by Region
  std::vector<WeightedChoice> servers_;    // by customer
  std::vector<WeightedChoice> remotes_;    // by NetworkKind
};

}  // namespace weir::simulate
