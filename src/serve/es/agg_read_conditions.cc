// What ranges, filters, missing and global take: buckets that are conditions.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <limits>

#include "query/filter_values.h"
#include "query/validate_tally.h"
#include "serve/es/agg_kinds.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

constexpr double kOpen = std::numeric_limits<double>::infinity();

Parsed<void> check_count(const Node& node, std::size_t count) {
  if (count <= query::kMostConditions) return {};
  return node.refuse("illegal_argument_exception", fmt::format("at most {} ranges or filters are allowed", query::kMostConditions));
}

Parsed<const json::array*> ranges_of(const Node& body) {
  const auto ranges = member(body, "ranges");
  if (!ranges || !ranges->is_array() || ranges->array().empty()) return body.misread("No [ranges] specified");
  if (auto fine = check_count(*ranges, ranges->array().size()); !fine) return std::unexpected(fine.error());
  return &ranges->array();
}

Parsed<std::string> key_of(const Node& range) {
  const auto key = member(range, "key");
  return key ? key->need_text("key") : std::string();
}

void sort_ranges(Agg& to) {
  std::ranges::stable_sort(to.conditions, [](const NamedCondition& a, const NamedCondition& b) {
    return std::pair(a.from, a.to) < std::pair(b.from, b.to);
  });
}

/// 1000 -> "1000.0", as Elasticsearch names the buckets.
std::string number_key(double value) {
  std::string out = fmt::format("{}", value);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

/// A range that is being read.
struct RangeDraft {
  RangeDraft() {
    condition.from = -kOpen;
    condition.to = kOpen;
  }
  NamedCondition condition;
  std::optional<Bound> low;
  std::optional<Bound> high;
  std::string low_key = "*";
  std::string high_key = "*";
};

/// Each of [ranges]; `take(node, is_low, draft)` reads one end. The ends are numbers, or times in milliseconds.
template <typename Take>
Parsed<void> read_each_range(const Node& body, const Take& take, Agg& to) {
  const auto ranges = ranges_of(body);
  if (!ranges) return std::unexpected(ranges.error());
  for (const json::value& element : **ranges) {
    const Node range(body, element);
    if (!range.is_object()) return range.misread("a range must be an object");
    const auto key = key_of(range);
    if (!key) return std::unexpected(key.error());
    RangeDraft draft;
    for (const std::string_view name : {"from", "to"}) {
      const auto node = member(range, name);
      if (!node) continue;
      if (auto taken = take(*node, name, draft); !taken) return taken;
    }
    draft.condition.key = key->empty() ? draft.low_key + "-" + draft.high_key : *key;
    DateContext exact;
    exact.format = "epoch_millis";
    auto condition = to.field ? between(*to.field, draft.low, draft.high, exact) : nothing();
    if (!condition) return std::unexpected(condition.error());
    draft.condition.condition = *std::move(condition);
    to.conditions.push_back(std::move(draft.condition));
  }
  sort_ranges(to);
  return {};
}

}  // namespace

Parsed<void> read_range(const Node& body, const QueryContext&, Agg& to) {
  if (auto read = read_field(body, {"ranges"}, to); !read) return read;
  if (to.field && !to.field->is_number() && !to.field->is_time())
    return body.refuse("illegal_argument_exception", fmt::format("Field [{}] of type [{}] is not supported for aggregation [range]", to.field->name, es_type(*to.field)));
  const auto take = [](const Node& node, std::string_view name, RangeDraft& draft) -> Parsed<void> {
    const auto number = node.need_real(name);
    if (!number) return std::unexpected(number.error());
    const bool low = name == "from";
    (low ? draft.condition.from : draft.condition.to) = *number;
    (low ? draft.low : draft.high) = Bound{scalar_text(node.value()), low};
    (low ? draft.low_key : draft.high_key) = number_key(*number);
    draft.condition.shown[name] = *number;
    return {};
  };
  return read_each_range(body, take, to);
}

Parsed<void> read_date_range(const Node& body, const QueryContext& context, Agg& to) {
  if (auto read = read_field(body, {"ranges"}, to); !read) return read;
  if (to.field && !to.field->is_time())
    return body.refuse("illegal_argument_exception", fmt::format("Field [{}] of type [{}] is not supported for aggregation [date_range]", to.field->name, es_type(*to.field)));
  DateContext dates = context.dates;
  dates.format = to.format.empty() ? std::string() : to.format + "||strict_date_optional_time||epoch_millis";
  dates.zone = to.zone;
  const auto take = [&](const Node& node, std::string_view name, RangeDraft& draft) -> Parsed<void> {
    const auto text = node.need_text(name);
    if (!text) return std::unexpected(text.error());
    const auto moment = parse_date(*text, dates);
    if (!moment) return node.refuse("parse_exception", moment.error().message);
    const bool low = name == "from";
    (low ? draft.condition.from : draft.condition.to) = static_cast<double>(*moment);
    (low ? draft.low : draft.high) = Bound{std::to_string(*moment), low};
    const std::string as_text = format_date(*moment, to.format, to.zone);
    (low ? draft.low_key : draft.high_key) = as_text;
    draft.condition.shown[name] = static_cast<double>(*moment);
    draft.condition.shown[std::string(name) + "_as_string"] = as_text;
    return {};
  };
  return read_each_range(body, take, to);
}

Parsed<void> read_ip_range(const Node& body, const QueryContext&, Agg& to) {
  if (auto read = read_field(body, {"ranges"}, to); !read) return read;
  if (to.field && !to.field->is_address())
    return body.refuse("illegal_argument_exception", fmt::format("Field [{}] of type [{}] is not supported for aggregation [ip_range]", to.field->name, es_type(*to.field)));
  const auto ranges = ranges_of(body);
  if (!ranges) return std::unexpected(ranges.error());
  for (const json::value& element : **ranges) {
    const Node range(body, element);
    if (!range.is_object()) return range.misread("a range must be an object");
    NamedCondition out;
    auto key = key_of(range);
    if (!key) return std::unexpected(key.error());
    std::optional<Bound> low;
    std::optional<Bound> high;
    if (const auto mask = member(range, "mask")) {
      const auto text = mask->need_text("mask");
      if (!text) return std::unexpected(text.error());
      const auto network = query::parse_network(*text, false);
      if (!network) return mask->refuse("illegal_argument_exception", fmt::format("invalid CIDR mask [{}] in aggregation [{}]", *text, to.name));
      low = Bound{to_string(network->address), true};
      high = Bound{to_string(network->last()), true};
      out.shown["from"] = low->text;
      // The end is not part of a range, as Elasticsearch tells it.
      IpAddress end = network->last();
      if (++end.lo == 0) ++end.hi;
      out.shown["to"] = to_string(end);
      out.key = *text;
    } else {
      for (const std::string_view name : {"from", "to"}) {
        const auto node = member(range, name);
        if (!node) continue;
        const auto text = node->need_text(name);
        if (!text) return std::unexpected(text.error());
        (name == "from" ? low : high) = Bound{*text, name == "from"};
        out.shown[name] = *text;
      }
      out.key = (low ? low->text : "*") + "-" + (high ? high->text : "*");
    }
    if (!key->empty()) out.key = *key;
    auto condition = to.field ? between(*to.field, low, high, {}) : nothing();
    if (!condition) return std::unexpected(condition.error());
    out.condition = *std::move(condition);
    to.conditions.push_back(std::move(out));
  }
  return {};
}

Parsed<void> read_filter(const Node& body, const QueryContext& context, Agg& to) {
  auto filter = parse_query(body, context);
  if (!filter) return std::unexpected(filter.error());
  to.conditions.push_back({.key = {}, .condition = std::move(filter->filter), .shown = {}});
  return {};
}

Parsed<void> read_filters(const Node& body, const QueryContext& context, Agg& to) {
  const auto filters = member(body, "filters");
  if (!filters || !(filters->is_object() || filters->is_array())) return body.misread("[filters] cannot be empty.");
  const auto add = [&](std::string_view key, const json::value& value) -> Parsed<void> {
    auto filter = parse_query(Node(*filters, value), context);
    if (!filter) return std::unexpected(filter.error());
    to.conditions.push_back({.key = std::string(key), .condition = std::move(filter->filter), .shown = {}});
    return {};
  };
  to.keyed = filters->is_object();
  if (to.keyed) {
    for (const auto& [key, value] : filters->object()) {
      if (auto added = add(key, value); !added) return added;
    }
  } else {
    for (const json::value& value : filters->array()) {
      if (auto added = add({}, value); !added) return added;
    }
  }
  bool other = false;
  std::string other_key = "_other_";
  if (const auto flag = member(body, "other_bucket")) {
    const auto given = flag->need_bool("other_bucket");
    if (!given) return std::unexpected(given.error());
    other = *given;
  }
  if (const auto name = member(body, "other_bucket_key")) {
    auto given = name->need_text("other_bucket_key");
    if (!given) return std::unexpected(given.error());
    other = true;
    other_key = *std::move(given);
  }
  if (other) {
    std::vector<query::ExpressionPtr> all;
    for (const NamedCondition& one : to.conditions) all.push_back(one.condition);
    to.conditions.push_back({.key = other_key, .condition = none_of(any_of(std::move(all))), .shown = {}});
  }
  if (to.conditions.empty()) return body.misread("[filters] cannot be empty.");
  return check_count(*filters, to.conditions.size());
}

Parsed<void> read_global(const Node&, const QueryContext&, Agg&) {
  return {};
}

Parsed<void> read_missing(const Node& body, const QueryContext&, Agg& to) {
  if (auto read = read_field(body, {}, to); !read) return read;
  to.conditions.push_back({.key = {}, .condition = to.field ? none_of(known(*to.field)) : everything(), .shown = {}});
  return {};
}

}  // namespace weir::serve::es
