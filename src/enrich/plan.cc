#include "enrich/plan.h"

namespace weir::enrich {
namespace {

constexpr std::string_view kGlobal = "global";

RoutePlan route_plan(const RoutePreference& own, const RoutePreference& all) {
  return {.as = own.as.value_or(all.as.value_or(Prefer::automatic)),
          .mask = own.mask.value_or(all.mask.value_or(Prefer::automatic)),
          .next_hop = own.next_hop.value_or(all.next_hop.value_or(Prefer::automatic))};
}

}  // namespace

EnrichPlan::EnrichPlan(const EnrichConfig& config, flow::StringPool& strings) : places(config, strings) {
  texts = {.in = strings.intern("in"),
           .out = strings.intern("out"),
           .transit = strings.intern("transit"),
           .peering = strings.intern("peering"),
           .ix = strings.intern("ix"),
           .valid = strings.intern("valid"),
           .invalid = strings.intern("invalid"),
           .not_found = strings.intern("not-found")};
  own_as = config.own_ases.empty() ? 0 : config.own_ases.front();
  others.routes = route_plan({}, config.routes);
  others.sampling_override = config.sampling.override_rate.value_or(0);
  others.sampling_default = config.sampling.default_rate.value_or(0);
  for (const ExporterConfig& from : config.exporters) {
    ExporterPlan& to = exporters[from.address];
    to.name = strings.intern(from.name);
    to.shown_as = from.shown_as;
    to.sampling_override = from.sampling.override_rate.value_or(others.sampling_override);
    to.sampling_default = from.sampling.default_rate.value_or(others.sampling_default);
    for (const InterfaceConfig& one : from.interfaces) {
      to.interfaces[one.index] = {.name = strings.intern(one.name),
                                  .description = strings.intern(one.description),
                                  .if_class = strings.intern(one.if_class),
                                  .sampling_override = one.sampling.override_rate.value_or(0),
                                  .sampling_default = one.sampling.default_rate.value_or(0)};
      if (one.sampling.override_rate || one.sampling.default_rate) to.interface_sampling = true;
    }
    to.routes = route_plan(from.routes, config.routes);
    for (const VrfConfig& vrf : from.vrfs) {
      to.vrfs[strings.intern(vrf.name)] = vrf.table == kGlobal ? "" : vrf.table;
    }
  }
  for (const ClassRule& rule : config.interface_classes) {
    rules.push_back({.exporter = rule.exporter,
                     .interface = rule.interface,
                     .description = rule.description,
                     .if_class = strings.intern(rule.if_class)});
  }
}

const ExporterPlan& EnrichPlan::of(IpAddress address) const {
  const auto at = exporters.find(address);
  return at == exporters.end() ? others : at->second;
}

}  // namespace weir::enrich
