#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "main/all_metrics.h"
#include "main/reference.h"
#include "serve/es/es_service.h"
#include "store/empty_store.h"

namespace weir::main {
namespace {

std::vector<Metrics::Family> all_families() {
  flow::StringPool strings;
  flow::ExporterTable exporters;
  store::EmptyStore store;
  const collect::CurrentPlan plan(std::make_shared<const enrich::EnrichPlan>(enrich::EnrichConfig{}, strings));
  const collect::Shared shared{strings, exporters, store, plan};
  Metrics metrics;
  const collect::Collector collector({}, shared);
  bgp::Rib rib;
  collect::Routing routing(rib);
  const serve::WebService web(
      {.exporters = exporters, .store = store, .metrics = metrics, .exporter_name = {}, .version = {}, .listen = {}},
      {});
  register_all_metrics(metrics, shared, collector, routing, web);
  const serve::es::EsService es(store, {}, {});
  es.add_metrics(metrics);
  const collect::WebFiles web_files("");
  const collect::Rpki rpki;
  flow::CurrentInterfaceTable interfaces;
  const collect::InterfaceNames interface_names("", exporters, interfaces, [](auto&&) {});
  const collect::Mitigation mitigation(
      "", {.announcer = routing.announcer(), .vrps = rpki.table(), .store = store, .sources = {}}, {});
  register_background_metrics(metrics, web_files, rpki, interface_names, mitigation);
  collect::Detecting::register_metrics(metrics, nullptr);
  const collect::Admission admission;
  admission.register_metrics(metrics);
  std::vector<Metrics::Family> families = metrics.collect();
  std::ranges::sort(families, {}, &Metrics::Family::name);
  return families;
}

}  // namespace

std::string metrics_reference() {
  std::string out =
      "# Metrics\n\n"
      "`GET /metrics` gives all of these in the Prometheus text format. Everything that moves has a counter; `weir "
      "doctor` reads\n"
      "the same numbers and says in words what is wrong.\n\n"
      "| metric | type | meaning |\n|---|---|---|\n";
  for (const Metrics::Family& family : all_families()) {
    out += fmt::format("| `{}` | {} | {} |\n", family.name, family.type == Metrics::Type::counter ? "counter" : "gauge",
                       family.help);
  }
  return out;
}

}  // namespace weir::main
