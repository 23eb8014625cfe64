#include "serve/es/field_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/number_from.h"
#include "query/derived.h"
#include "query/filter_values.h"
#include "serve/es/address_range.h"
#include "serve/es/json_text.h"
#include "serve/es/text_pattern.h"

namespace weir::serve::es {
namespace {

using flow::Column;
using flow::ColumnType;
using query::Compare;
using query::Expression;
using query::ExpressionPtr;

ExpressionPtr make(Expression expression) {
  return std::make_shared<const Expression>(std::move(expression));
}
ExpressionPtr number_test(Column column, Compare compare, std::uint64_t number) {
  return make({query::NumberTest{column, compare, 0, number}});
}
ExpressionPtr real_test(Column column, Compare compare, double real) {
  return make({query::NumberTest{column, compare, real, 0}});
}

/// The old system stored 0 for what is not known.
ExpressionPtr with_unknown(const Field& field, bool holds_zero, ExpressionPtr test) {
  if (!holds_zero || !field.zero_is_unknown()) return test;
  return any_of({std::move(test), none_of(make({query::IsKnown{field.column}}))});
}

std::unexpected<EsError> not_a_number(std::string_view text) {
  const std::string why = fmt::format("For input string: \"{}\"", text);
  return bad_query("failed to create query: " + why, "number_format_exception", why);
}
std::unexpected<EsError> not_an_address(std::string_view text) {
  const std::string why = fmt::format("'{}' is not an IP string literal.", text);
  return bad_query("failed to create query: " + why, "illegal_argument_exception", why);
}
std::unexpected<EsError> bad_date(const Error& error) {
  return bad_query("failed to create query: " + error.message, "parse_exception", error.message);
}
std::unexpected<EsError> wrong_kind(std::string_view what, const Field& field) {
  return bad_query(fmt::format("Can only use {} queries on keyword, text and wildcard fields - not on [{}] which is of type [{}]",
                               what, field.name, es_type(field)));
}

// ------------------------------------------------------------------------------------------------ texts of few values

/// din and flg show one of few texts: every one that `wanted` takes, as tests on the column.
template <typename Wanted>
ExpressionPtr one_of_shown(const Field& field, Wanted wanted) {
  std::vector<ExpressionPtr> parts;
  if (field.shape == Shape::letter) {
    if (wanted("I")) parts.push_back(make({query::TextInList{field.column, {"in"}}}));
    if (wanted("O")) parts.push_back(make({query::TextInList{field.column, {"out"}}}));
    if (wanted("-")) parts.push_back(none_of(make({query::TextInList{field.column, {"in", "out"}}})));
    return any_of(std::move(parts));
  }
  for (std::uint64_t flags = 0; flags < 64; ++flags) {
    if (wanted(flag_letters(flags))) parts.push_back(make({query::BitTest{field.column, 63, flags}}));
  }
  if (wanted("......")) parts.push_back(none_of(make({query::IsKnown{field.column}})));
  return any_of(std::move(parts));
}
bool shows_few(const Field& field) {
  return field.shape == Shape::letter || field.shape == Shape::flags;
}

// ------------------------------------------------------------------------------------------------------------ equality

Parsed<ExpressionPtr> equal_number(const Field& field, std::string_view text) {
  double real = 0;
  if (!read_real(text, real)) {
    if (field.info().type != ColumnType::mac) return not_a_number(text);
    const auto mac = query::parse_numbers(field.column, text);
    return mac ? number_test(field.column, Compare::equal, mac->first) : nothing();
  }
  if (field.info().type == ColumnType::real) return with_unknown(field, real == 0, real_test(field.column, Compare::equal, real));
  auto number = number_from<std::uint64_t>(text);
  if (!number) {
    if (real < 0 || std::trunc(real) != real || real >= 1.8e19) return nothing();
    number = static_cast<std::uint64_t>(real);
  }
  if (*number > query::largest(field.column)) return nothing();
  return with_unknown(field, *number == 0, number_test(field.column, Compare::equal, *number));
}

Parsed<ExpressionPtr> equal_address(const Field& field, std::string_view text) {
  const auto network = query::parse_network(text, false);
  if (!network) return not_an_address(text);
  const bool holds_zero = network->contains(IpAddress::v4(0)) || network->contains(IpAddress{});
  return with_unknown(field, holds_zero, make({query::AddressInNetworks{field.column, {*network}}}));
}

Parsed<ExpressionPtr> equal_prefix(const Field& field, std::string_view text) {
  if (text == "-" && field.shape == Shape::text) return none_of(known(field));
  const auto network = query::parse_network(text, false);
  if (!network) return nothing();
  const query::PrefixParts parts = query::prefix_parts(field.column);
  return all_of({make({query::AddressInNetworks{parts.address, {*network}}}),
                 number_test(parts.mask, Compare::equal, network->length)});
}

// -------------------------------------------------------------------------------------------------------------- ranges

Parsed<ExpressionPtr> whole_between(const Field& field, const std::optional<Bound>& low, const std::optional<Bound>& high) {
  std::vector<ExpressionPtr> parts;
  const auto most = static_cast<double>(query::largest(field.column));
  bool holds_zero = true;
  const auto exact = [](const Bound& bound) { return number_from<std::uint64_t>(bound.text); };
  if (low) {
    double real = 0;
    if (!read_real(low->text, real)) return not_a_number(low->text);
    if (real > most) return nothing();
    if (real >= 0) {
      const double least = low->inclusive || std::trunc(real) != real ? std::ceil(real) : real;
      const std::uint64_t number = exact(*low).value_or(static_cast<std::uint64_t>(least));
      parts.push_back(number_test(field.column, low->inclusive || std::trunc(real) != real ? Compare::greater_equal : Compare::greater, number));
      holds_zero = least == 0 && low->inclusive;
    }
  }
  if (high) {
    double real = 0;
    if (!read_real(high->text, real)) return not_a_number(high->text);
    if (real < 0 || (real == 0 && !high->inclusive)) return nothing();
    if (real <= most) {
      const bool fraction = std::trunc(real) != real;
      const std::uint64_t number = exact(*high).value_or(static_cast<std::uint64_t>(std::floor(real)));
      parts.push_back(number_test(field.column, high->inclusive || fraction ? Compare::less_equal : Compare::less, number));
    }
  }
  if (parts.empty()) parts.push_back(make({query::IsKnown{field.column}}));
  return with_unknown(field, holds_zero, all_of(std::move(parts)));
}

Parsed<ExpressionPtr> real_between(const Field& field, const std::optional<Bound>& low, const std::optional<Bound>& high) {
  std::vector<ExpressionPtr> parts;
  bool holds_zero = true;
  if (low) {
    double real = 0;
    if (!read_real(low->text, real)) return not_a_number(low->text);
    parts.push_back(real_test(field.column, low->inclusive ? Compare::greater_equal : Compare::greater, real));
    holds_zero = real < 0 || (real == 0 && low->inclusive);
  }
  if (high) {
    double real = 0;
    if (!read_real(high->text, real)) return not_a_number(high->text);
    parts.push_back(real_test(field.column, high->inclusive ? Compare::less_equal : Compare::less, real));
    holds_zero = holds_zero && (real > 0 || (real == 0 && high->inclusive));
  }
  if (parts.empty()) parts.push_back(make({query::IsKnown{field.column}}));
  return with_unknown(field, holds_zero, all_of(std::move(parts)));
}

Parsed<ExpressionPtr> time_between(const Field& field, const std::optional<Bound>& low, const std::optional<Bound>& high,
                                   DateContext dates) {
  std::vector<ExpressionPtr> parts;
  if (low) {
    dates.round_up = !low->inclusive;
    const auto time = parse_date(low->text, dates);
    if (!time) return bad_date(time.error());
    if (*time >= 0)
      parts.push_back(number_test(field.column, low->inclusive ? Compare::greater_equal : Compare::greater,
                                  static_cast<std::uint64_t>(*time)));
  }
  if (high) {
    dates.round_up = high->inclusive;
    const auto time = parse_date(high->text, dates);
    if (!time) return bad_date(time.error());
    if (*time < 0) return nothing();
    parts.push_back(number_test(field.column, high->inclusive ? Compare::less_equal : Compare::less,
                                static_cast<std::uint64_t>(*time)));
  }
  if (parts.empty()) return known(field);
  return all_of(std::move(parts));
}

Parsed<ExpressionPtr> address_between(const Field& field, const std::optional<Bound>& low, const std::optional<Bound>& high) {
  IpAddress first{};
  IpAddress last{~std::uint64_t{0}, ~std::uint64_t{0}};
  if (low) {
    const auto address = parse_ip(low->text);
    if (!address) return not_an_address(low->text);
    first = *address;
    if (!low->inclusive && !step_up(first)) return nothing();
  }
  if (high) {
    const auto address = parse_ip(high->text);
    if (!address) return not_an_address(high->text);
    last = *address;
    if (!high->inclusive && !step_down(last)) return nothing();
  }
  if (last < first) return nothing();
  const bool holds_zero = first <= IpAddress::v4(0) && IpAddress::v4(0) <= last;
  return with_unknown(field, holds_zero, make({query::AddressInNetworks{field.column, networks_between(first, last)}}));
}

/// MACs, whose order as text is their order as numbers.
Parsed<ExpressionPtr> mac_between(const Field& field, const std::optional<Bound>& low, const std::optional<Bound>& high) {
  std::vector<ExpressionPtr> parts{known(field)};
  if (low) {
    const auto mac = query::parse_numbers(field.column, low->text);
    if (!mac) return bad_query("failed to create query: " + mac.error());
    parts.push_back(number_test(field.column, low->inclusive ? Compare::greater_equal : Compare::greater, mac->first));
  }
  if (high) {
    const auto mac = query::parse_numbers(field.column, high->text);
    if (!mac) return bad_query("failed to create query: " + mac.error());
    parts.push_back(number_test(field.column, high->inclusive ? Compare::less_equal : Compare::less, mac->first));
  }
  return all_of(std::move(parts));
}

Parsed<ExpressionPtr> text_between(const Field& field, const std::optional<Bound>& low, const std::optional<Bound>& high) {
  std::vector<ExpressionPtr> parts{make({query::IsKnown{field.column}})};
  for (const auto* bound : {&low, &high}) {
    if (*bound && (*bound)->text.size() > kMostOrderedText)
      return bad_query(fmt::format("a text to compare with may be at most {} octets long", kMostOrderedText));
  }
  if (low) {
    parts.push_back(make({query::TextMatches{field.column, at_least_pattern(low->text)}}));
    if (!low->inclusive) parts.push_back(none_of(make({query::TextInList{field.column, {low->text}}})));
  }
  if (high) {
    auto below = none_of(make({query::TextMatches{field.column, at_least_pattern(high->text)}}));
    parts.push_back(high->inclusive ? any_of({below, make({query::TextInList{field.column, {high->text}}})}) : below);
  }
  return all_of(std::move(parts));
}

}  // namespace

ExpressionPtr everything() {
  return make({query::Anything{}});
}
ExpressionPtr nothing() {
  return make({query::Not{everything()}});
}
bool is_nothing(const ExpressionPtr& expression) {
  const auto* inner = std::get_if<query::Not>(&expression->node);
  return inner != nullptr && std::holds_alternative<query::Anything>(inner->inner->node);
}
ExpressionPtr all_of(std::vector<ExpressionPtr> parts) {
  if (std::ranges::any_of(parts, is_nothing)) return nothing();
  std::erase_if(parts, [](const ExpressionPtr& part) { return std::holds_alternative<query::Anything>(part->node); });
  if (parts.empty()) return everything();
  return parts.size() == 1 ? parts.front() : make({query::And{std::move(parts)}});
}
ExpressionPtr any_of(std::vector<ExpressionPtr> parts) {
  const auto is_all = [](const ExpressionPtr& part) { return std::holds_alternative<query::Anything>(part->node); };
  if (std::ranges::any_of(parts, is_all)) return everything();
  std::erase_if(parts, is_nothing);
  if (parts.empty()) return nothing();
  return parts.size() == 1 ? parts.front() : make({query::Or{std::move(parts)}});
}
ExpressionPtr none_of(ExpressionPtr inner) {
  if (const auto* twice = std::get_if<query::Not>(&inner->node)) return twice->inner;
  return make({query::Not{std::move(inner)}});
}

ExpressionPtr known(const Field& field) {
  if (field.info().type != ColumnType::prefix) return make({query::IsKnown{field.column}});
  const query::PrefixParts parts = query::prefix_parts(field.column);
  return all_of({make({query::IsKnown{parts.address}}), make({query::IsKnown{parts.mask}})});
}

Parsed<ExpressionPtr> equals(const Field& field, std::string_view text, const DateContext& dates, bool ignore_case) {
  if (shows_few(field)) {
    const bool fold = ignore_case;
    return one_of_shown(field, [&](std::string_view shown) {
      return shown == text || (fold && glob_matches(escape_glob(text), shown, true));
    });
  }
  switch (field.info().type) {
    case ColumnType::time_ms: {
      const Bound bound{std::string(text), true};
      return time_between(field, bound, bound, dates);
    }
    case ColumnType::ip:
      return equal_address(field, text);
    case ColumnType::prefix:
      return equal_prefix(field, text);
    case ColumnType::string:
      if (text == "-" && field.shape == Shape::text) return none_of(known(field));
      if (ignore_case) return make({query::TextMatches{field.column, glob_pattern(escape_glob(text), true)}});
      return make({query::TextInList{field.column, {std::string(text)}}});
    default:
      return equal_number(field, text);
  }
}

Parsed<ExpressionPtr> between(const Field& field, const std::optional<Bound>& low, const std::optional<Bound>& high,
                              const DateContext& dates) {
  if (!low && !high) return known(field);
  if (shows_few(field)) {
    return one_of_shown(field, [&](std::string_view shown) {
      const bool above = !low || (low->inclusive ? shown >= low->text : shown > low->text);
      return above && (!high || (high->inclusive ? shown <= high->text : shown < high->text));
    });
  }
  switch (field.info().type) {
    case ColumnType::time_ms:
      return time_between(field, low, high, dates);
    case ColumnType::ip:
      return address_between(field, low, high);
    case ColumnType::string:
      return text_between(field, low, high);
    case ColumnType::real:
      return real_between(field, low, high);
    case ColumnType::mac:
      return mac_between(field, low, high);
    case ColumnType::prefix:
      return bad_query(fmt::format("a network has no order: ask [{}] for equality, or its address for a range", field.name));
    default:
      return whole_between(field, low, high);
  }
}

Parsed<ExpressionPtr> begins_with(const Field& field, std::string_view text, bool ignore_case) {
  return looks_like(field, escape_glob(text) + "*", ignore_case);
}

Parsed<ExpressionPtr> looks_like(const Field& field, std::string_view glob, bool ignore_case) {
  if (glob.size() > kMostPattern) return illegal(fmt::format("a pattern may be at most {} octets long", kMostPattern));
  if (glob == "*") return known(field);
  if (shows_few(field))
    return one_of_shown(field, [&](std::string_view shown) { return glob_matches(glob, shown, ignore_case); });
  if (field.info().type == ColumnType::string)
    return make({query::TextMatches{field.column, glob_pattern(glob, ignore_case)}});
  // "192.0.2.*": the octets that are given are a network.
  const bool open = field.is_address() && glob.size() > 2 && (glob.ends_with(".*") || glob.ends_with(":*"));
  if (open && glob.substr(0, glob.size() - 2).find_first_of("*?\\") == std::string_view::npos) {
    const auto network = query::parse_network(glob.substr(0, glob.size() - 2), true);
    if (network) return make({query::AddressInNetworks{field.column, {*network}}});
  }
  return wrong_kind(glob.find_first_of("*?") + 1 == glob.size() ? "prefix" : "wildcard", field);
}

Parsed<ExpressionPtr> matches_regexp(const Field& field, std::string_view pattern, bool ignore_case) {
  if (pattern.size() > kMostPattern)
    return illegal(fmt::format("The length of regex [{}] used in the Regexp Query request has exceeded the allowed maximum of [{}]",
                               pattern.size(), kMostPattern));
  if (field.info().type != ColumnType::string || shows_few(field)) return wrong_kind("regexp", field);
  auto translated = lucene_regexp(pattern, ignore_case);
  if (!translated) return bad_query("failed to create query: " + translated.error().message);
  return make({query::TextMatches{field.column, *std::move(translated)}});
}

ExpressionPtr is_cell(Column column, const query::Cell& cell) {
  const Field field{flow::name(column), column, Shape::plain};
  if (std::holds_alternative<std::monostate>(cell)) return none_of(known(field));
  if (const auto* real = std::get_if<double>(&cell)) {
    if (field.info().type == ColumnType::real) return real_test(column, Compare::equal, *real);
    return number_test(column, Compare::equal, static_cast<std::uint64_t>(*real));
  }
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) {
    if (field.info().type == ColumnType::real) return real_test(column, Compare::equal, static_cast<double>(*number));
    return number_test(column, Compare::equal, *number);
  }
  return equals(field, std::get<std::string>(cell), {}).value_or(nothing());
}

Parsed<ExpressionPtr> is_beyond(Column column, const query::Cell& cell, bool descending) {
  const Field field{flow::name(column), column, Shape::plain};
  if (std::holds_alternative<std::monostate>(cell)) return nothing();
  std::string text;
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) text = std::to_string(*number);
  if (const auto* real = std::get_if<double>(&cell)) text = fmt::format("{}", *real);
  if (const auto* shown = std::get_if<std::string>(&cell)) text = *shown;
  const Bound bound{text, false};
  DateContext dates;
  dates.format = "epoch_millis";
  auto side = descending ? between(field, std::nullopt, bound, dates) : between(field, bound, std::nullopt, dates);
  if (!side) return side;
  return any_of({*std::move(side), none_of(known(field))});
}

}  // namespace weir::serve::es
