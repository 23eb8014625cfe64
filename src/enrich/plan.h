// A configuration made ready to run: texts interned, tables indexed. Made at start and at every reload.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "enrich/enrich_config.h"
#include "enrich/places.h"
#include "flow/key_hash.h"
#include "flow/string_pool.h"

namespace weir::enrich {

/// What is configured for one interface; 0 in a text or rate means nothing is.
struct InterfacePlan {
  flow::StringId name = 0;
  flow::StringId description = 0;
  flow::StringId if_class = 0;
  std::uint32_t sampling_override = 0;
  std::uint32_t sampling_default = 0;
};

/// Whose word counts, resolved for one exporter.
struct RoutePlan {
  Prefer as = Prefer::automatic;
  Prefer mask = Prefer::automatic;
  Prefer next_hop = Prefer::automatic;
};

/// What is configured for one exporter.
struct ExporterPlan {
  flow::StringId name = 0;
  std::optional<IpAddress> shown_as;
  std::uint32_t sampling_override = 0;  ///< its own, or else the one for all exporters
  std::uint32_t sampling_default = 0;
  bool interface_sampling = false;  ///< some interface has a rate of its own
  boost::unordered_flat_map<std::uint32_t, InterfacePlan, flow::KeyHash> interfaces;
  RoutePlan routes;
  /// The routing table that a flow's `vrf` means, as text for Rib::find_table(); "" is the global one.
  boost::unordered_flat_map<flow::StringId, std::string, flow::KeyHash> vrfs;
};

struct RulePlan {
  std::string exporter;
  std::string interface;
  std::string description;
  flow::StringId if_class = 0;
};

/// Ids of the texts that enrichments write themselves, and of the classes.
struct KnownTexts {
  flow::StringId in = 0;
  flow::StringId out = 0;
  flow::StringId transit = 0;
  flow::StringId peering = 0;
  flow::StringId ix = 0;
  flow::StringId valid = 0;
  flow::StringId invalid = 0;
  flow::StringId not_found = 0;
};

/// Never changes once made; any number of threads read it. A reload makes a new one and swaps the pointer.
struct EnrichPlan {
  /// `strings` must be the pool that the batches refer to.
  EnrichPlan(const EnrichConfig& config, flow::StringPool& strings);

  /// The plan of a configured exporter, or that of all others.
  [[nodiscard]] const ExporterPlan& of(IpAddress address) const;

  KnownTexts texts;
  ExporterPlan others;
  boost::unordered_flat_map<IpAddress, ExporterPlan, flow::KeyHash> exporters;
  std::vector<RulePlan> rules;
  std::uint32_t own_as = 0;  ///< of routes with an empty AS path; 0 not configured
  PlaceTable places;
};

}  // namespace weir::enrich
