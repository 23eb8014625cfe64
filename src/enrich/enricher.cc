#include "enrich/enricher.h"

#include <array>
#include <string>

#include "enrich/glob.h"

namespace weir::enrich {
namespace {

struct StageRow {
  std::string_view gives;
  Stage run;
};

/// In order: sampling looks at the direction that the exporter gave, so it comes before ours; our direction needs
/// classes.
constexpr std::array kStages = {
    StageRow{"exporter, exporter_name", name_exporters},
    StageRow{"in_if_name, out_if_name, in_if_class, out_if_class", name_interfaces},
    StageRow{"sampling_rate", set_sampling},
    StageRow{"direction", find_direction},
    StageRow{"ip_version", fill_ip_version},
    StageRow{"(counts flows_routed)", count_routed},
};

/// Sources can be forged: behind this many, what is remembered of exporters is found anew.
constexpr std::size_t kMostExporters = 65'536;

}  // namespace

Enricher::Enricher(const flow::StringPool& strings, flow::ExporterTable& exporters)
    : strings_(strings), exporters_(exporters) {}

void Enricher::enrich(const std::shared_ptr<const EnrichPlan>& plan, flow::FlowBatch& batch) {
  runs_.clear();
  take_over(plan);
  if (batch.empty()) return;
  find_runs(batch);
  const Job job{.plan = *plan_, .strings = strings_, .runs = runs_, .batch = batch};
  for (const StageRow& stage : kStages) stage.run(job);
}

void Enricher::enrich(const std::shared_ptr<const EnrichPlan>& plan, std::span<flow::InterfaceCounters> readings) {
  take_over(plan);
  for (flow::InterfaceCounters& reading : readings) {
    const ExporterPlan& exporter = plan_->of(reading.exporter);
    if (exporter.shown_as) reading.exporter = *exporter.shown_as;
  }
}

void Enricher::take_over(const std::shared_ptr<const EnrichPlan>& plan) {
  if (plan != plan_ || known_.size() >= kMostExporters) {
    runs_.clear();  // they refer to what is forgotten now
    known_.clear();
  }
  plan_ = plan;
}

void Enricher::find_runs(const flow::FlowBatch& batch) {
  const auto addresses = batch.values<flow::Column::exporter>();
  const auto masks = batch.masks();
  IpAddress last;
  for (std::size_t row = 0; row < batch.size(); ++row) {
    const IpAddress address = masks[row].has(flow::Column::exporter) ? addresses[row] : IpAddress{};
    if (runs_.empty() || address != last) runs_.push_back({.first = row, .count = 0, .exporter = &known(address)});
    ++runs_.back().count;
    last = address;
  }
}

KnownExporter& Enricher::known(IpAddress address) {
  auto& slot = known_[address];
  if (slot != nullptr) return *slot;
  slot = std::make_unique<KnownExporter>();
  slot->state = &exporters_.of(address);
  slot->plan = &plan_->of(address);
  const std::string text = to_string(address);
  for (const RulePlan& rule : plan_->rules) {
    if (glob_matches(rule.exporter, strings_.text(slot->plan->name)) || glob_matches(rule.exporter, text)) {
      slot->rules.push_back(&rule);
    }
  }
  return *slot;
}

}  // namespace weir::enrich
