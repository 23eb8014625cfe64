#include "query/mirror.h"

#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace weir::query {
namespace {

using flow::Column;

constexpr auto kOpposites = std::to_array<std::pair<Column, Column>>({
    {Column::in_if, Column::out_if},
    {Column::in_if_name, Column::out_if_name},
    {Column::in_if_class, Column::out_if_class},
    {Column::src_addr, Column::dst_addr},
    {Column::src_port, Column::dst_port},
    {Column::src_as, Column::dst_as},
    {Column::src_mask, Column::dst_mask},
    {Column::src_prefix, Column::dst_prefix},
    {Column::src_country, Column::dst_country},
    {Column::src_customer, Column::dst_customer},
    {Column::src_region, Column::dst_region},
    {Column::src_vlan, Column::dst_vlan},
    {Column::src_mac, Column::dst_mac},
    {Column::nat_src_addr, Column::nat_dst_addr},
    {Column::nat_src_port, Column::nat_dst_port},
});

std::unexpected<Error> no_opposite() {
  return fail(ErrorCode::invalid, "direction can be asked for both ways only as equal to 'in' or 'out'");
}

struct Mirror {
  Result<Expression> operator()(const Anything& node) const { return Expression{node}; }
  Result<Expression> operator()(const Not& node) const {
    auto inner = mirrored(node.inner);
    if (!inner) return std::unexpected(inner.error());
    return Expression{Not{*std::move(inner)}};
  }
  Result<Expression> operator()(const And& node) const {
    auto parts = all(node.all);
    if (!parts) return std::unexpected(parts.error());
    return Expression{And{*std::move(parts)}};
  }
  Result<Expression> operator()(const Or& node) const {
    auto parts = all(node.any);
    if (!parts) return std::unexpected(parts.error());
    return Expression{Or{*std::move(parts)}};
  }
  Result<Expression> operator()(TextInList node) const {
    if (node.column == Column::direction) {
      for (std::string& text : node.texts) text = text == "in" ? "out" : text == "out" ? "in" : std::move(text);
    }
    node.column = mirrored(node.column);
    return Expression{std::move(node)};
  }
  Result<Expression> operator()(TextMatches node) const {
    if (node.column == Column::direction) return no_opposite();
    node.column = mirrored(node.column);
    return Expression{std::move(node)};
  }
  Result<Expression> operator()(ColumnTest node) const {
    if (node.left == Column::direction || node.right == Column::direction) return no_opposite();
    node.left = mirrored(node.left);
    node.right = mirrored(node.right);
    return Expression{node};
  }
  template <typename Node>
  Result<Expression> operator()(Node node) const {
    node.column = mirrored(node.column);
    return Expression{std::move(node)};
  }

 private:
  static Result<std::vector<ExpressionPtr>> all(const std::vector<ExpressionPtr>& parts) {
    std::vector<ExpressionPtr> out;
    for (const ExpressionPtr& part : parts) {
      auto other = mirrored(part);
      if (!other) return std::unexpected(other.error());
      out.push_back(*std::move(other));
    }
    return out;
  }
};

}  // namespace

Column mirrored(Column column) {
  for (const auto& [one, other] : kOpposites) {
    if (column == one) return other;
    if (column == other) return one;
  }
  return column;
}

Result<ExpressionPtr> mirrored(const ExpressionPtr& filter) {
  if (!filter) return ExpressionPtr();
  auto node = std::visit(Mirror{}, filter->node);
  if (!node) return std::unexpected(node.error());
  return std::make_shared<const Expression>(*std::move(node));
}

Result<Query> mirrored(const Query& query) {
  Query out = query;
  auto filter = mirrored(query.filter);
  if (!filter) return std::unexpected(filter.error());
  out.filter = *std::move(filter);
  for (Column& column : out.by) {
    if (column == Column::direction) {
      return fail(ErrorCode::invalid, "the traffic the other way has the opposite direction: group by something else");
    }
    column = mirrored(column);
  }
  return out;
}

}  // namespace weir::query
