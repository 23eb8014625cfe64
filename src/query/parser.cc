#include "query/parser.h"

#include <algorithm>

namespace weir::query {
namespace {

std::string too_deep() {
  return "more than " + std::to_string(kMostDepth) + " parentheses and 'not' within each other";
}

std::size_t nesting(const Expression& expression);

std::size_t nesting_of_parts(const std::vector<ExpressionPtr>& parts) {
  std::size_t deepest = 0;
  for (const ExpressionPtr& part : parts) {
    const bool parentheses = std::holds_alternative<And>(part->node) || std::holds_alternative<Or>(part->node);
    deepest = std::max(deepest, nesting(*part) + (parentheses ? 1 : 0));
  }
  return deepest;
}

/// How deeply parentheses and 'not' nest in the canonical text, which may need more of them than what was typed.
std::size_t nesting(const Expression& expression) {
  if (const Not* node = std::get_if<Not>(&expression.node)) return 1 + nesting_of_parts({node->inner});
  if (const And* node = std::get_if<And>(&expression.node)) return nesting_of_parts(node->all);
  if (const Or* node = std::get_if<Or>(&expression.node)) return nesting_of_parts(node->any);
  return 0;
}

}  // namespace

Parsed Parser::parse() {
  if (now().kind == TokenKind::end) {
    at_end([](Expectation& wanted) { wanted.test = true; });
    return make({Anything{}});
  }
  Parsed out = disjunction();
  if (out && now().kind != TokenKind::end) return expected("'and', 'or' or the end of the filter");
  if (out && nesting(**out) > kMostDepth) return std::unexpected(FilterError{0, now().position, too_deep()});
  return out;
}

Parsed Parser::disjunction() {
  std::vector<ExpressionPtr> any;
  do {
    Parsed part = conjunction();
    if (!part) return part;
    any.push_back(*std::move(part));
  } while (take_word("or") || take_symbol("||"));
  return make_or(std::move(any));
}

Parsed Parser::conjunction() {
  std::vector<ExpressionPtr> all;
  do {
    Parsed part = negation();
    if (!part) return part;
    all.push_back(*std::move(part));
    at_end([&](Expectation& wanted) {
      wanted.joint = true;
      wanted.closing = open_ > 0;
    });
  } while (take_word("and") || take_symbol("&&"));
  return make_and(std::move(all));
}

Parsed Parser::negation() {
  const Token& start = now();
  if (!take_word("not") && !take_symbol("!")) return primary();
  if (++depth_ > kMostDepth) return fail_at(start, too_deep());
  negated_ = !negated_;
  Parsed inner = negation();
  negated_ = !negated_;
  --depth_;
  if (!inner) return inner;
  return make_not(*std::move(inner));
}

Parsed Parser::primary() {
  if (at_symbol("(")) return parenthesized();
  at_end([](Expectation& wanted) { wanted.test = true; });
  if (now().kind == TokenKind::word) return word_test();
  return expected("a test");
}

Parsed Parser::parenthesized() {
  const Token& open = now();
  if (++depth_ > kMostDepth) return fail_at(open, too_deep());
  take();
  ++open_;
  Parsed inner = disjunction();
  --open_;
  --depth_;
  if (!inner) return inner;
  if (take_symbol(")")) return inner;
  if (now().kind == TokenKind::end) return fail_at(open, "this parenthesis is not closed");
  return expected("'and', 'or' or ')'");
}

bool Parser::at_connective() const {
  return at_word("and") || at_word("or") || at_word("not") || at_symbol("&&") || at_symbol("||") || at_symbol("!");
}

std::unexpected<FilterError> Parser::fail_at(const Token& token, std::string message) {
  return std::unexpected(FilterError{token.position, token.length, std::move(message)});
}

std::unexpected<FilterError> Parser::expected(std::string_view what) const {
  std::string message = "expected " + std::string(what);
  if (now().kind == TokenKind::end) return fail_at(now(), message + ", but the filter ends here");
  if (now().kind == TokenKind::text) return fail_at(now(), message + ", not a quoted text");
  return fail_at(now(), message + ", not '" + now().text + "'");
}

}  // namespace weir::query
