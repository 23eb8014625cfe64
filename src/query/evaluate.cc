#include "query/evaluate.h"

#include <re2/re2.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "query/name_tests.h"
#include "query/row_value.h"

namespace weir::query {
namespace {

using flow::Column;
using flow::ColumnType;
using flow::FlowBatch;

/// What is remembered of texts that were seen, by their id: not yet, no, yes.
enum class Seen : std::uint8_t { not_yet, no, yes };

template <typename T>
bool holds(Compare compare, const T& left, const T& right) {
  switch (compare) {
    case Compare::equal:
      return left == right;
    case Compare::not_equal:
      return left != right;
    case Compare::less:
      return left < right;
    case Compare::less_equal:
      return left <= right;
    case Compare::greater:
      return left > right;
    case Compare::greater_equal:
      return left >= right;
  }
  return false;
}

/// Whole numbers of any column: unsigned ones, and times, which may lie before 1970. Below zero compares below all.
struct Whole {
  bool negative = false;
  std::uint64_t number = 0;
  auto operator<=>(const Whole& other) const {
    if (negative != other.negative) return negative ? std::strong_ordering::less : std::strong_ordering::greater;
    return number <=> other.number;  // two's complement: among negative times, the order holds
  }
  bool operator==(const Whole&) const = default;
};

std::optional<Whole> whole(const RowValue& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return Whole{false, *number};
  if (const auto* time = std::get_if<UnixMillis>(&value)) return Whole{*time < 0, static_cast<std::uint64_t>(*time)};
  return std::nullopt;
}

bool is_number(ColumnType type) {
  return type != ColumnType::ip && type != ColumnType::string && type != ColumnType::prefix;
}

std::unexpected<Error> wrong_type(Column column) {
  return fail(ErrorCode::invalid, "a test in the filter does not fit the type of " + std::string(flow::name(column)));
}

}  // namespace

class Evaluator::Impl {
 public:
  Impl(ExpressionPtr filter, const flow::StringPool& strings) : filter_(std::move(filter)), strings_(strings) {}

  Result<void> prepare() { return filter_ ? check(*filter_) : Result<void>(); }
  bool matches(const FlowBatch& batch, std::size_t row) { return !filter_ || visit(*filter_, batch, row); }

 private:
  /// What a test on texts needs beside itself.
  struct TextTest {
    std::unique_ptr<re2::RE2> pattern;
    std::vector<Seen> seen;
  };

  Result<void> check(const Expression& expression) {
    return std::visit([&](const auto& node) { return check_node(node); }, expression.node);
  }
  Result<void> check_all(const std::vector<ExpressionPtr>& parts) {
    for (const ExpressionPtr& part : parts) {
      if (const auto fine = check(*part); !fine) return fine;
    }
    return {};
  }
  static Result<void> require(bool fits, Column column) {
    return fits ? Result<void>() : Result<void>(wrong_type(column));
  }

  Result<void> check_node(const Anything&) { return {}; }
  Result<void> check_node(const Not& node) { return check(*node.inner); }
  Result<void> check_node(const And& node) { return check_all(node.all); }
  Result<void> check_node(const Or& node) { return check_all(node.any); }
  Result<void> check_node(const IsKnown&) { return {}; }
  Result<void> check_node(const NameTest&) { return fail(ErrorCode::invalid, std::string(kNamesUnresolved)); }
  Result<void> check_node(const NumberTest& node) {
    return require(is_number(flow::info(node.column).type), node.column);
  }
  Result<void> check_node(const NumberInRanges& node) {
    return require(is_number(flow::info(node.column).type), node.column);
  }
  Result<void> check_node(const BitTest& node) {
    const ColumnType type = flow::info(node.column).type;
    return require(is_number(type) && type != ColumnType::real && type != ColumnType::time_ms, node.column);
  }
  Result<void> check_node(const AddressInNetworks& node) {
    return require(flow::info(node.column).type == ColumnType::ip, node.column);
  }
  Result<void> check_node(const TextInList& node) {
    texts_[&node];
    return require(flow::info(node.column).type == ColumnType::string, node.column);
  }
  Result<void> check_node(const TextMatches& node) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    auto pattern = std::make_unique<re2::RE2>(node.pattern, options);
    if (!pattern->ok()) return fail(ErrorCode::invalid, "the regular expression is wrong: " + pattern->error());
    texts_[&node].pattern = std::move(pattern);
    return require(flow::info(node.column).type == ColumnType::string, node.column);
  }
  Result<void> check_node(const ColumnTest& node) {
    const ColumnType left = flow::info(node.left).type;
    const ColumnType right = flow::info(node.right).type;
    return require(left == right || (is_number(left) && is_number(right)), node.left);
  }

  bool visit(const Expression& expression, const FlowBatch& batch, std::size_t row) {
    return std::visit([&](const auto& node) { return test(node, batch, row); }, expression.node);
  }

  bool test(const Anything&, const FlowBatch&, std::size_t) { return true; }
  bool test(const Not& node, const FlowBatch& batch, std::size_t row) { return !visit(*node.inner, batch, row); }
  bool test(const And& node, const FlowBatch& batch, std::size_t row) {
    return std::ranges::all_of(node.all, [&](const ExpressionPtr& part) { return visit(*part, batch, row); });
  }
  bool test(const Or& node, const FlowBatch& batch, std::size_t row) {
    return std::ranges::any_of(node.any, [&](const ExpressionPtr& part) { return visit(*part, batch, row); });
  }
  bool test(const NumberTest& node, const FlowBatch& batch, std::size_t row) {
    const auto value = row_value(batch, row, node.column);
    if (!value) return false;
    if (const auto* real = std::get_if<double>(&*value)) return holds(node.compare, *real, node.real);
    const auto number = whole(*value);
    return number && holds(node.compare, *number, Whole{false, node.number});
  }
  bool test(const NumberInRanges& node, const FlowBatch& batch, std::size_t row) {
    const auto value = row_value(batch, row, node.column);
    if (!value) return false;
    return std::ranges::any_of(node.ranges, [&](const auto& range) {
      if (const auto* real = std::get_if<double>(&*value))
        return *real >= static_cast<double>(range.first) && *real <= static_cast<double>(range.second);
      const auto number = whole(*value);
      return number && *number >= Whole{false, range.first} && *number <= Whole{false, range.second};
    });
  }
  bool test(const BitTest& node, const FlowBatch& batch, std::size_t row) {
    const auto value = row_value(batch, row, node.column);
    return value && (std::get<std::uint64_t>(*value) & node.mask) == node.value;
  }
  bool test(const AddressInNetworks& node, const FlowBatch& batch, std::size_t row) {
    const auto value = row_value(batch, row, node.column);
    if (!value) return false;
    const IpAddress address = std::get<IpAddress>(*value);
    return std::ranges::any_of(node.networks, [&](const Prefix& network) { return network.contains(address); });
  }
  bool test(const TextInList& node, const FlowBatch& batch, std::size_t row) {
    return test_text(&node, node.column, batch, row, [&](std::string_view text, const TextTest&) {
      return std::ranges::find(node.texts, text) != node.texts.end();
    });
  }
  bool test(const TextMatches& node, const FlowBatch& batch, std::size_t row) {
    return test_text(&node, node.column, batch, row, [](std::string_view text, const TextTest& test) {
      return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *test.pattern);
    });
  }
  bool test(const ColumnTest& node, const FlowBatch& batch, std::size_t row) {
    const auto left = row_value(batch, row, node.left);
    const auto right = row_value(batch, row, node.right);
    if (!left || !right) return false;
    if (std::holds_alternative<flow::StringId>(*left)) {
      return holds(node.compare, strings_.text(std::get<flow::StringId>(*left)),
                   strings_.text(std::get<flow::StringId>(*right)));
    }
    if (const auto* address = std::get_if<IpAddress>(&*left))
      return holds(node.compare, *address, std::get<IpAddress>(*right));
    if (const auto* prefix = std::get_if<Prefix>(&*left)) return holds(node.compare, *prefix, std::get<Prefix>(*right));
    const auto a = whole(*left);
    const auto b = whole(*right);
    return a && b ? holds(node.compare, *a, *b) : holds(node.compare, as_real(*left), as_real(*right));
  }
  bool test(const IsKnown& node, const FlowBatch& batch, std::size_t row) {
    return row_value(batch, row, node.column).has_value();
  }

  bool test(const NameTest&, const FlowBatch&, std::size_t) { return false; }

  static double as_real(const RowValue& value) {
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* time = std::get_if<UnixMillis>(&value)) return static_cast<double>(*time);
    return static_cast<double>(std::get<std::uint64_t>(value));
  }

  template <typename Ask>
  bool test_text(const void* node, Column column, const FlowBatch& batch, std::size_t row, Ask ask) {
    const auto value = row_value(batch, row, column);
    if (!value) return false;
    const flow::StringId id = std::get<flow::StringId>(*value);
    TextTest& test = texts_.at(node);
    if (id >= test.seen.size()) test.seen.resize(std::max<std::size_t>(id + std::size_t{1}, strings_.size()));
    if (test.seen[id] == Seen::not_yet) test.seen[id] = ask(strings_.text(id), test) ? Seen::yes : Seen::no;
    return test.seen[id] == Seen::yes;
  }

  ExpressionPtr filter_;
  const flow::StringPool& strings_;
  std::unordered_map<const void*, TextTest> texts_;  // by the node of the filter, which is kept alive
};

Evaluator::Evaluator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

Result<Evaluator> Evaluator::of(ExpressionPtr filter, const flow::StringPool& strings) {
  auto impl = std::make_unique<Impl>(std::move(filter), strings);
  if (const auto fine = impl->prepare(); !fine) return std::unexpected(fine.error());
  return Evaluator(std::move(impl));
}

bool Evaluator::matches(const FlowBatch& batch, std::size_t row) {
  return impl_->matches(batch, row);
}

}  // namespace weir::query
