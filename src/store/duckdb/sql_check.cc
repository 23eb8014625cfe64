#include "store/duckdb/sql_check.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string>
#include <vector>

namespace weir::store {
namespace {

namespace json = boost::json;

constexpr auto kNodes = std::to_array<std::string_view>({"SELECT_NODE", "SET_OPERATION_NODE"});
constexpr auto kTables = std::to_array<std::string_view>(
    {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY"});
constexpr auto kClasses = std::to_array<std::string_view>(
    {"CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA", "OPERATOR",
     "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "WINDOW", "BETWEEN", "DEFAULT"});
constexpr auto kTableFunctions = std::to_array<std::string_view>({"generate_series", "range", "unnest"});

bool is_one_of(std::string_view word, std::span<const std::string_view> list) {
  return std::ranges::find(list, word) != list.end();
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

class Checker {
 public:
  Checker(std::string_view text, std::span<const std::string_view> tables)
      : text_(text), scope_(tables.begin(), tables.end()) {}

  /// The array "statements".
  Result<void> statements(const json::object& tree) {
    const json::value* list = tree.if_contains("statements");
    if (list == nullptr || !list->is_array() || list->get_array().size() != 1)
      return fail(ErrorCode::invalid, "expected one SELECT; several statements in one are not taken");
    return walk(list->get_array().front());
  }

 private:
  /// Everything below a value. Names of a WITH are seen by what follows them within its own SELECT, and by no other.
  Result<void> walk(const json::value& value) {
    if (const json::array* array = value.if_array()) {
      for (const json::value& item : *array) {
        if (auto fine = walk(item); !fine) return fine;
      }
      return {};
    }
    const json::object* object = value.if_object();
    if (object == nullptr) return {};
    if (++depth_ > kMostSqlDepth) return fail(ErrorCode::invalid, "the statement nests too deep");
    const std::size_t seen = scope_.size();
    auto fine = look(*object);
    if (fine) fine = common_tables(*object);
    for (const auto& member : *object) {
      if (!fine) break;
      if (member.key() != "cte_map") fine = walk(member.value());
    }
    scope_.resize(seen);
    --depth_;
    return fine;
  }

  Result<void> look(const json::object& object) {
    // A constant's value and a type are data: what is in them is never run.
    if (object.contains("class")) return expression(object);
    if (object.contains("select_list") || object.contains("cte_map")) return node(object);
    if (object.contains("alias") && object.contains("sample")) return table(object);
    return {};
  }

  Result<void> node(const json::object& object) {
    const std::string_view type = text_of(object, "type");
    if (is_one_of(type, kNodes)) return {};
    if (type == "RECURSIVE_CTE_NODE") return refuse(object, "WITH RECURSIVE is not taken");
    return refuse(object, "this form of query (" + std::string(type) + ") is not taken");
  }

  Result<void> table(const json::object& object) {
    const std::string_view type = text_of(object, "type");
    if (type == "SHOW_REF") return refuse(object, "DESCRIBE, SHOW and SUMMARIZE are not taken; GET /api/v1/columns lists the columns");
    if (!is_one_of(type, kTables)) return refuse(object, "this form of table (" + std::string(type) + ") is not taken");
    const json::value* sample = object.if_contains("sample");
    (void)sample;
    if (type == "BASE_TABLE") return base_table(object);
    if (type == "TABLE_FUNCTION") return table_function(object);
    return {};
  }

  Result<void> base_table(const json::object& object) {
    const std::string name = lower(text_of(object, "table_name"));
    const bool plain = text_of(object, "schema_name").empty() && text_of(object, "catalog_name").empty();
    const json::value* at = object.if_contains("at_clause");
    const bool in_scope = std::ranges::find(scope_, name) != scope_.end();
    if (plain && in_scope && (at == nullptr || at->is_null())) return {};
    return refuse(object, "there is no table '" + std::string(text_of(object, "table_name")) +
                              "' here; there are flows, rollup_1m, rollup_5m, rollup_1h and interface_counters");
  }

  Result<void> table_function(const json::object& object) {
    const json::value* function = object.if_contains("function");
    const json::object* call = function == nullptr ? nullptr : function->if_object();
    if (call == nullptr || text_of(*call, "class") != "FUNCTION") return refuse(object, "this table function is not taken");
    const std::string name = lower(text_of(*call, "function_name"));
    if (!is_one_of(name, kTableFunctions) || !own_schema(*call))
      return refuse(object, "the table function '" + name + "' is not allowed; allowed are generate_series, range and unnest");
    // Not again as an ordinary function: there range() makes a list of any length at once.
    table_function_ = call;
    return {};
  }

  static bool own_schema(const json::object& call) {
    const std::string_view schema = text_of(call, "schema");
    return text_of(call, "catalog").empty() && (schema.empty() || schema == "main");
  }

  Result<void> expression(const json::object& object) {
    const std::string_view of = text_of(object, "class");
    if (!is_one_of(of, kClasses)) return refuse(object, "this form of expression (" + std::string(of) + ") is not taken");
    if (of != "FUNCTION" && of != "WINDOW") return {};
    if (&object == table_function_) return {};
    const std::string name = lower(text_of(object, "function_name"));
    if (is_one_of(name, allowed_sql_functions()) && own_schema(object)) return {};
    return refuse(object, "the function '" + name + "' is not allowed here");
  }

  /// Each table of a WITH sees the ones before it; the rest of the SELECT sees them all.
  Result<void> common_tables(const json::object& object) {
    const json::value* map = object.if_contains("cte_map");
    if (map == nullptr) return {};
    const json::object* holder = map->if_object();
    const json::value* list = holder == nullptr ? nullptr : holder->if_contains("map");
    if (list == nullptr || !list->is_array()) return refuse(object, "this form of WITH is not taken");
    for (const json::value& entry : list->get_array()) {
      const json::object* pair = entry.if_object();
      const json::value* value = pair == nullptr ? nullptr : pair->if_contains("value");
      if (value == nullptr) return refuse(object, "this form of WITH is not taken");
      if (auto fine = walk(*value); !fine) return fine;
      scope_.push_back(lower(text_of(*pair, "key")));
    }
    return {};
  }

  Result<void> refuse(const json::object& object, std::string why) const {
    const json::value* location = object.if_contains("query_location");
    json::error_code error;
    const auto at = location == nullptr ? text_.size() : location->to_number<std::uint64_t>(error);
    if (!error && at < text_.size()) {
      const std::string_view before = text_.substr(0, at);
      const auto line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
      const std::size_t start = before.rfind('\n') + 1;
      why += " (line " + std::to_string(line) + ", column " + std::to_string(before.size() - start + 1) + ")";
    }
    return fail(ErrorCode::invalid, std::move(why));
  }

  std::string_view text_;
  std::vector<std::string> scope_;
  std::size_t depth_ = 0;
  const json::object* table_function_ = nullptr;
};

Result<json::value> parse(std::string_view tree) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 4 * kMostSqlDepth;
  json::value out = json::parse(tree, error, {}, options);
  if (error || !out.is_object()) return fail(ErrorCode::invalid, "the statement nests too deep");
  return out;
}

}  // namespace

Result<void> check_sql_tree(std::string_view tree, std::string_view text, std::span<const std::string_view> tables) {
  const auto parsed = parse(tree);
  if (!parsed) return std::unexpected(parsed.error());
  const json::object& object = parsed->get_object();
  const json::value* failed = object.if_contains("error");
  if (failed == nullptr || !failed->is_bool() || failed->get_bool()) {
    const std::string_view why = text_of(object, "error_message");
    if (text_of(object, "error_type") == "not implemented") return fail(ErrorCode::invalid, "only SELECT is taken");
    return fail(ErrorCode::invalid, why.empty() ? "this is no SQL" : std::string(why));
  }
  return Checker(text, tables).statements(object);
}

bool mentions_table(std::string_view tree, std::string_view table) {
  return lower(tree).find("\"table_name\":\"" + std::string(table) + "\"") != std::string::npos;
}

}  // namespace weir::store
