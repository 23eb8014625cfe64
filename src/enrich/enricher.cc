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
/// classes. Routes come before what an AS
/// decides, and are counted before AS numbers are filled in from files.
constexpr std::array kStages = {
    StageRow{"exporter, exporter_name", name_exporters},
    StageRow{"in_if_name, out_if_name, in_if_class, out_if_class", name_interfaces},
    StageRow{"sampling_rate", set_sampling},
    StageRow{"direction", find_direction},
    StageRow{"ip_version", fill_ip_version},
    StageRow{"src_as, dst_as, src_mask, dst_mask, next_hop, bgp_next_hop, as_path, first_as, communities, rpki",
             find_routes},
    StageRow{"(counts flows_routed)", count_routed},
    StageRow{"src_as, dst_as", fill_as_from_files},
    StageRow{"src_country, dst_country", find_countries},
    StageRow{"src_customer, dst_customer, src_region, dst_region", find_customers},
};

/// Sources can be forged: behind this many, what is remembered of exporters is found anew.
constexpr std::size_t kMostExporters = 65'536;

}  // namespace

Enricher::Enricher(flow::StringPool& strings, flow::ExporterTable& exporters, const Lookups& lookups)
    : strings_(strings), exporters_(exporters), memory_(lookups) {}

void Enricher::enrich(const std::shared_ptr<const EnrichPlan>& plan, flow::FlowBatch& batch) {
  runs_.clear();
  memory_.begin_batch();
  take_over(plan);
  if (batch.empty()) return;
  find_runs(batch);
  const Job job{.plan = *plan_, .strings = strings_, .memory = memory_, .runs = runs_, .batch = batch};
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
  if (plan != plan_ || memory_.interfaces_changed || known_.size() >= kMostExporters) {
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
  slot->address = address;
  const std::string_view name = strings_.text(slot->plan->name);
  const std::string text = to_string(address);
  const auto is_meant = [&](const std::string& pattern) {
    return glob_matches(pattern, name) || glob_matches(pattern, text);
  };
  for (const RulePlan& rule : plan_->rules) {
    if (!is_meant(rule.exporter)) continue;
    slot->rules.push_back(&rule);
    if (rule.description != "*") slot->rules_want_descriptions = true;
  }
  for (const CustomerRule& rule : plan_->places.rules()) {
    if (is_meant(rule.exporter)) slot->customer_rules.push_back(&rule);
  }
  return *slot;
}

}  // namespace weir::enrich
