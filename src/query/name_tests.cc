#include "query/name_tests.h"

#include <re2/re2.h>

#include <algorithm>

#include "query/lexer.h"
#include "query/test_builder.h"

namespace weir::query {
namespace {

ExpressionPtr nothing() {
  return make_not(make({Anything{}}));
}

/// Each part by `change`, joined again.
template <typename Change>
std::vector<ExpressionPtr> each(const std::vector<ExpressionPtr>& parts, Change change) {
  std::vector<ExpressionPtr> out;
  for (const ExpressionPtr& part : parts) out.push_back(change(part));
  return out;
}

void gather(const Expression& expression, std::vector<flow::Column>& out) {
  if (const auto* node = std::get_if<Not>(&expression.node)) gather(*node->inner, out);
  if (const auto* node = std::get_if<And>(&expression.node)) {
    for (const ExpressionPtr& part : node->all) gather(*part, out);
  }
  if (const auto* node = std::get_if<Or>(&expression.node)) {
    for (const ExpressionPtr& part : node->any) gather(*part, out);
  }
  if (const auto* node = std::get_if<NameTest>(&expression.node)) {
    if (std::ranges::find(out, node->column) == out.end()) out.push_back(node->column);
  }
}

/// Wider than the filter when `wider`, narrower otherwise: under `not` the one is the other.
ExpressionPtr bound(const ExpressionPtr& filter, bool wider) {
  const auto same_way = [wider](const ExpressionPtr& part) { return bound(part, wider); };
  if (const auto* node = std::get_if<Not>(&filter->node)) return make_not(bound(node->inner, !wider));
  if (const auto* node = std::get_if<And>(&filter->node)) return make_and(each(node->all, same_way));
  if (const auto* node = std::get_if<Or>(&filter->node)) return make_or(each(node->any, same_way));
  if (std::holds_alternative<NameTest>(filter->node)) return wider ? make({Anything{}}) : nothing();
  return filter;
}

Result<ExpressionPtr> addresses_of(const NameTest& test, std::span<const AddressName> names) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(false);
  const re2::RE2 pattern(test.is_pattern ? test.texts.front() : "", options);
  if (!pattern.ok()) return fail(ErrorCode::invalid, "the regular expression is wrong: " + pattern.error());
  std::vector<std::string> wanted;
  for (const std::string& text : test.texts) wanted.push_back(lower_case(text));
  AddressInNetworks out{test.column, {}};
  for (const auto& [address, name] : names) {
    const bool meets = test.is_pattern ? re2::RE2::PartialMatch(name, pattern)
                                       : std::ranges::find(wanted, name) != wanted.end();
    if (meets) out.networks.push_back(Prefix::of(address, address.is_v4() ? 32 : 128));
  }
  return out.networks.empty() ? nothing() : make({std::move(out)});
}

}  // namespace

std::vector<flow::Column> named_columns(const Expression& filter) {
  std::vector<flow::Column> out;
  gather(filter, out);
  return out;
}

ExpressionPtr without_names(const ExpressionPtr& filter) {
  return bound(filter, true);
}

Result<ExpressionPtr> with_names(const ExpressionPtr& filter, std::span<const AddressName> names) {
  const auto all = [&](const std::vector<ExpressionPtr>& parts) -> Result<std::vector<ExpressionPtr>> {
    std::vector<ExpressionPtr> out;
    for (const ExpressionPtr& part : parts) {
      auto done = with_names(part, names);
      if (!done) return std::unexpected(done.error());
      out.push_back(*std::move(done));
    }
    return out;
  };
  if (const auto* node = std::get_if<NameTest>(&filter->node)) return addresses_of(*node, names);
  if (const auto* node = std::get_if<Not>(&filter->node)) {
    auto inner = with_names(node->inner, names);
    return inner ? Result<ExpressionPtr>(make_not(*std::move(inner))) : inner;
  }
  if (const auto* node = std::get_if<And>(&filter->node)) {
    auto parts = all(node->all);
    return parts ? Result<ExpressionPtr>(make_and(*std::move(parts))) : std::unexpected(parts.error());
  }
  if (const auto* node = std::get_if<Or>(&filter->node)) {
    auto parts = all(node->any);
    return parts ? Result<ExpressionPtr>(make_or(*std::move(parts))) : std::unexpected(parts.error());
  }
  return filter;
}

}  // namespace weir::query
