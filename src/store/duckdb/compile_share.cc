#include "store/duckdb/compile_share.h"

#include <string_view>

#include "flow/spread.h"
#include "store/duckdb/compile_literal.h"

namespace weir::store {
namespace {

// Below this total * into fits 63 bits as it is, with one division instead of three.
constexpr std::string_view kDirectBelow = "1099511627776";  // 2^40

std::string share_before_sql(const FlowSpan& span, const std::string& total, const std::string& until) {
  const std::string into = "(" + until + " - (" + span.time + " - " + span.lasted + "))";
  const std::string length = "(" + span.lasted + " + 1)";
  return "CASE WHEN " + until + " > " + span.time + " THEN " + total + " WHEN " + into + " <= 0 THEN 0 WHEN " + total +
         " < " + std::string(kDirectBelow) + " THEN " + total + " * " + into + " // " + length + " ELSE " + total +
         " // " + length + " * " + into + " + " + total + " % " + length + " * " + into + " // " + length + " END";
}

}  // namespace

std::string weighed_sql(flow::Column counter, unsigned suspect_bit) {
  const std::string count = sql_name(counter);
  // Most exporters do not sample: their rows need no multiplication, which looks for overflows.
  return "CASE WHEN coalesce(\"suspect\", 0) & " + std::to_string(suspect_bit) +
         " <> 0 THEN 0 WHEN coalesce(\"sampling_rate\", 1) = 1 THEN coalesce(" + count + "::BIGINT, 0) ELSE coalesce((" + count +
         " * \"sampling_rate\")::BIGINT, 0) END";
}

std::string lasted_sql() {
  const std::string most = std::to_string(flow::kMostSpreadMs);
  // Not least() and greatest(), which are slow.
  return "CASE WHEN \"flow_end\" - \"flow_start\" > " + most +
         " THEN " + most + " WHEN \"flow_end\" > \"flow_start\" THEN \"flow_end\" - \"flow_start\" ELSE 0 END";
}

std::string share_sql(const FlowSpan& span, const std::string& total, const std::string& from, const std::string& to) {
  return "((" + share_before_sql(span, total, to) + ") - (" + share_before_sql(span, total, from) + "))";
}

}  // namespace weir::store
