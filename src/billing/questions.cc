#include "billing/ledger.h"
#include "query/filter.h"
#include "query/report/conditions.h"
#include "query/test_builder.h"

namespace weir::billing {
namespace {

using flow::Column;
namespace report = query::report;
using query::ExpressionPtr;

ExpressionPtr interfaces(const GroupConfig& group, report::Way way) {
  std::vector<ExpressionPtr> any;
  for (const BilledInterface& one : group.interfaces) {
    const std::vector<std::string> exporter = {one.exporter};
    const std::vector<std::string> interface = {one.interface};
    any.push_back(report::all_of({report::exporter_is(exporter), report::interface_is(way, interface)}));
  }
  return report::any_of(std::move(any));
}

report::Ranges ranges_of(const std::vector<std::uint32_t>& ases) {
  report::Ranges out;
  for (const std::uint32_t as : ases) out.emplace_back(as, as);
  return out;
}

/// Whatever of the group is at this end of a flow.
ExpressionPtr members(const GroupConfig& group, bool source) {
  return report::any_of({report::one_of(source ? Column::src_customer : Column::dst_customer, group.customers),
                         report::one_of(source ? Column::src_as : Column::dst_as, ranges_of(group.ases)),
                         report::one_of(source ? Column::src_addr : Column::dst_addr, group.prefixes)});
}

query::Query question(const Range& range, ExpressionPtr filter) {
  query::Query out;
  out.from_ms = range.from_ms;
  out.to_ms = range.to_ms;
  out.resolution_ms = kSampleMs;
  out.filter = std::move(filter);
  out.filter_text = report::text_of(out.filter);
  return out;
}

}  // namespace

Result<Questions> questions_of(const GroupConfig& group, const Range& range) {
  ExpressionPtr further;
  if (!group.filter.empty()) {
    auto parsed = query::parse_filter(group.filter);
    if (!parsed)
      return fail(ErrorCode::invalid, "the filter of billing group '" + group.name + "': " + parsed.error().message);
    further = *std::move(parsed);
  }
  return Questions{
      question(range, report::all_of({report::any_of({interfaces(group, report::Way::in), members(group, false)}), further})),
      question(range, report::all_of({report::any_of({interfaces(group, report::Way::out), members(group, true)}), further}))};
}

std::vector<std::string> find_contradictions(const BillingConfig& config) {
  std::vector<std::string> out;
  if (!is_time_zone(config.time_zone))
    out.push_back("billing.time_zone '" + config.time_zone + "' is no time zone of this machine: expected a name such as "
                  "Asia/Kuala_Lumpur");
  for (const GroupConfig& group : config.groups) {
    if (group.interfaces.empty() && group.customers.empty() && group.ases.empty() && group.prefixes.empty())
      out.push_back("billing group '" + group.name + "' bills nothing: expected interfaces, customers, ases or prefixes");
    if (const auto questions = questions_of(group, {0, kSampleMs}); !questions) out.push_back(questions.error().message);
  }
  return out;
}

}  // namespace weir::billing
