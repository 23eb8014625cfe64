#include <cmath>

#include "query/name_tests.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/compile_column.h"
#include "store/duckdb/compile_literal.h"
#include "store/duckdb/compile_network.h"

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;

std::string_view operator_sql(query::Compare compare) {
  switch (compare) {
    case query::Compare::equal:
      return " = ";
    case query::Compare::not_equal:
      return " <> ";
    case query::Compare::less:
      return " < ";
    case query::Compare::less_equal:
      return " <= ";
    case query::Compare::greater:
      return " > ";
    case query::Compare::greater_equal:
      return " >= ";
  }
  return " = ";
}

std::unexpected<Error> wrong_type(Column column, std::string_view test) {
  return fail(ErrorCode::invalid, std::string(flow::name(column)) + " cannot be tested for " + std::string(test));
}

bool is_number(ColumnType type) {
  return type != ColumnType::ip && type != ColumnType::string && type != ColumnType::prefix;
}

/// Conditions may be NULL where a column is unknown. AND and OR keep that harmless, as NULL counts as false at the end;
/// NOT must ask "is not true".
struct FilterCompiler {
  Result<std::string> operator()(const query::Anything&) const { return "true"; }
  Result<std::string> operator()(const query::Not& node) const {
    auto inner = compile_filter(*node.inner);
    if (inner) *inner = "(" + *inner + ") IS NOT TRUE";
    return inner;
  }
  Result<std::string> operator()(const query::And& node) const { return join(node.all, " AND ", "true"); }
  Result<std::string> operator()(const query::Or& node) const { return join(node.any, " OR ", "false"); }

  Result<std::string> operator()(const query::NumberTest& node) const {
    const ColumnType type = flow::info(node.column).type;
    if (!is_number(type)) return wrong_type(node.column, "a number");
    if (type == ColumnType::real && !std::isfinite(node.real))
      return fail(ErrorCode::invalid, "a number in the filter is not finite");
    const std::string value = type == ColumnType::real ? sql_real(node.real) : sql_number(node.number);
    return "(" + value_sql(node.column) + ")" + std::string(operator_sql(node.compare)) + value;
  }

  Result<std::string> operator()(const query::NumberInRanges& node) const {
    if (!is_number(flow::info(node.column).type)) return wrong_type(node.column, "numbers");
    const std::string column = "(" + value_sql(node.column) + ")";
    std::vector<std::string> singles;
    std::string out;
    for (const auto& [first, last] : node.ranges) {
      if (first == last) {
        singles.push_back(sql_number(first));
      } else {
        out += (out.empty() ? "" : " OR ") + column + " BETWEEN " + sql_number(first) + " AND " + sql_number(last);
      }
    }
    if (!singles.empty()) {
      const bool is_time = flow::info(node.column).type == ColumnType::time_ms;
      out += (out.empty() ? "" : " OR ") + sql_in(column, singles, is_time ? "HUGEINT" : "UBIGINT");
    }
    return out.empty() ? "false" : out;
  }

  Result<std::string> operator()(const query::BitTest& node) const {
    const ColumnType type = flow::info(node.column).type;
    if (!is_number(type) || type == ColumnType::real || type == ColumnType::time_ms)
      return wrong_type(node.column, "bits");
    return "((" + value_sql(node.column) + ")::UBIGINT & " + sql_number(node.mask) +
           "::UBIGINT) = " + sql_number(node.value);
  }

  Result<std::string> operator()(const query::AddressInNetworks& node) const {
    if (flow::info(node.column).type != ColumnType::ip) return wrong_type(node.column, "networks");
    return networks_sql(node.column, node.networks);
  }

  Result<std::string> operator()(const query::TextInList& node) const {
    if (flow::info(node.column).type != ColumnType::string) return wrong_type(node.column, "texts");
    std::vector<std::string> literals;
    for (const std::string& text : node.texts) {
      auto literal = sql_text(text);
      if (!literal) return literal;
      literals.push_back(*std::move(literal));
    }
    return literals.empty() ? "false" : sql_in(sql_name(node.column), literals, "VARCHAR");
  }

  Result<std::string> operator()(const query::TextMatches& node) const {
    if (flow::info(node.column).type != ColumnType::string) return wrong_type(node.column, "a regular expression");
    auto literal = sql_text(node.pattern);
    if (literal) *literal = "regexp_matches(" + sql_name(node.column) + ", " + *literal + ")";
    return literal;
  }

  Result<std::string> operator()(const query::ColumnTest& node) const {
    const ColumnType left = flow::info(node.left).type;
    const ColumnType right = flow::info(node.right).type;
    if (is_number(left) != is_number(right) || (!is_number(left) && left != right)) {
      return fail(ErrorCode::invalid, std::string(flow::name(node.left)) + " and " +
                                          std::string(flow::name(node.right)) +
                                          " are of different types and cannot be compared");
    }
    if (left == ColumnType::ip || left == ColumnType::prefix)
      return compare_words(key_sql(node.left), key_sql(node.right), node);
    return "(" + value_sql(node.left) + ")" + std::string(operator_sql(node.compare)) + "(" + value_sql(node.right) +
           ")";
  }

  Result<std::string> operator()(const query::NameTest&) const {
    return fail(ErrorCode::invalid, std::string(query::kNamesUnresolved));
  }

  Result<std::string> operator()(const query::IsKnown& node) const {
    const ColumnType type = flow::info(node.column).type;
    const bool words = type == ColumnType::ip || type == ColumnType::prefix;
    return "(" + (words ? key_sql(node.column).front() : value_sql(node.column)) + ") IS NOT NULL";
  }

 private:
  static Result<std::string> join(const std::vector<query::ExpressionPtr>& parts, std::string_view between,
                                  std::string_view none) {
    std::string out;
    for (const auto& part : parts) {
      auto condition = compile_filter(*part);
      if (!condition) return condition;
      if (!out.empty()) out += between;
      out += "(" + *condition + ")";
    }
    return out.empty() ? std::string(none) : out;
  }

  /// Lexicographic comparison, NULL where a side is unknown (DuckDB's comparison of rows would not be).
  static std::string compare_words(const std::vector<std::string>& left, const std::vector<std::string>& right,
                                   const query::ColumnTest& node) {
    const auto word = [&](std::size_t i, std::string_view op) {
      return "(" + left[i] + ")" + std::string(op) + "(" + right[i] + ")";
    };
    std::string equal;
    for (std::size_t i = 0; i < left.size(); ++i) equal += (i == 0 ? "" : " AND ") + word(i, " = ");
    if (node.compare == query::Compare::equal) return equal;
    if (node.compare == query::Compare::not_equal) return "NOT (" + equal + ")";
    const bool below = node.compare == query::Compare::less || node.compare == query::Compare::less_equal;
    const std::string_view strict = below ? " < " : " > ";
    std::string out = word(left.size() - 1, operator_sql(node.compare));
    for (std::size_t i = left.size() - 1; i-- > 0;)
      out = word(i, strict) + " OR (" + word(i, " = ") + " AND (" + out + "))";
    return out;
  }
};

}  // namespace

Result<std::string> compile_filter(const query::Expression& filter) {
  return std::visit(FilterCompiler{}, filter.node);
}

}  // namespace weir::store
