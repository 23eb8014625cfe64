#include "store/duckdb/schema.h"

#include <algorithm>
#include <utility>

#include "store/duckdb/connection.h"
#include "store/duckdb/rollup_columns.h"

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;
using Word = PhysicalColumn::Word;

struct KindName {
  Kind kind;
  std::string_view name;
};
constexpr std::array kNames = {
    KindName{Kind::flows, "flows"},         KindName{Kind::rollup_new, "rollup_new"},
    KindName{Kind::rollup_1m, "rollup_1m"}, KindName{Kind::rollup_5m, "rollup_5m"},
    KindName{Kind::rollup_1h, "rollup_1h"}, KindName{Kind::counters, "counters"},
};

duckdb_type storage_type(ColumnType type) {
  switch (type) {
    case ColumnType::u8:
      return DUCKDB_TYPE_UTINYINT;
    case ColumnType::u16:
      return DUCKDB_TYPE_USMALLINT;
    case ColumnType::u32:
    case ColumnType::string:
      return DUCKDB_TYPE_UINTEGER;
    case ColumnType::time_ms:
      return DUCKDB_TYPE_BIGINT;
    case ColumnType::u64:
    case ColumnType::ip:
    case ColumnType::mac:
    case ColumnType::prefix:
    case ColumnType::real:
      return DUCKDB_TYPE_UBIGINT;
  }
  return DUCKDB_TYPE_UBIGINT;
}

void add(Schema& to, Column column) {
  const flow::ColumnInfo& info = flow::info(column);
  const std::string name(info.name);
  const duckdb_type type = storage_type(info.type);
  if (info.type == ColumnType::ip) {
    to.columns.push_back({name + "_hi", type, false, column, Word::hi});
    to.columns.push_back({name + "_lo", type, false, column, Word::lo});
  } else {
    to.columns.push_back({name, type, info.type == ColumnType::string, column, Word::whole});
  }
}

Schema flows_schema() {
  Schema out;
  for (const flow::ColumnInfo& info : flow::kColumns) {
    if (flow::is_stored(info.column)) add(out, info.column);
  }
  return out;
}

Schema rollup_schema() {
  Schema out;
  add(out, Column::time);
  for (const Column column : kRollupColumns) add(out, column);
  for (const Column column : {Column::bytes, Column::packets, Column::flows}) {
    out.columns.push_back({std::string(flow::name(column)), DUCKDB_TYPE_UBIGINT, false, column, Word::whole});
  }
  return out;
}

Schema counters_schema() {
  Schema out;
  add(out, Column::time);
  add(out, Column::exporter);
  const auto field = [&](std::string_view name, duckdb_type type) {
    out.columns.push_back({std::string(name), type, false, std::nullopt, Word::whole});
  };
  field("if_index", DUCKDB_TYPE_UINTEGER);
  field("speed_bps", DUCKDB_TYPE_UBIGINT);
  field("admin_up", DUCKDB_TYPE_BOOLEAN);
  field("oper_up", DUCKDB_TYPE_BOOLEAN);
  for (const std::string_view name : {"in_octets", "in_packets", "in_discards", "in_errors", "out_octets",
                                      "out_packets", "out_discards", "out_errors"}) {
    field(name, DUCKDB_TYPE_UBIGINT);
  }
  return out;
}

std::string member(const PhysicalColumn& column) {
  return "r." + identifier(column.name);
}

/// What stands for a column that a hot table left out; its neighbours of the same table are there or left out too.
std::string default_sql(Kind kind, const PhysicalColumn& column, const ColumnSet& present) {
  const Schema& schema = schema_of(kind);
  const std::string null = "NULL::" + std::string(sql_type(column, true));
  if (!has_default(column)) return null;
  if (column.column == Column::flows) return kind == Kind::flows ? "1::UINTEGER" : null;
  if (column.column == Column::flow_end) return member(schema.columns[*schema.find("time")]);
  const auto lo = schema.find(std::string(flow::name(*column.column)) + "_lo");
  if (!lo || !present[*lo]) return null;
  return "CASE WHEN " + member(schema.columns[*lo]) + " IS NOT NULL THEN 0::UBIGINT END";
}

std::string hot_value(Kind kind, std::size_t index, const ColumnSet& present, bool as_text) {
  const PhysicalColumn& column = schema_of(kind).columns[index];
  if (!present[index]) {
    return column.text && as_text ? "NULL::VARCHAR" : default_sql(kind, column, present);
  }
  return column.text && as_text ? "weir_text(" + member(column) + ")" : member(column);
}

template <typename ValueOf>
std::string select_list(Kind kind, const ColumnSet& wanted, ValueOf value_of) {
  std::string out;
  const Schema& schema = schema_of(kind);
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (!wanted[i]) continue;
    if (!out.empty()) out += ", ";
    out += value_of(i) + " AS " + identifier(schema.columns[i].name);
  }
  return out;
}

}  // namespace

std::string_view to_string(Kind kind) {
  return kNames[static_cast<std::size_t>(kind)].name;
}

std::optional<Kind> find_kind(std::string_view name) {
  for (const KindName& row : kNames) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

std::optional<std::size_t> Schema::find(std::string_view name) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return i;
  }
  return std::nullopt;
}

ColumnSet Schema::all() const {
  ColumnSet out;
  for (std::size_t i = 0; i < columns.size(); ++i) out.set(i);
  return out;
}

const Schema& schema_of(Kind kind) {
  static const Schema flows = flows_schema();
  static const Schema rollup = rollup_schema();
  static const Schema counters = counters_schema();
  if (kind == Kind::flows) return flows;
  return kind == Kind::counters ? counters : rollup;
}

std::string to_names(Kind kind, const ColumnSet& set) {
  std::string out;
  const Schema& schema = schema_of(kind);
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (!set[i]) continue;
    if (!out.empty()) out += ',';
    out += schema.columns[i].name;
  }
  return out;
}

ColumnSet from_names(Kind kind, std::string_view names) {
  ColumnSet out;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    if (const auto at = schema_of(kind).find(name)) out.set(*at);
  }
  return out;
}

std::string_view sql_type(const PhysicalColumn& column, bool hot) {
  if (column.text && !hot) return "VARCHAR";
  switch (column.type) {
    case DUCKDB_TYPE_UTINYINT:
      return "UTINYINT";
    case DUCKDB_TYPE_USMALLINT:
      return "USMALLINT";
    case DUCKDB_TYPE_UINTEGER:
      return "UINTEGER";
    case DUCKDB_TYPE_BIGINT:
      return "BIGINT";
    case DUCKDB_TYPE_BOOLEAN:
      return "BOOLEAN";
    default:
      return "UBIGINT";
  }
}

bool has_default(const PhysicalColumn& column) {
  return column.word == Word::hi || column.column == Column::flow_end || column.column == Column::flows;
}

ColumnSet with_defaults(Kind kind, const ColumnSet& present) {
  ColumnSet out = present;
  const Schema& schema = schema_of(kind);
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    const bool left_out = schema.columns[i].column == Column::flow_end;
    if (!left_out && !present[i] && !default_sql(kind, schema.columns[i], present).starts_with("NULL")) out.set(i);
  }
  return out;
}

ColumnSet physical(Kind kind, std::span<const flow::Column> columns) {
  const Schema& schema = schema_of(kind);
  if (columns.empty()) return schema.all();
  ColumnSet out;
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    const auto& column = schema.columns[i].column;
    if (column && std::ranges::find(columns, *column) != columns.end()) out.set(i);
  }
  return out;
}

std::string struct_type(Kind kind, const ColumnSet& set) {
  std::string out = "STRUCT(";
  const Schema& schema = schema_of(kind);
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (!set[i]) continue;
    if (out.back() != '(') out += ", ";
    out += identifier(schema.columns[i].name) + " " + std::string(sql_type(schema.columns[i], true));
  }
  return out + ")";
}

std::string select_hot(Kind kind, const ColumnSet& present, const ColumnSet& wanted) {
  return select_list(kind, wanted, [&](std::size_t i) { return hot_value(kind, i, present, true); });
}

std::string select_hot_ids(Kind kind, const ColumnSet& present, const ColumnSet& wanted) {
  return select_list(kind, wanted, [&](std::size_t i) { return hot_value(kind, i, present, false); });
}

std::string select_file(Kind kind, const ColumnSet& present, const ColumnSet& wanted) {
  return select_list(kind, wanted, [&](std::size_t i) {
    const PhysicalColumn& column = schema_of(kind).columns[i];
    if (present[i]) return identifier(column.name) + "::" + std::string(sql_type(column, false));
    if (kind == Kind::flows && column.column == Column::flow_end && present.any()) return std::string("\"time\"");
    return "NULL::" + std::string(sql_type(column, false));
  });
}

}  // namespace weir::store
