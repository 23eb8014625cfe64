#include "enrich/plan.h"

namespace weir::enrich {

EnrichPlan::EnrichPlan(const EnrichConfig& config, flow::StringPool& strings) {
  texts = {.in = strings.intern("in"),
           .out = strings.intern("out"),
           .transit = strings.intern("transit"),
           .peering = strings.intern("peering"),
           .ix = strings.intern("ix")};
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
                                  .if_class = strings.intern(one.if_class),
                                  .sampling_override = one.sampling.override_rate.value_or(0),
                                  .sampling_default = one.sampling.default_rate.value_or(0)};
      if (one.sampling.override_rate || one.sampling.default_rate) to.interface_sampling = true;
    }
  }
  for (const ClassRule& rule : config.interface_classes) {
    rules.push_back(
        {.exporter = rule.exporter, .interface = rule.interface, .if_class = strings.intern(rule.if_class)});
  }
}

const ExporterPlan& EnrichPlan::of(IpAddress address) const {
  const auto at = exporters.find(address);
  return at == exporters.end() ? others : at->second;
}

}  // namespace weir::enrich
