#include "store/duckdb/sql_tables.h"

#include <array>

#include "store/duckdb/compile_column.h"
#include "store/duckdb/compile_literal.h"
#include "store/duckdb/rollup_columns.h"

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;

constexpr auto kTables =
    std::to_array<std::string_view>({"flows", "rollup_1m", "rollup_5m", "rollup_1h", "interface_counters"});
constexpr std::array kRollups = {Source::rollup_1m, Source::rollup_5m, Source::rollup_1h};

std::string address(const std::string& hi, const std::string& lo, std::string_view name) {
  return "weir_address(" + hi + ", " + lo + ") AS \"" + std::string(name) + "\"";
}

std::string mac_sql(Column column) {
  const std::string digits = "lpad(lower(to_hex(" + sql_name(column) + ")), 12, '0')";
  std::string out = "CASE WHEN " + sql_name(column) + " IS NOT NULL THEN concat_ws(':'";
  for (int pair = 0; pair < 6; ++pair) out += ", substr(" + digits + ", " + std::to_string(2 * pair + 1) + ", 2)";
  return out + ") END AS " + sql_name(column);
}

std::string column_sql(Column column) {
  switch (flow::info(column).type) {
    case ColumnType::ip:
      return address(sql_name(column, "_hi"), sql_name(column, "_lo"), flow::name(column));
    case ColumnType::mac:
      return mac_sql(column);
    default:
      return sql_name(column);
  }
}

std::string flows_sql(Snapshot& snapshot) {
  std::string out;
  for (const flow::ColumnInfo& info : flow::kColumns) {
    if (flow::is_stored(info.column)) out += (out.empty() ? "SELECT " : ", ") + column_sql(info.column);
  }
  out += ", " + value_sql(Column::duration) + " AS duration";
  return out + " FROM " + snapshot.relation(Source::flows, INT64_MIN, INT64_MAX, {}).sql;
}

std::string rollup_sql(Source source, Snapshot& snapshot) {
  std::string out = "SELECT \"time\"";
  for (const Column column : kRollupColumns) out += ", " + column_sql(column);
  return out + ", bytes, packets, flows FROM " + snapshot.relation(source, INT64_MIN, INT64_MAX, {}).sql;
}

std::string counters_sql(Snapshot& snapshot) {
  return "SELECT \"time\", " + address("exporter_hi", "exporter_lo", "exporter") +
         ", * EXCLUDE (\"time\", exporter_hi, exporter_lo) FROM (" + snapshot.whole(Kind::counters) + ")";
}

}  // namespace

std::span<const std::string_view> sql_tables() {
  return kTables;
}

std::string sql_table(std::string_view name, Snapshot& snapshot) {
  if (name == "flows") return flows_sql(snapshot);
  for (const Source source : kRollups) {
    if (name == "rollup_" + std::string(to_string(source))) return rollup_sql(source, snapshot);
  }
  return counters_sql(snapshot);
}

}  // namespace weir::store
