#include "base/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace weir {

void Metrics::add(std::string name, std::string help, Type type, Read read) {
  const std::lock_guard lock(mutex_);
  sources_.push_back({std::move(name), std::move(help), type, std::move(read)});
}

void Metrics::add(std::string name, std::string help, Type type, std::function<double()> read) {
  add(std::move(name), std::move(help), type,
      [read = std::move(read)] { return std::vector<Sample>{{.labels = {}, .value = read()}}; });
}

std::vector<Metrics::Family> Metrics::collect() const {
  std::vector<Source> sources;
  {
    // Copied, so that a slow reader does not hold up whoever adds, and may itself add.
    const std::lock_guard lock(mutex_);
    sources = sources_;
  }
  std::vector<Family> out;
  double left_out = 0;
  for (const Source& source : sources) {
    Family family{source.name, source.help, source.type, source.read()};
    if (family.samples.size() > kMostSamples) {
      left_out += static_cast<double>(family.samples.size() - kMostSamples);
      family.samples.resize(kMostSamples);
    }
    out.push_back(std::move(family));
  }
  out.push_back({"weir_metrics_samples_left_out", "samples of this scrape left out because a family had too many",
                 Type::gauge, {{.labels = {}, .value = left_out}}});
  return out;
}

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families;
  for (Family& family : collect()) {
    prometheus::MetricFamily to;
    to.name = std::move(family.name);
    to.help = std::move(family.help);
    to.type = family.type == Type::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    for (Sample& sample : family.samples) {
      prometheus::ClientMetric metric;
      for (auto& [label, value] : sample.labels) metric.label.push_back({label, value});
      if (family.type == Type::counter) {
        metric.counter.value = sample.value;
      } else {
        metric.gauge.value = sample.value;
      }
      to.metric.push_back(std::move(metric));
    }
    families.push_back(std::move(to));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace weir
