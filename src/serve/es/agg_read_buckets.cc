// What terms, the histograms and composite take.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <cmath>

#include "serve/es/agg_kinds.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostSources = 10;

Parsed<void> read_number(const Node& body, std::string_view name, std::uint64_t& to) {
  const auto node = member(body, name);
  if (!node) return {};
  const auto number = node->need_whole(name);
  if (!number) return std::unexpected(number.error());
  if (*number < 0) return node->refuse("illegal_argument_exception", fmt::format("[{}] must be 0 or greater, found [{}]", name, *number));
  to = static_cast<std::uint64_t>(*number);
  return {};
}

Parsed<void> read_size(const Node& body, Agg& to) {
  std::uint64_t size = to.size;
  if (auto read = read_number(body, "size", size); !read) return read;
  if (size == 0) return body.refuse("illegal_argument_exception", fmt::format("[size] must be greater than 0. Found [0] in [{}]", to.name));
  if (size > kMostEsBuckets) {
    auto error = too_many_buckets(kMostEsBuckets);
    return error;
  }
  to.size = size;
  return {};
}

/// Values of include or exclude: a regular expression, or a list.
Parsed<query::ExpressionPtr> read_values(const Node& node, const Agg& agg, const QueryContext& context) {
  if (node.is_object())
    return node.refuse("illegal_argument_exception", fmt::format("partitions are not supported in [{}]: use composite to page through all terms", agg.name));
  if (!node.is_array()) {
    const auto pattern = node.need_text("include");
    return pattern ? matches_regexp(*agg.field, *pattern, false) : Parsed<query::ExpressionPtr>(std::unexpected(pattern.error()));
  }
  std::vector<query::ExpressionPtr> parts;
  for (const json::value& value : node.array()) {
    const auto text = Node(node, value).need_text("include");
    if (!text) return std::unexpected(text.error());
    auto test = equals(*agg.field, *text, context.dates);
    if (!test) return test;
    parts.push_back(*std::move(test));
  }
  return any_of(std::move(parts));
}

/// A moment or a length of time, for bounds and offsets.
Parsed<double> read_bound(const Node& node, const Agg& agg, const QueryContext& context) {
  if (!agg.field || !agg.field->is_time()) return node.need_real("bound");
  const auto text = node.need_text("bound");
  if (!text) return std::unexpected(text.error());
  DateContext dates = context.dates;
  // A bound in the format of the keys; Grafana gives numbers whatever it asks keys to look like.
  dates.format = agg.format.empty() ? std::string() : agg.format + "||strict_date_optional_time||epoch_millis";
  dates.zone = agg.zone;
  const auto moment = parse_date(*text, dates);
  if (!moment) return node.refuse("parse_exception", moment.error().message);
  return static_cast<double>(*moment);
}

Parsed<void> read_bounds(const Node& body, std::string_view name, const QueryContext& context, const Agg& agg,
                         std::optional<std::pair<double, double>>& to) {
  const auto bounds = member(body, name);
  if (!bounds) return {};
  const auto min = member(*bounds, "min");
  const auto max = member(*bounds, "max");
  if (!min || !max) return bounds->misread(fmt::format("[{}] needs [min] and [max]", name));
  const auto low = read_bound(*min, agg, context);
  if (!low) return std::unexpected(low.error());
  const auto high = read_bound(*max, agg, context);
  if (!high) return std::unexpected(high.error());
  if (*low > *high)
    return bounds->refuse("illegal_argument_exception", fmt::format("[{}.min] cannot be greater than [{}.max] for histogram aggregation [{}]", name, name, agg.name));
  to = {*low, *high};
  return {};
}

/// fixed_interval, calendar_interval, or the interval of older versions.
Parsed<void> read_interval(const Node& body, std::string_view owner, double& interval, std::optional<Unit>& calendar) {
  for (const std::string_view name : {"fixed_interval", "calendar_interval", "interval"}) {
    const auto node = member(body, name);
    if (!node) continue;
    const auto text = node->need_text(name);
    if (!text) return std::unexpected(text.error());
    if (name != "fixed_interval") {
      calendar = calendar_unit(*text);
      if (calendar) return {};
    }
    std::optional<UnixMillis> length = parse_interval(*text);
    std::int64_t ms = 0;
    if (!length && name == "interval" && read_whole(*text, ms) && ms > 0) length = ms;
    if (!length || name == "calendar_interval") {
      const bool month = name == "fixed_interval" && calendar_unit(*text).has_value();
      return node->refuse("illegal_argument_exception",
                          fmt::format("failed to parse setting [{}.{}] with value [{}] as a time value{}", owner, name, *text,
                                      month ? ": it is a calendar_interval" : ": unit is missing or unrecognized"));
    }
    interval = static_cast<double>(*length);
    return {};
  }
  return body.refuse("illegal_argument_exception", fmt::format("Invalid interval specified for [{}], must be non-null and greater than 0: give a fixed_interval or a calendar_interval", owner));
}

Parsed<void> need_time(const Node& body, const Agg& to) {
  if (!to.field || to.field->is_time()) return {};
  return body.refuse("illegal_argument_exception",
                     fmt::format("Field [{}] of type [{}] is not supported for aggregation [date_histogram]", to.field->name, es_type(*to.field)));
}

Parsed<void> read_offset(const Node& body, double& to) {
  const auto node = member(body, "offset");
  if (!node) return {};
  if (node->value().is_number()) {
    const auto number = node->need_real("offset");
    if (!number) return std::unexpected(number.error());
    to = *number;
    return {};
  }
  const std::string text = scalar_text(node->value());
  const bool minus = text.starts_with('-');
  const auto length = parse_interval(minus || text.starts_with('+') ? std::string_view(text).substr(1) : std::string_view(text));
  if (!length) return node->refuse("parse_exception", fmt::format("failed to parse [offset] with value [{}] as a time value", text));
  to = static_cast<double>(minus ? -*length : *length);
  return {};
}

Parsed<CompositeSource> read_source_of(std::string_view name, const Node& node) {
  const auto object = node.need_object("sources");
  if (!object) return std::unexpected(object.error());
  if ((*object)->size() != 1) return node.misread(fmt::format("the source [{}] must have one type", name));
  const auto& [kind, value] = *(*object)->begin();
  const Node body(node, value);
  if (!body.is_object()) return body.misread(fmt::format("the source [{}] must be an object", name));
  Agg agg;
  agg.name = name;
  if (auto read = read_field(body, {"order", "missing_bucket", "missing_order", "interval", "fixed_interval", "calendar_interval", "offset"}, agg); !read)
    return std::unexpected(read.error());
  if (agg.unmapped) return body.refuse("illegal_argument_exception", fmt::format("the field of the source [{}] does not exist", name));
  CompositeSource out{.name = std::string(name), .field = *agg.field, .by = {}, .descending = false, .format = agg.format, .zone = agg.zone};
  bool with_missing = false;
  if (const auto flag = member(body, "missing_bucket")) {
    const auto given = flag->need_bool("missing_bucket");
    if (!given) return std::unexpected(given.error());
    with_missing = *given;
  }
  if (const auto order = member(body, "order")) out.descending = scalar_text(order->value()) == "desc";
  if (kind == "terms") {
    out.by = query::ByColumn{agg.field->column, with_missing};
  } else if (kind == "histogram") {
    double interval = 0;
    if (const auto given = member(body, "interval")) interval = given->need_real("interval").value_or(0);
    if (!(interval > 0) || !agg.field->is_number()) return body.refuse("illegal_argument_exception", "[interval] must be greater than 0 for composite histogram on a number");
    out.by = query::ByInterval{agg.field->column, interval, 0};
  } else if (kind == "date_histogram") {
    double interval = 1;
    std::optional<Unit> calendar;
    if (auto read = read_interval(body, name, interval, calendar); !read) return std::unexpected(read.error());
    if (auto fine = need_time(body, agg); !fine) return std::unexpected(fine.error());
    double offset = 0;
    if (auto read = read_offset(body, offset); !read) return std::unexpected(read.error());
    if (calendar) out.by = query::ByCalendar{agg.field->column, *calendar, agg.zone.name()};
    else out.by = query::ByInterval{agg.field->column, interval, offset};
  } else {
    return body.misread(fmt::format("invalid source type: {}", std::string_view(kind)));
  }
  return out;
}

}  // namespace

Parsed<void> read_terms(const Node& body, const QueryContext& context, Agg& to) {
  to.min_doc_count = 1;
  auto read = read_field(body, {"size", "shard_size", "order", "min_doc_count", "shard_min_doc_count", "include", "exclude",
                                "show_term_doc_count_error", "collect_mode", "execution_hint", "value_type"}, to);
  if (!read) return read;
  if (read = read_size(body, to); !read) return read;
  if (read = read_number(body, "min_doc_count", to.min_doc_count); !read) return read;
  if (read = read_orders(body, to); !read) return read;
  if (to.orders.empty()) to.orders.push_back({"_count", true});
  if (!to.field) return {};
  to.typed = to.field->info().type == flow::ColumnType::real ? "dterms" : to.field->is_number() || to.field->is_time() ? "lterms" : "sterms";
  std::vector<query::ExpressionPtr> parts;
  for (const std::string_view name : {"include", "exclude"}) {
    const auto node = member(body, name);
    if (!node) continue;
    auto values = read_values(*node, to, context);
    if (!values) return std::unexpected(values.error());
    parts.push_back(name == "include" ? *std::move(values) : none_of(*std::move(values)));
  }
  if (!parts.empty()) to.include = all_of(std::move(parts));
  return {};
}

Parsed<void> read_date_histogram(const Node& body, const QueryContext& context, Agg& to) {
  auto read = read_field(body, {"interval", "fixed_interval", "calendar_interval", "offset", "min_doc_count", "extended_bounds",
                                "hard_bounds", "order"}, to);
  if (!read) return read;
  if (read = need_time(body, to); !read) return read;
  if (read = read_interval(body, to.name, to.interval, to.calendar); !read) return read;
  if (read = read_offset(body, to.offset); !read) return read;
  if (read = read_number(body, "min_doc_count", to.min_doc_count); !read) return read;
  if (read = read_bounds(body, "extended_bounds", context, to, to.extended_bounds); !read) return read;
  if (read = read_bounds(body, "hard_bounds", context, to, to.hard_bounds); !read) return read;
  if (read = read_orders(body, to); !read) return read;
  if (to.calendar && to.offset != 0 && *to.calendar != Unit::minute && *to.calendar != Unit::hour && *to.calendar != Unit::day)
    return body.refuse("illegal_argument_exception", "[offset] of weeks, months, quarters and years is not supported");
  return {};
}

Parsed<void> read_auto_date_histogram(const Node& body, const QueryContext&, Agg& to) {
  auto read = read_field(body, {"buckets", "minimum_interval"}, to);
  if (!read) return read;
  if (read = need_time(body, to); !read) return read;
  std::uint64_t buckets = 10;
  if (read = read_number(body, "buckets", buckets); !read) return read;
  if (buckets == 0 || buckets > kMostEsBuckets) return body.refuse("illegal_argument_exception", fmt::format("[buckets] must be between 1 and {}", kMostEsBuckets));
  to.size = buckets;
  return {};
}

Parsed<void> read_histogram(const Node& body, const QueryContext& context, Agg& to) {
  auto read = read_field(body, {"interval", "offset", "min_doc_count", "extended_bounds", "hard_bounds", "order"}, to);
  if (!read) return read;
  if (to.field && !to.field->is_number() && !to.field->is_time())
    return body.refuse("illegal_argument_exception", fmt::format("Field [{}] of type [{}] is not supported for aggregation [histogram]", to.field->name, es_type(*to.field)));
  const auto interval = member(body, "interval");
  const auto length = interval ? interval->need_real("interval") : Parsed<double>(0.0);
  if (!length) return std::unexpected(length.error());
  if (!(*length > 0) || *length > 1e15) return body.refuse("illegal_argument_exception", "[interval] must be > 0 for histogram aggregation [" + to.name + "]");
  to.interval = *length;
  if (to.field && to.field->is_time() && std::trunc(to.interval) != to.interval)
    return body.refuse("illegal_argument_exception", "[interval] of a date must be whole milliseconds");
  if (read = read_offset(body, to.offset); !read) return read;
  if (read = read_number(body, "min_doc_count", to.min_doc_count); !read) return read;
  if (read = read_bounds(body, "extended_bounds", context, to, to.extended_bounds); !read) return read;
  if (read = read_bounds(body, "hard_bounds", context, to, to.hard_bounds); !read) return read;
  return read_orders(body, to);
}

Parsed<void> read_composite(const Node& body, const QueryContext& context, Agg& to) {
  if (auto read = read_size(body, to); !read) return read;
  const auto sources = member(body, "sources");
  if (!sources || !sources->is_array() || sources->array().empty()) return body.misread("[composite] requires [sources], a list");
  for (const json::value& element : sources->array()) {
    const Node node(*sources, element);
    const auto object = node.need_object("sources");
    if (!object) return std::unexpected(object.error());
    for (const auto& [name, value] : **object) {
      if (to.sources.size() >= kMostSources) return node.refuse("illegal_argument_exception", fmt::format("at most {} sources are allowed", kMostSources));
      auto source = read_source_of(name, Node(node, value));
      if (!source) return std::unexpected(source.error());
      to.sources.push_back(*std::move(source));
    }
  }
  const auto after = member(body, "after");
  if (!after) return {};
  const auto object = after->need_object("after");
  if (!object) return std::unexpected(object.error());
  std::vector<query::Cell> cells;
  for (const CompositeSource& source : to.sources) {
    const json::value* value = (*object)->if_contains(source.name);
    if (value == nullptr) return after->refuse("illegal_argument_exception", fmt::format("[after] has no value for the source [{}]", source.name));
    DateContext dates = context.dates;
    dates.format = source.format;
    dates.zone = source.zone;
    if (!value->is_null() && !Node(*after, *value).is_scalar()) return after->misread("[after] must hold single values");
    query::Cell cell = cell_of_json(source.field, *value, dates);
    const bool real_bucket = std::holds_alternative<query::ByInterval>(source.by) && !source.field.is_time();
    double real = 0;
    if (real_bucket && read_real(scalar_text(*value), real)) cell = real;
    cells.push_back(std::move(cell));
  }
  to.after = std::move(cells);
  return {};
}

}  // namespace weir::serve::es
