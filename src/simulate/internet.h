// The rest of the Internet, as far as the simulated provider talks to it: real autonomous systems with some of the
// prefixes that they announce, and hosts within them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "simulate/random.h"

namespace weir::simulate {

/// What sits in a network, which says who serves and who consumes.
enum class NetworkKind : std::uint8_t {
  eyeballs,  ///< people at home and on phones: they consume what customers serve
  content,   ///< the large platforms: customers consume from them
  hosting,   ///< servers, as many of them clients as not
};

struct RemoteNetwork {
  std::uint32_t as = 0;
  std::string_view name;
  std::string_view country;  ///< ISO 3166
  NetworkKind kind = NetworkKind::eyeballs;
  std::vector<Prefix> prefixes;  ///< IPv4, as announced; at least one
  std::optional<Prefix> v6;
};

/// An address and the length of its announced prefix.
struct RemoteHost {
  IpAddress address;
  std::uint8_t prefix_length = 0;
};

/// Immutable once made; made from a table in the program.
class Internet {
 public:
  Internet();

  [[nodiscard]] std::span<const RemoteNetwork> networks() const { return networks_; }
  /// The network of an AS; null when it is not in the table.
  [[nodiscard]] const RemoteNetwork* find(std::uint32_t as) const;

 private:
  std::vector<RemoteNetwork> networks_;  // sorted by AS
};

/// The `number`-th host of a network: always the same address for the same number. IPv6 only where the network has it.
[[nodiscard]] RemoteHost host_of(const RemoteNetwork& network, std::uint32_t number, bool v6);

/// The `number`-th address of a prefix, spread over it; never the first or the last of an IPv4 network.
[[nodiscard]] IpAddress address_in(const Prefix& prefix, std::uint64_t number);

}  // namespace weir::simulate
