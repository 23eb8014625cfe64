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
  std::string if_class;  ///< one of kInterfaceClasses
  SamplingConfig sampling;
};

struct ExporterConfig {
  IpAddress address;
  /// Stored as `exporter` instead of `address`: for exporters behind a translation of addresses.
  std::optional<IpAddress> shown_as;
  std::string name;
  SamplingConfig sampling;
  std::vector<InterfaceConfig> interfaces;
};

/// "Interfaces of these exporters with these names are of this class." Patterns as in glob.h.
struct ClassRule {
  std::string exporter = "*";   ///< matched against the exporter's name and, if that does not match, its address
  std::string interface = "*";  ///< matched against the interface's name, "" where it is unknown
  std::string if_class;         ///< one of kInterfaceClasses
};

struct EnrichConfig {
  /// For exporters, and interfaces of exporters, that have no sampling of their own here.
  SamplingConfig sampling;
  std::vector<ExporterConfig> exporters;
  /// In order; the first that matches decides, for interfaces without a class of their own.
  std::vector<ClassRule> interface_classes;
};

}  // namespace weir::enrich
