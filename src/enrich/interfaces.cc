// in_if_name, out_if_name, in_if_class, out_if_class.
//
// Name: the configured one, else the one the exporter announced (decode/ has set it), else the one the router told when
// it was asked (flow/interface_table.h), else unknown.
//
// Class: the configured one of the interface, else that of the first rule whose patterns match, else unknown. A rule may
// look at the name and at the description: the configured one, else the one the exporter announced, else the one the
// router told when it was asked. To a rule an unknown name or description is the empty text, which only "*" matches.
#include "enrich/glob.h"
#include "enrich/memory.h"
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;

/// Names come from the network: behind this many, what is remembered of an exporter's interfaces is found anew.
constexpr std::size_t kMostNames = 65'536;

KnownInterface make_known(const Job& job, const KnownExporter& exporter, std::uint32_t index) {
  KnownInterface out;
  const auto& configured = exporter.plan->interfaces;
  if (const auto at = configured.find(index); at != configured.end()) {
    out.name = at->second.name;
    out.if_class = at->second.if_class;
    out.description = job.strings.text(at->second.description);
  }
  if (out.description.empty() && exporter.rules_want_descriptions) {
    out.description = job.strings.text(exporter.state->interface_description(index));
  }
  if (job.memory.interfaces == nullptr) return out;
  const flow::InterfaceInfo* told = job.memory.interfaces->find(exporter.address, index);
  if (told == nullptr) return out;
  out.asked = job.strings.intern(told->name.empty() ? told->description : told->name);
  if (out.description.empty()) out.description = told->description;
  return out;
}

const KnownInterface& known_interface(const Job& job, KnownExporter& exporter, std::uint32_t index) {
  if (const auto at = exporter.interfaces.find(index); at != exporter.interfaces.end()) return at->second;
  if (exporter.interfaces.size() >= kMostNames) exporter.interfaces.clear();
  return exporter.interfaces.emplace(index, make_known(job, exporter, index)).first->second;
}

flow::StringId class_by_rules(KnownExporter& exporter, std::uint32_t index, flow::StringId name,
                              const std::string& description, const flow::StringPool& strings) {
  const std::uint64_t key = std::uint64_t{exporter.rules_want_descriptions ? index : 0} << 32U | name;
  if (const auto at = exporter.class_of.find(key); at != exporter.class_of.end()) return at->second;
  flow::StringId found = 0;
  for (const RulePlan* rule : exporter.rules) {
    if (!glob_matches(rule->interface, strings.text(name)) || !glob_matches(rule->description, description)) continue;
    found = rule->if_class;
    break;
  }
  if (exporter.class_of.size() >= kMostNames) exporter.class_of.clear();
  exporter.class_of.emplace(key, found);
  return found;
}

/// What was announced since the last batch changes what the rules say.
void forget_old_descriptions(KnownExporter& exporter) {
  const std::uint32_t version = exporter.state->descriptions_version();
  if (!exporter.rules_want_descriptions || version == exporter.descriptions_version) return;
  exporter.descriptions_version = version;
  exporter.interfaces.clear();
  exporter.class_of.clear();
}

/// One side of the run's rows: `If` is in_if or out_if.
template <Column If, Column Name, Column Class>
void name_side(const Job& job, const Run& run) {
  KnownExporter& exporter = *run.exporter;
  const auto masks = job.batch.masks();
  const auto indexes = job.batch.values<If>();
  const auto names = job.batch.values<Name>();
  const auto classes = job.batch.values<Class>();
  for (std::size_t row = run.first; row < run.first + run.count; ++row) {
    flow::RowMask& mask = masks[row];
    if (!mask.has(If)) continue;
    const KnownInterface& known = known_interface(job, exporter, indexes[row]);
    if (const flow::StringId name = known.name != 0 ? known.name : (mask.has(Name) ? 0 : known.asked); name != 0) {
      names[row] = name;
      mask.set(Name);
    }
    flow::StringId if_class = known.if_class;
    if (if_class == 0 && !exporter.rules.empty()) {
      if_class =
          class_by_rules(exporter, indexes[row], mask.has(Name) ? names[row] : 0, known.description, job.strings);
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
  const bool has_asked = job.memory.interfaces != nullptr && job.memory.interfaces->size() > 0;
  for (const Run& run : job.runs) {
    if (run.exporter->plan->interfaces.empty() && run.exporter->rules.empty() && !has_asked) continue;
    forget_old_descriptions(*run.exporter);
    const std::uint64_t announced = count_named(job, run);
    name_side<Column::in_if, Column::in_if_name, Column::in_if_class>(job, run);
    name_side<Column::out_if, Column::out_if_name, Column::out_if_class>(job, run);
    // decode/ has counted the rows that it named.
    const std::uint64_t filled = count_named(job, run) - announced;
    if (filled > 0) run.exporter->state->add(flow::Counter::flows_named, filled);
  }
}

}  // namespace weir::enrich
