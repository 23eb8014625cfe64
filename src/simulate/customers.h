// The customers of the simulated provider: who they are, where they sit, what they run.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ip_address.h"

namespace weir::simulate {

enum class Region : std::uint8_t { my, sg, hk };
inline constexpr std::size_t kRegionCount = 3;
/// "MY", "SG", "HK".
[[nodiscard]] std::string_view to_string(Region region);

/// What a customer runs; says which applications its traffic is.
enum class Business : std::uint8_t { web, downloads, video, game, mail, name_servers, vpn, office };
inline constexpr std::size_t kBusinessCount = 8;

struct Customer {
  std::string_view name;
  Region region = Region::my;
  Business business = Business::web;
  std::vector<Prefix> prefixes;  ///< IPv4 first; one of IPv6 where the customer has it
  std::uint16_t vlan = 0;
  std::uint32_t servers = 0;  ///< hosts that talk, in each prefix
  double serves = 0;          ///< share of what customers send to the world
  double consumes = 0;        ///< share of what customers fetch from the world
};

/// The table, in its order. IPv6 prefixes are of the documentation range (RFC 3849).
[[nodiscard]] std::vector<Customer> demo_customers();

}  // namespace weir::simulate
