#include "store/duckdb/compile_column.h"

#include "query/derived.h"
#include "store/duckdb/compile_literal.h"

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;

constexpr std::string_view kMostUbigint = "18446744073709551615";

/// counter * scale * sampling rate // duration: whole numbers, rounded down, 0 for flows without duration. (least()
/// passes over NULL, so that the counter is asked for.)
std::string rate_sql(Column counter, std::string_view scale) {
  const std::string count = sql_name(counter);
  const std::string lasted = "(\"flow_end\" - \"flow_start\")";
  return "CASE WHEN " + count + " IS NULL THEN NULL WHEN " + lasted + " > 0 THEN least(" + std::string(scale) +
         "::HUGEINT * " + count + " * coalesce(\"sampling_rate\", 1) // " + lasted + ", " + std::string(kMostUbigint) +
         ")::DOUBLE WHEN " + lasted + " <= 0 THEN 0::DOUBLE END";
}

/// `word` with its low `bits` cleared; `bits` is an expression from 1 to 63.
std::string clear_low_bits(const std::string& word, const std::string& bits) {
  return word + " - " + word + " % (1::UBIGINT << (" + bits + ")::UBIGINT)";
}

std::vector<std::string> prefix_sql(Column address, Column length) {
  const std::string hi = sql_name(address, "_hi");
  const std::string lo = sql_name(address, "_lo");
  const std::string bits = sql_name(length) + "::INTEGER";
  const std::string v4 = hi + " = 0 AND " + lo + " >> 32 = 65535";
  const std::string known = bits + " IS NOT NULL";
  const std::string masked_hi = "CASE WHEN " + bits + " >= 64 OR (" + v4 + ") THEN " + hi + " WHEN " + bits +
                                " = 0 THEN 0 WHEN " + known + " THEN " + clear_low_bits(hi, "64 - " + bits) + " END";
  const std::string masked_lo = "CASE WHEN " + v4 + " THEN CASE WHEN " + bits + " >= 32 THEN " + lo + " WHEN " + known +
                                " THEN " + clear_low_bits(lo, "32 - " + bits) + " END WHEN " + bits + " >= 128 THEN " +
                                lo + " WHEN " + bits + " <= 64 THEN 0 WHEN " + known + " THEN " +
                                clear_low_bits(lo, "128 - " + bits) + " END";
  // A prefix is unknown as a whole: where the address is, the length says nothing.
  const std::string whole = "CASE WHEN " + hi + " IS NOT NULL AND " + known + " THEN ";
  return {whole + masked_hi + " END::UBIGINT", whole + masked_lo + " END::UBIGINT", whole + bits + " END::UBIGINT"};
}

}  // namespace

std::vector<Column> stored_columns(Column column) {
  const auto parts = query::stored_columns(column);
  return {parts.begin(), parts.end()};
}

std::string value_sql(Column column) {
  switch (column) {
    case Column::duration:
      return "CASE WHEN \"flow_end\" >= \"flow_start\" THEN (\"flow_end\" - \"flow_start\")::UBIGINT WHEN \"flow_end\" "
             "< \"flow_start\" THEN 0::UBIGINT END";
    case Column::bps:
      return rate_sql(Column::bytes, "8000");
    case Column::pps:
      return rate_sql(Column::packets, "1000");
    case Column::bpp:
      return "CASE WHEN \"packets\" > 0 THEN (\"bytes\" // \"packets\")::DOUBLE WHEN \"packets\" = 0 AND \"bytes\" IS "
             "NOT NULL THEN 0::DOUBLE END";
    default:
      return sql_name(column);
  }
}

std::vector<std::string> key_sql(Column column) {
  switch (flow::info(column).type) {
    case ColumnType::ip:
      return {sql_name(column, "_hi"), sql_name(column, "_lo")};
    case ColumnType::prefix:
      return column == Column::src_prefix ? prefix_sql(Column::src_addr, Column::src_mask)
                                          : prefix_sql(Column::dst_addr, Column::dst_mask);
    case ColumnType::string:
      return {sql_name(column)};
    case ColumnType::time_ms: {
      const std::string time = sql_name(column);
      return {"CASE WHEN " + time + " >= 0 THEN " + time + " WHEN " + time + " < 0 THEN 0 END"};
    }
    default:
      return {value_sql(column)};
  }
}

std::string distinct_sql(Column column) {
  const std::vector<std::string> words = key_sql(column);
  if (words.size() == 1 && flow::info(column).type != ColumnType::string) return words.front();
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return "CASE WHEN (" + words.front() + ") IS NOT NULL THEN hash(" + all + ") END";
}

}  // namespace weir::store
