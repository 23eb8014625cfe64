// in_if_name, out_if_name, in_if_class, out_if_class.
//
// Name: the configured one, else the one the exporter announced (decode/ has set it), else unknown.
// Class: the configured one of the interface, else that of the first rule whose patterns match, else unknown. To a rule
// an unknown name is the empty text, which only "*" matches.
#include "enrich/glob.h"
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;

/// Names come from the network: behind this many, an exporter's remembered classes are found anew.
constexpr std::size_t kMostNames = 65'536;

flow::StringId class_by_rules(KnownExporter& exporter, flow::StringId name, const flow::StringPool& strings) {
  if (const auto at = exporter.class_of_name.find(name); at != exporter.class_of_name.end()) return at->second;
  flow::StringId found = 0;
  for (const RulePlan* rule : exporter.rules) {
    if (!glob_matches(rule->interface, strings.text(name))) continue;
    found = rule->if_class;
    break;
  }
  if (exporter.class_of_name.size() >= kMostNames) exporter.class_of_name.clear();
  exporter.class_of_name.emplace(name, found);
  return found;
}

/// One side of the run's rows: `If` is in_if or out_if.
template <Column If, Column Name, Column Class>
void name_side(const Job& job, const Run& run) {
  KnownExporter& exporter = *run.exporter;
  const auto& configured = exporter.plan->interfaces;
  const auto masks = job.batch.masks();
  const auto indexes = job.batch.values<If>();
  const auto names = job.batch.values<Name>();
  const auto classes = job.batch.values<Class>();
  for (std::size_t row = run.first; row < run.first + run.count; ++row) {
    flow::RowMask& mask = masks[row];
    flow::StringId if_class = 0;
    if (mask.has(If) && !configured.empty()) {
      if (const auto at = configured.find(indexes[row]); at != configured.end()) {
        if (at->second.name != 0) {
          names[row] = at->second.name;
          mask.set(Name);
        }
        if_class = at->second.if_class;
      }
    }
    if (if_class == 0 && mask.has(If) && !exporter.rules.empty()) {
      if_class = class_by_rules(exporter, mask.has(Name) ? names[row] : 0, job.strings);
    }
    if (if_class == 0) continue;
    classes[row] = if_class;
    mask.set(Class);
  }
}

std::uint64_t count_named(const Job& job, const Run& run) {
  std::uint64_t named = 0;
  for (const flow::RowMask& mask : job.batch.masks().subspan(run.first, run.count)) {
    named += mask.has(Column::in_if_name) || mask.has(Column::out_if_name) ? 1U : 0U;
  }
  return named;
}

}  // namespace

void name_interfaces(const Job& job) {
  for (const Run& run : job.runs) {
    if (run.exporter->plan->interfaces.empty() && run.exporter->rules.empty()) continue;
    const std::uint64_t announced = count_named(job, run);
    name_side<Column::in_if, Column::in_if_name, Column::in_if_class>(job, run);
    name_side<Column::out_if, Column::out_if_name, Column::out_if_class>(job, run);
    // decode/ has counted the rows that it named.
    const std::uint64_t filled = count_named(job, run) - announced;
    if (filled > 0) run.exporter->state->add(flow::Counter::flows_named, filled);
  }
}

}  // namespace weir::enrich
