#include "store/duckdb/rollup_new_table.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace weir::store {
namespace {

using flow::Column;
using Word = PhysicalColumn::Word;

constexpr std::array kFacts = {
    std::pair{"time", DUCKDB_TYPE_BIGINT},     std::pair{"origin", DUCKDB_TYPE_UINTEGER},
    std::pair{"source", DUCKDB_TYPE_UINTEGER}, std::pair{"target", DUCKDB_TYPE_UINTEGER},
    std::pair{"bytes", DUCKDB_TYPE_UBIGINT},   std::pair{"packets", DUCKDB_TYPE_UBIGINT},
    std::pair{"flows", DUCKDB_TYPE_UBIGINT},
};

std::string_view to_string(DimensionGroup group) {
  switch (group) {
    case DimensionGroup::origin:
      return "origin";
    case DimensionGroup::source:
      return "source";
    case DimensionGroup::target:
      return "target";
  }
  return "";
}

std::string table(const std::string& name) {
  return "hot.main." + identifier(name);
}
std::string group_name(const std::string& name, DimensionGroup group) {
  return name + "_" + std::string(to_string(group));
}

/// The rollup's physical columns that are a group's, in the schema's order.
std::vector<const PhysicalColumn*> physical_of(DimensionGroup group) {
  std::vector<const PhysicalColumn*> out;
  const auto columns = columns_of(group);
  for (const PhysicalColumn& column : schema_of(Kind::rollup_new).columns) {
    if (std::ranges::find(columns, *column.column) != columns.end()) out.push_back(&column);
  }
  return out;
}

bool is_dimension(const PhysicalColumn& column) {
  return in_rollup(*column.column);
}

template <typename T, typename Table>
void fill_key(Appender& to, std::size_t at, const Table& from, std::size_t first, std::size_t count,
              std::size_t offset) {
  const auto values = to.values<T>(at);
  for (std::size_t row = 0; row < count; ++row) values[row] = from.keys()[first + row].template read<T>(offset);
}

template <typename Table>
void fill_column(Appender& to, std::size_t at, const PhysicalColumn& column, const Table& from, std::size_t first,
                 std::size_t count) {
  const auto columns = from.columns();
  const auto index = static_cast<std::size_t>(std::ranges::find(columns, *column.column) - columns.begin());
  const std::size_t offset = from.layout().offset[index];
  switch (column.type) {
    case DUCKDB_TYPE_UTINYINT:
      fill_key<std::uint8_t>(to, at, from, first, count, offset);
      break;
    case DUCKDB_TYPE_USMALLINT:
      fill_key<std::uint16_t>(to, at, from, first, count, offset);
      break;
    case DUCKDB_TYPE_UINTEGER:
      fill_key<std::uint32_t>(to, at, from, first, count, offset);
      break;
    default:
      fill_key<std::uint64_t>(to, at, from, first, count, offset + (column.word == Word::lo ? 8 : 0));
      break;
  }
  const auto validity = to.validity(at);
  std::ranges::fill(validity, std::uint64_t{0});
  for (std::size_t row = 0; row < count; ++row) {
    const std::uint32_t mask = from.keys()[first + row].template read<std::uint32_t>(from.layout().mask);
    validity[row / 64] |= static_cast<std::uint64_t>(mask >> index & 1U) << row % 64;
  }
}

/// The combinations of one group from number `stored` on.
template <typename Table>
Result<void> append_group(Connection& connection, const std::string& name, DimensionGroup group, const Table& from,
                          std::size_t& stored) {
  const std::size_t end = from.keys().size();
  if (stored == end) return {};
  const auto columns = physical_of(group);
  std::vector<duckdb_type> types{DUCKDB_TYPE_UINTEGER};
  for (const PhysicalColumn* column : columns) types.push_back(column->type);
  auto appender = Appender::open(connection, group_name(name, group), std::move(types));
  if (!appender) return std::unexpected(appender.error());
  while (stored < end) {
    const std::size_t count = std::min(appender->capacity(), end - stored);
    appender->clear();
    const auto ids = appender->values<std::uint32_t>(0);
    for (std::size_t row = 0; row < count; ++row) ids[row] = static_cast<std::uint32_t>(stored + row);
    for (std::size_t i = 0; i < columns.size(); ++i) fill_column(*appender, i + 1, *columns[i], from, stored, count);
    if (auto added = appender->add(count); !added) return added;
    stored += count;
  }
  return appender->close();
}

using Line = std::pair<const RollupAggregator::Key, RollupAggregator::Sums>;

Result<void> add_lines(Appender& to, const std::vector<const Line*>& lines) {
  to.clear();
  const auto fill = [&]<typename T>(std::size_t at, T, auto value_of) {
    const auto values = to.values<T>(at);
    for (std::size_t row = 0; row < lines.size(); ++row) values[row] = value_of(*lines[row]);
  };
  fill(0, UnixMillis{}, [](const Line& line) { return line.first.minute * kMinuteMs; });
  fill(1, std::uint32_t{}, [](const Line& line) { return line.first.origin; });
  fill(2, std::uint32_t{}, [](const Line& line) { return line.first.source; });
  fill(3, std::uint32_t{}, [](const Line& line) { return line.first.target; });
  fill(4, std::uint64_t{}, [](const Line& line) { return line.second.bytes; });
  fill(5, std::uint64_t{}, [](const Line& line) { return line.second.packets; });
  fill(6, std::uint64_t{}, [](const Line& line) { return line.second.flows; });
  return to.add(lines.size());
}

Result<void> append_cells(Connection& connection, const std::string& name, const RollupAggregator& from) {
  std::vector<duckdb_type> types;
  for (const auto& [column, type] : kFacts) types.push_back(type);
  auto appender = Appender::open(connection, name, std::move(types));
  if (!appender) return std::unexpected(appender.error());
  std::vector<const Line*> lines;
  for (const Line& cell : from.cells()) {
    lines.push_back(&cell);
    if (lines.size() < appender->capacity()) continue;
    if (auto added = add_lines(*appender, lines); !added) return added;
    lines.clear();
  }
  if (!lines.empty()) {
    if (auto added = add_lines(*appender, lines); !added) return added;
  }
  return appender->close();
}

/// The alias that a group's table has in SQL.
std::string joins(const std::string& name, const ColumnSet& wanted) {
  std::string out;
  const Schema& schema = schema_of(Kind::rollup_new);
  for (const DimensionGroup group : kDimensionGroups) {
    bool used = false;
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
      used = used || (wanted[i] && is_dimension(schema.columns[i]) && group_of(*schema.columns[i].column) == group);
    }
    const std::string alias(to_string(group));
    if (used)
      out += " JOIN " + table(group_name(name, group)) + " AS d_" + alias + " ON d_" + alias + ".id = facts." + alias;
  }
  return out;
}

std::string columns_sql(const ColumnSet& wanted, bool ids) {
  std::string out;
  const Schema& schema = schema_of(Kind::rollup_new);
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (!wanted[i]) continue;
    const PhysicalColumn& column = schema.columns[i];
    const std::string name = identifier(column.name);
    std::string value = "facts." + name;
    if (is_dimension(column)) value = "d_" + std::string(to_string(group_of(*column.column))) + "." + name;
    if (column.text && !ids) value = "weir_text(" + value + ")";
    out += (out.empty() ? "" : ", ") + value + " AS " + name;
  }
  return out;
}

}  // namespace

Result<void> create_rollup_new(Connection& connection, const std::string& name) {
  const auto create = [&](const std::string& which, const std::string& columns) {
    return connection.execute("CREATE TABLE " + table(which) + "(" + columns + ")");
  };
  std::string facts;
  for (const auto& [column, type] : kFacts) {
    const PhysicalColumn physical{column, type, false, std::nullopt, Word::whole};
    facts += (facts.empty() ? "" : ", ") + identifier(column) + " " + std::string(sql_type(physical, true));
  }
  if (auto made = create(name, facts); !made) return made;
  for (const DimensionGroup group : kDimensionGroups) {
    std::string columns = "id UINTEGER";
    for (const PhysicalColumn* column : physical_of(group)) {
      columns += ", " + identifier(column->name) + " " + std::string(sql_type(*column, true));
    }
    if (auto made = create(group_name(name, group), columns); !made) return made;
  }
  return {};
}

Result<void> drop_rollup_new(Connection& connection, const std::string& name) {
  for (const DimensionGroup group : kDimensionGroups) {
    if (auto gone = connection.execute("DROP TABLE IF EXISTS " + table(group_name(name, group))); !gone) return gone;
  }
  return connection.execute("DROP TABLE IF EXISTS " + table(name));
}

Result<void> append_rollup_new(Connection& connection, const std::string& name, const RollupAggregator& from,
                               StoredCombinations& stored) {
  auto done = append_group(connection, name, DimensionGroup::origin, from.origins(), stored.origins);
  if (done) done = append_group(connection, name, DimensionGroup::source, from.sources(), stored.sources);
  if (done) done = append_group(connection, name, DimensionGroup::target, from.targets(), stored.targets);
  return done ? append_cells(connection, name, from) : done;
}

std::string select_rollup_new(const std::string& name, const ColumnSet& wanted, bool ids) {
  return "SELECT " + columns_sql(wanted, ids) + " FROM " + table(name) + " AS facts" + joins(name, wanted);
}

std::string sum_up_rollup_new(const std::string& name, UnixMillis from, UnixMillis to) {
  const ColumnSet all = schema_of(Kind::rollup_new).all();
  // Summed by the numbers, which is much faster than by twenty columns, and only then given their values.
  const std::string facts =
      "(SELECT \"time\", origin, source, target, least(sum(bytes), 18446744073709551615)::UBIGINT AS bytes, "
      "least(sum(packets), 18446744073709551615)::UBIGINT AS packets, least(sum(flows), 18446744073709551615)::UBIGINT "
      "AS flows FROM " +
      table(name) + " WHERE \"time\" >= " + std::to_string(from) + " AND \"time\" < " + std::to_string(to) +
      " GROUP BY ALL)";
  return "SELECT " + columns_sql(all, true) + " FROM " + facts + " AS facts" + joins(name, all);
}

}  // namespace weir::store
