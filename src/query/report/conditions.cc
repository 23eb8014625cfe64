#include "query/report/conditions.h"


#include "base/number_from.h"
#include "query/expression_text.h"
#include "query/test_builder.h"

namespace weir::query::report {
namespace {

using flow::Column;
using flow::ColumnType;

/// Of the way's side, or of either.
template <typename Values>
ExpressionPtr sided(Way way, Column out, Column in, const Values& values) {
  if (way == Way::out) return one_of(out, values);
  if (way == Way::in) return one_of(in, values);
  return any_of({one_of(out, values), one_of(in, values)});
}

/// Names and what else a word can mean.
template <typename Also>
ExpressionPtr named(Column name, std::span<const std::string> words, Also also) {
  std::vector<ExpressionPtr> any = {one_of(name, std::vector<std::string>(words.begin(), words.end()))};
  for (const std::string& word : words) any.push_back(also(word));
  return any_of(std::move(any));
}

ExpressionPtr interface_on(Column name, Column index, std::span<const std::string> words) {
  return named(name, words, [index](const std::string& word) -> ExpressionPtr {
    const auto number = number_from<std::uint32_t>(word);
    if (!number) return nullptr;
    return make({NumberTest{index, Compare::equal, 0, *number}});
  });
}

ExpressionPtr key_equals(Column column, const Cell& cell) {
  Test test;
  if (std::holds_alternative<std::monostate>(cell)) {
    test.kind = Test::Kind::known;
    test.negative = true;
    return build(column, test, Zero::is_a_value);
  }
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) {
    test.ranges = {{*number, *number}};
  } else if (const auto* real = std::get_if<double>(&cell)) {
    test.real = *real;
  } else {
    const std::string& text = std::get<std::string>(cell);
    const ColumnType type = flow::info(column).type;
    if (type == ColumnType::ip || type == ColumnType::prefix) {
      const auto network = parse_prefix(text);
      if (!network) return nullptr;
      test.networks = {*network};
    } else if (type == ColumnType::string) {
      test.texts = {text};
    } else {
      return nullptr;  // a MAC address: reports do not group by it
    }
  }
  return build(column, test, Zero::is_a_value);
}

}  // namespace

ExpressionPtr all_of(std::vector<ExpressionPtr> parts) {
  std::erase(parts, nullptr);
  return parts.empty() ? nullptr : make_and(std::move(parts));
}

ExpressionPtr any_of(std::vector<ExpressionPtr> parts) {
  std::erase(parts, nullptr);
  return parts.empty() ? nullptr : make_or(std::move(parts));
}

std::string text_of(const ExpressionPtr& filter) {
  return filter == nullptr || std::holds_alternative<Anything>(filter->node) ? "" : to_string(*filter);
}

ExpressionPtr one_of(Column column, std::vector<std::string> texts) {
  if (texts.empty()) return nullptr;
  return make({TextInList{column, std::move(texts)}});
}

ExpressionPtr one_of(Column column, std::vector<Prefix> networks) {
  if (networks.empty()) return nullptr;
  return make({AddressInNetworks{column, std::move(networks)}});
}

ExpressionPtr one_of(Column column, Ranges ranges) {
  if (ranges.empty()) return nullptr;
  if (ranges.size() == 1 && ranges.front().first == ranges.front().second)
    return make({NumberTest{column, Compare::equal, 0, ranges.front().first}});
  return make({NumberInRanges{column, std::move(ranges)}});
}

ExpressionPtr exporter_is(std::span<const std::string> names) {
  if (names.empty()) return nullptr;
  return named(Column::exporter_name, names, [](const std::string& word) -> ExpressionPtr {
    const auto address = parse_ip(word);
    if (!address) return nullptr;
    return one_of(Column::exporter, std::vector{Prefix::of(*address, address->is_v4() ? 32 : 128)});
  });
}

ExpressionPtr interface_is(Way way, std::span<const std::string> names) {
  if (names.empty()) return nullptr;
  ExpressionPtr out = way == Way::in ? nullptr : interface_on(Column::out_if_name, Column::out_if, names);
  ExpressionPtr in = way == Way::out ? nullptr : interface_on(Column::in_if_name, Column::in_if, names);
  return any_of({std::move(out), std::move(in)});
}

ExpressionPtr direction_is(Way way) {
  if (way == Way::any) return nullptr;
  return one_of(Column::direction, std::vector<std::string>{way == Way::out ? "out" : "in"});
}

ExpressionPtr conditions(const Parameters& p, Way way) {
  const bool anything = p.base.filter == nullptr || std::holds_alternative<Anything>(p.base.filter->node);
  return all_of({anything ? nullptr : p.base.filter,
                 sided(way, Column::src_customer, Column::dst_customer, p.customers),
                 sided(way, Column::src_region, Column::dst_region, p.regions), exporter_is(p.routers),
                 interface_is(way, p.interfaces), one_of(Column::src_addr, p.sources),
                 one_of(Column::dst_addr, p.destinations), one_of(Column::src_as, p.source_as),
                 one_of(Column::dst_as, p.destination_as), one_of(Column::src_port, p.source_ports),
                 one_of(Column::dst_port, p.destination_ports)});
}

ExpressionPtr keys_equal(std::span<const Column> by, std::span<const Cell> key) {
  std::vector<ExpressionPtr> parts;
  for (std::size_t i = 0; i < by.size() && i < key.size(); ++i) parts.push_back(key_equals(by[i], key[i]));
  return all_of(std::move(parts));
}

}  // namespace weir::query::report
