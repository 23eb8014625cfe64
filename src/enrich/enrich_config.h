// What the operator says about exporters and interfaces: the input of every enrichment that is driven by configuration.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"

namespace weir::enrich {

/// The classes of interfaces. The first three lead out of the customer network, the others lie inside.
inline constexpr std::array<std::string_view, 5> kInterfaceClasses = {"transit", "peering", "ix", "customer", "core"};
[[nodiscard]] constexpr bool is_interface_class(std::string_view text) {
  for (const std::string_view known : kInterfaceClasses) {
    if (known == text) return true;
  }
  return false;
}

/// Sampling rates as 1-in-N; 1 says that every packet counts. Neither: what the exporter announces stands.
struct SamplingConfig {
  std::optional<std::uint32_t> override_rate;  ///< used whatever the exporter says (broken or missing announcements)
  std::optional<std::uint32_t> default_rate;   ///< used where the exporter says nothing
};

/// One interface of one exporter. Empty texts say nothing, so that what the exporter announces stands.
struct InterfaceConfig {
  std::uint32_t index = 0;  ///< ifIndex
  std::string name;
  std::string description = {};  ///< for the rules of interface_classes only
  std::string if_class;          ///< one of kInterfaceClasses
  SamplingConfig sampling;
};

/// Whose word counts where the flow and the routing table both say something; routes.h has the whole rule.
enum class Prefer : std::uint8_t { automatic, flow, table };
inline constexpr std::array<std::string_view, 3> kPreferWords = {"auto", "flow", "table"};

/// Nothing: as for all exporters; for those: automatic.
struct RoutePreference {
  std::optional<Prefer> as = {};        ///< src_as, dst_as and with it as_path, first_as, communities
  std::optional<Prefer> mask = {};      ///< src_mask, dst_mask
  std::optional<Prefer> next_hop = {};  ///< bgp_next_hop
};

/// A VRF as one exporter tells it in its flows, and the routing table that it means.
struct VrfConfig {
  std::string name;   ///< the flow's `vrf`: its name, or its number where the exporter tells no name
  std::string table;  ///< a route distinguisher ("65000:12"), a name that the sources of routes know, or "global"
};

struct ExporterConfig {
  IpAddress address;
  /// Stored as `exporter` instead of `address`: for exporters behind a translation of addresses.
  std::optional<IpAddress> shown_as;
  std::string name;
  SamplingConfig sampling;
  std::vector<InterfaceConfig> interfaces;
  RoutePreference routes = {};
  std::vector<VrfConfig> vrfs = {};
};

/// "Interfaces of these exporters with these names and descriptions are of this class." Patterns as in glob.h.
struct ClassRule {
  std::string exporter = "*";     ///< matched against the exporter's name and, if that does not match, its address
  std::string interface = "*";    ///< matched against the interface's name, "" where it is unknown
  std::string description = "*";  ///< matched against its description, "" where it is unknown
  std::string if_class;           ///< one of kInterfaceClasses
};

/// Interfaces behind which a customer is. Patterns as in glob.h.
struct CustomerInterface {
  std::string exporter = "*";          ///< matched against the exporter's name and, if that does not match, its address
  std::optional<std::uint32_t> index;  ///< ifIndex; nothing: by name alone
  std::string name = "*";              ///< matched against the interface's name
};

struct CustomerConfig {
  std::string name;
  std::string region;  ///< "" none
  std::vector<Prefix> prefixes;
  std::vector<std::uint32_t> ases;
  std::vector<CustomerInterface> interfaces;
};

struct RegionConfig {
  std::string name;
  std::vector<Prefix> prefixes;
};

struct EnrichConfig {
  /// For exporters, and interfaces of exporters, that have no sampling of their own here.
  SamplingConfig sampling;
  std::vector<ExporterConfig> exporters;
  /// In order; the first that matches decides, for interfaces without a class of their own.
  std::vector<ClassRule> interface_classes;

  /// For exporters that say nothing of their own.
  RoutePreference routes = {.as = Prefer::automatic, .mask = Prefer::automatic, .next_hop = Prefer::automatic};
  std::vector<std::uint32_t> own_ases = {};     ///< the operator's; the first stands for routes with an empty AS path
  std::vector<std::string> country_files = {};  ///< MMDB; the first that knows an address decides
  std::vector<std::string> as_files = {};  ///< MMDB with AS numbers, for addresses of which nobody else knows the AS
  std::string as_names_file = {};          ///< see as_names_file.h; "" none
  std::vector<CustomerConfig> customers = {};
  std::vector<RegionConfig> regions = {};
};

/// What cannot be meant as it stands: a prefix, an AS or an interface that two customers claim, a prefix of two
/// regions. One sentence each. Prefixes within prefixes are no contradiction: the longer one wins.
[[nodiscard]] std::vector<std::string> find_contradictions(const EnrichConfig& config);

}  // namespace weir::enrich
