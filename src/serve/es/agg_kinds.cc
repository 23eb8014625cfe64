#include "serve/es/agg_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

namespace weir::serve::es {
namespace {

namespace json = boost::json;
using K = AggKind;
using C = AggClass;

constexpr std::array<AggRow, 35> kRows = {{
    {"terms", K::terms, C::bucket, "sterms", read_terms},
    {"date_histogram", K::date_histogram, C::bucket, "date_histogram", read_date_histogram},
    {"auto_date_histogram", K::auto_date_histogram, C::bucket, "auto_date_histogram", read_auto_date_histogram},
    {"histogram", K::histogram, C::bucket, "histogram", read_histogram},
    {"range", K::range, C::bucket, "range", read_range},
    {"date_range", K::date_range, C::bucket, "date_range", read_date_range},
    {"ip_range", K::ip_range, C::bucket, "ip_range", read_ip_range},
    {"filter", K::filter, C::bucket, "filter", read_filter},
    {"filters", K::filters, C::bucket, "filters", read_filters},
    {"global", K::global, C::bucket, "global", read_global},
    {"missing", K::missing, C::bucket, "missing", read_missing},
    {"composite", K::composite, C::bucket, "composite", read_composite},
    {"top_hits", K::top_hits, C::metric, "top_hits", read_top_hits},
    {"sum", K::sum, C::metric, "sum", read_metric},
    {"avg", K::avg, C::metric, "avg", read_metric},
    {"min", K::min, C::metric, "min", read_metric},
    {"max", K::max, C::metric, "max", read_metric},
    {"stats", K::stats, C::metric, "stats", read_metric},
    {"extended_stats", K::extended_stats, C::metric, "extended_stats", read_metric},
    {"value_count", K::value_count, C::metric, "value_count", read_metric},
    {"cardinality", K::cardinality, C::metric, "cardinality", read_metric},
    {"percentiles", K::percentiles, C::metric, "tdigest_percentiles", read_percentiles},
    {"weighted_avg", K::weighted_avg, C::metric, "weighted_avg", read_weighted_avg},
    {"derivative", K::derivative, C::parent_pipeline, "derivative", read_pipeline},
    {"cumulative_sum", K::cumulative_sum, C::parent_pipeline, "simple_value", read_pipeline},
    {"moving_fn", K::moving_fn, C::parent_pipeline, "simple_value", read_pipeline},
    {"moving_avg", K::moving_avg, C::parent_pipeline, "simple_value", read_pipeline},
    {"serial_diff", K::serial_diff, C::parent_pipeline, "simple_value", read_pipeline},
    {"bucket_script", K::bucket_script, C::parent_pipeline, "simple_value", read_pipeline},
    {"bucket_selector", K::bucket_selector, C::parent_pipeline, "", read_pipeline},
    {"bucket_sort", K::bucket_sort, C::parent_pipeline, "", read_bucket_sort},
    {"max_bucket", K::max_bucket, C::sibling_pipeline, "bucket_metric_value", read_pipeline},
    {"min_bucket", K::min_bucket, C::sibling_pipeline, "bucket_metric_value", read_pipeline},
    {"avg_bucket", K::avg_bucket, C::sibling_pipeline, "simple_value", read_pipeline},
    {"sum_bucket", K::sum_bucket, C::sibling_pipeline, "simple_value", read_pipeline},
}};
constexpr AggRow kStatsBucket{"stats_bucket", K::stats_bucket, C::sibling_pipeline, "stats_bucket", read_pipeline};

constexpr auto kAllRows = [] {
  std::array<AggRow, kRows.size() + 1> out{};
  std::copy(kRows.begin(), kRows.end(), out.begin());
  out.back() = kStatsBucket;
  return out;
}();

Parsed<void> read_order_object(const Node& node, Agg& to) {
  const auto object = node.need_object("order");
  if (!object) return std::unexpected(object.error());
  for (const auto& [path, value] : **object) {
    const std::string text = scalar_text(value);
    if (text != "asc" && text != "desc")
      return Node(node, value).misread(fmt::format("Unknown order direction [{}] in [{}]", text, to.name));
    // The names of older versions.
    const std::string_view name = path == "_term" || path == "_time" ? std::string_view("_key") : std::string_view(path);
    to.orders.push_back({std::string(name), text == "desc"});
  }
  return {};
}

}  // namespace

std::span<const AggRow> agg_rows() {
  return kAllRows;
}

const AggRow* find_agg_row(std::string_view name) {
  const auto* row = std::ranges::find(kAllRows, name, &AggRow::name);
  return row == kAllRows.end() ? nullptr : row;
}

std::optional<Node> member(const Node& body, std::string_view name) {
  const json::value* value = body.is_object() ? body.object().if_contains(name) : nullptr;
  return value == nullptr || value->is_null() ? std::nullopt : std::optional(Node(body, *value));
}

Parsed<void> read_field(const Node& body, std::initializer_list<std::string_view> known, Agg& to) {
  for (const auto& [key, value] : body.object()) {
    const std::string_view word = key;
    const Node at(body, value);
    if (at.is_null()) continue;
    if (word == "field") {
      const auto name = at.need_text(word);
      if (!name) return std::unexpected(name.error());
      to.field = find_field(*name);
      to.unmapped = !to.field;
    } else if (word == "missing") {
      if (!at.is_scalar()) return at.misread("[missing] must be a single value");
      to.missing = value;
    } else if (word == "format") {
      auto format = at.need_text(word);
      if (!format) return std::unexpected(format.error());
      to.format = *std::move(format);
    } else if (word == "time_zone") {
      const auto name = at.need_text(word);
      if (!name) return std::unexpected(name.error());
      const auto zone = Zone::of(*name);
      if (!zone) return at.refuse("illegal_argument_exception", zone.error().message);
      to.zone = *zone;
    } else if (word == "keyed") {
      const auto keyed = at.need_bool(word);
      if (!keyed) return std::unexpected(keyed.error());
      to.keyed = *keyed;
    } else if (word == "script") {
      return at.refuse("illegal_argument_exception", fmt::format("scripts on values are not supported: [{}] needs a [field]", to.name));
    } else if (std::ranges::find(known, word) == known.end()) {
      return at.refuse("x_content_parse_exception", fmt::format("[{}] unknown field [{}]", to.name, word));
    }
  }
  if (to.field && to.field->is_time() && !to.format.empty()) {
    if (const auto fine = check_date_format(to.format); !fine) return body.refuse("illegal_argument_exception", fine.error().message);
  }
  if (!to.field && !to.unmapped)
    return body.refuse("illegal_argument_exception", fmt::format("Required one of fields [field, script], but none were specified in [{}].", to.name));
  return {};
}

Parsed<void> read_orders(const Node& body, Agg& to) {
  const auto order = member(body, "order");
  if (!order) return {};
  if (!order->is_array()) return read_order_object(*order, to);
  for (const json::value& value : order->array()) {
    if (auto read = read_order_object(Node(*order, value), to); !read) return read;
  }
  return {};
}

}  // namespace weir::serve::es
