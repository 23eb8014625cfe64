#include "query/expression_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/clock.h"
#include "flow/value_text.h"

namespace weir::query {
namespace {

using flow::Column;
using flow::ColumnType;

std::string_view symbol(Compare compare) {
  switch (compare) {
    case Compare::equal:
      return " = ";
    case Compare::not_equal:
      return " != ";
    case Compare::less:
      return " < ";
    case Compare::less_equal:
      return " <= ";
    case Compare::greater:
      return " > ";
    case Compare::greater_equal:
      return " >= ";
  }
  return " = ";
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string number_text(Column column, std::uint64_t number) {
  switch (flow::info(column).type) {
    case ColumnType::mac:
      return flow::mac_text(number);
    case ColumnType::time_ms:
      return quoted(to_iso8601(static_cast<UnixMillis>(number)));
    default:
      return std::to_string(number);
  }
}

std::string real_text(double value) {
  constexpr double kWholeBelow = 1e15;
  if (value >= 0 && value < kWholeBelow && value == static_cast<double>(static_cast<std::uint64_t>(value)))
    return std::to_string(static_cast<std::uint64_t>(value));
  std::array<char, 40> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string network_text(const Prefix& network) {
  const bool host = network.length == (network.address.is_v4() ? 32 : 128);
  return host ? to_string(network.address) : to_string(network);
}

struct Writer {
  std::string operator()(const Anything&) const { return "any"; }
  std::string operator()(const Not& node) const { return "not " + nested(*node.inner); }
  std::string operator()(const And& node) const { return joined(node.all, " and "); }
  std::string operator()(const Or& node) const { return joined(node.any, " or "); }
  std::string operator()(const NumberTest& node) const {
    const bool real = flow::info(node.column).type == ColumnType::real;
    return name(node.column) + std::string(symbol(node.compare)) +
           (real ? real_text(node.real) : number_text(node.column, node.number));
  }
  std::string operator()(const NumberInRanges& node) const {
    return listed(name(node.column), node.ranges, [&](const auto& range) {
      const std::string first = number_text(node.column, range.first);
      return range.first == range.second ? first : first + "-" + number_text(node.column, range.second);
    });
  }
  std::string operator()(const BitTest& node) const {
    return name(node.column) + " & " + std::to_string(node.mask) + " = " + std::to_string(node.value);
  }
  std::string operator()(const AddressInNetworks& node) const {
    return listed(name(node.column), node.networks, network_text);
  }
  std::string operator()(const TextInList& node) const { return listed(name(node.column), node.texts, quoted); }
  std::string operator()(const TextMatches& node) const { return name(node.column) + " ~ " + quoted(node.pattern); }
  std::string operator()(const ColumnTest& node) const {
    return name(node.left) + std::string(symbol(node.compare)) + name(node.right);
  }
  std::string operator()(const IsKnown& node) const { return name(node.column) + " is known"; }
  std::string operator()(const NameTest& node) const {
    const std::string word = node.column == Column::src_addr ? "src_name" : "dst_name";
    if (!node.is_pattern) return listed(word, node.texts, quoted);
    return node.texts.front().empty() ? word + " is known" : word + " ~ " + quoted(node.texts.front());
  }

 private:
  static std::string name(Column column) { return std::string(flow::name(column)); }

  static std::string nested(const Expression& expression) {
    const bool joins = std::holds_alternative<And>(expression.node) || std::holds_alternative<Or>(expression.node);
    return joins ? "(" + to_string(expression) + ")" : to_string(expression);
  }

  static std::string joined(const std::vector<ExpressionPtr>& parts, std::string_view between) {
    std::string out;
    for (const ExpressionPtr& part : parts) {
      if (!out.empty()) out += between;
      out += nested(*part);
    }
    return out;
  }

  template <typename Values, typename Show>
  static std::string listed(std::string name, const Values& values, Show show) {
    std::string out = std::move(name) + " in [";
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ' ';
      out += show(values[i]);
    }
    return out + "]";
  }
};

bool same_parts(const std::vector<ExpressionPtr>& a, const std::vector<ExpressionPtr>& b) {
  return std::ranges::equal(a, b, [](const ExpressionPtr& x, const ExpressionPtr& y) { return same(*x, *y); });
}

bool same_node(const Anything&, const Anything&) {
  return true;
}
bool same_node(const Not& a, const Not& b) {
  return same(*a.inner, *b.inner);
}
bool same_node(const And& a, const And& b) {
  return same_parts(a.all, b.all);
}
bool same_node(const Or& a, const Or& b) {
  return same_parts(a.any, b.any);
}
bool same_node(const NumberTest& a, const NumberTest& b) {
  return a.column == b.column && a.compare == b.compare && a.real == b.real && a.number == b.number;
}
bool same_node(const NumberInRanges& a, const NumberInRanges& b) {
  return a.column == b.column && a.ranges == b.ranges;
}
bool same_node(const BitTest& a, const BitTest& b) {
  return a.column == b.column && a.mask == b.mask && a.value == b.value;
}
bool same_node(const AddressInNetworks& a, const AddressInNetworks& b) {
  return a.column == b.column && a.networks == b.networks;
}
bool same_node(const TextInList& a, const TextInList& b) {
  return a.column == b.column && a.texts == b.texts;
}
bool same_node(const TextMatches& a, const TextMatches& b) {
  return a.column == b.column && a.pattern == b.pattern;
}
bool same_node(const ColumnTest& a, const ColumnTest& b) {
  return a.left == b.left && a.compare == b.compare && a.right == b.right;
}
bool same_node(const IsKnown& a, const IsKnown& b) {
  return a.column == b.column;
}
bool same_node(const NameTest& a, const NameTest& b) {
  return a.column == b.column && a.is_pattern == b.is_pattern && a.texts == b.texts;
}
template <typename A, typename B>
bool same_node(const A&, const B&) {
  return false;
}

}  // namespace

std::string to_string(const Expression& expression) {
  return std::visit(Writer{}, expression.node);
}

bool same(const Expression& a, const Expression& b) {
  return std::visit([](const auto& x, const auto& y) { return same_node(x, y); }, a.node, b.node);
}

}  // namespace weir::query
