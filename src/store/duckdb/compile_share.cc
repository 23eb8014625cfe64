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
  return "CASE WHEN coalesce(\"suspect\", 0) & " + std::to_string(suspect_bit) + " = 0 THEN coalesce((" +
         sql_name(counter) + " * coalesce(\"sampling_rate\", 1))::BIGINT, 0) ELSE 0 END";
}

std::string lasted_sql() {
  return "least(greatest(coalesce(\"flow_end\" - \"flow_start\", 0), 0), " + std::to_string(flow::kMostSpreadMs) + ")";
}

std::string share_sql(const FlowSpan& span, const std::string& total, const std::string& from, const std::string& to) {
  return "((" + share_before_sql(span, total, to) + ") - (" + share_before_sql(span, total, from) + "))";
}

}  // namespace weir::store
