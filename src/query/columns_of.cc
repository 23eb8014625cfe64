#include "query/columns_of.h"

#include <algorithm>

namespace weir::query {
namespace {

struct Gather {
  std::vector<flow::Column>& out;

  void add(flow::Column column) const {
    if (std::ranges::find(out, column) == out.end()) out.push_back(column);
  }
  void visit(const Expression& expression) const { std::visit(*this, expression.node); }

  void operator()(const Anything&) const {}
  void operator()(const Not& node) const { visit(*node.inner); }
  void operator()(const And& node) const {
    for (const auto& part : node.all) visit(*part);
  }
  void operator()(const Or& node) const {
    for (const auto& part : node.any) visit(*part);
  }
  void operator()(const ColumnTest& node) const {
    add(node.left);
    add(node.right);
  }
  // All other tests look at one column.
  template <typename Test>
  void operator()(const Test& node) const {
    add(node.column);
  }
};

}  // namespace

std::vector<flow::Column> columns_of(const Expression& expression) {
  std::vector<flow::Column> out;
  Gather{out}.visit(expression);
  return out;
}

}  // namespace weir::query
