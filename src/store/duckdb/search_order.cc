#include "store/duckdb/search_order.h"

#include <algorithm>

#include "store/duckdb/compile_column.h"
#include "store/duckdb/compile_literal.h"

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;
using Type = OrderWord::Type;

void add(std::vector<OrderWord>& to, Column column, bool descending) {
  const ColumnType of = flow::info(column).type;
  const Type type = of == ColumnType::string ? Type::text : of == ColumnType::real ? Type::real : Type::number;
  for (const std::string& word : key_sql(column)) {
    const bool number = type == Type::number;
    to.push_back({number ? "(" + word + ")::UBIGINT" : word, type, descending});
  }
}

Result<std::string> literal(const query::Cell& word) {
  if (const auto* number = std::get_if<std::uint64_t>(&word)) return sql_number(*number) + "::UBIGINT";
  if (const auto* real = std::get_if<double>(&word)) return sql_real(*real);
  if (const auto* text = std::get_if<std::string>(&word)) return sql_text(*text);
  return std::string();  // unknown
}

/// What lies strictly on one side of each word, from the last word to the first: all that is on this side in a word, or
/// the same in it and on this side in the words after it.
Result<PlaceSql> beside_place(const std::vector<OrderWord>& order, const std::vector<query::Cell>& place, bool behind) {
  if (order.size() != place.size()) return fail(ErrorCode::internal, "a place has other words than the order");
  PlaceSql out{"false", "true", "true"};
  for (std::size_t i = order.size(); i-- > 0;) {
    const std::string word = "o" + std::to_string(i);
    const auto value = literal(place[i]);
    if (!value) return std::unexpected(value.error());
    const bool known = !value->empty();
    const std::string_view sign = order[i].descending == behind ? " < " : " > ";
    const std::string same = known ? word + " = " + *value : word + " IS NULL";
    std::string side = known ? word + std::string(sign) + *value : (behind ? "false" : word + " IS NOT NULL");
    if (known && behind) side = "(" + side + " OR " + word + " IS NULL)";
    out.behind = "(" + side + " OR (" + same + " AND " + out.behind + "))";
    out.at = "(" + same + " AND " + out.at + ")";
    if (i > 0) continue;
    // Conditions on the first word alone are what the scan can skip by.
    if (known && behind) out.rough = "(" + word + std::string(sign).replace(2, 0, "=") + *value + " OR " + word + " IS NULL)";
    if (known && !behind) out.rough = "(" + word + std::string(sign).replace(2, 0, "=") + *value + ")";
    if (!known && behind) out.rough = "(" + word + " IS NULL)";
  }
  return out;
}

}  // namespace

std::vector<OrderWord> order_words(const query::Search& search) {
  std::vector<OrderWord> out;
  for (const query::Search::Order& order : search.order) add(out, order.column, order.descending);
  const bool by_time = std::ranges::find(search.order, Column::time, &query::Search::Order::column) != search.order.end();
  if (!by_time) add(out, Column::time, true);
  return out;
}

TimeOrder time_order(const query::Search& search) {
  if (search.order.empty()) return {true, true};
  return {search.order.front().column == Column::time, search.order.front().descending};
}

Result<PlaceSql> behind_place(const std::vector<OrderWord>& order, const std::vector<query::Cell>& place) {
  return beside_place(order, place, true);
}

Result<PlaceSql> before_place(const std::vector<OrderWord>& order, const std::vector<query::Cell>& place) {
  return beside_place(order, place, false);
}

std::string order_list(const std::vector<OrderWord>& order) {
  std::string out;
  for (std::size_t i = 0; i < order.size(); ++i)
    out += (i == 0 ? "o" : ", o") + std::to_string(i) + (order[i].descending ? " DESC NULLS LAST" : " ASC NULLS LAST");
  return out;
}

}  // namespace weir::store
