#include "serve/es/es_service.h"

namespace weir::serve::es {

void EsService::add_metrics(Metrics& metrics) const {
  const auto counters = server_.counters();
  metrics.add("weir_es_connections_total", "connections to the Elasticsearch-compatible port", Metrics::Type::counter,
              [counters] { return static_cast<double>(counters->connections.load()); });
  metrics.add("weir_es_responses_total", "responses on the Elasticsearch-compatible port by class", Metrics::Type::counter,
              Metrics::Read([counters] {
                return std::vector<Metrics::Sample>{
                    {.labels = {{"class", "ok"}}, .value = static_cast<double>(counters->responses_ok.load())},
                    {.labels = {{"class", "refused"}}, .value = static_cast<double>(counters->responses_refused.load())},
                    {.labels = {{"class", "failed"}}, .value = static_cast<double>(counters->responses_failed.load())}};
              }));
}

}  // namespace weir::serve::es
