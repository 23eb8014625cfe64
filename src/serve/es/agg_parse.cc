// The tree of aggregations: names, kinds, what is within what. What each kind takes is in agg_parse_kinds.cc.
#include <fmt/format.h>

#include <algorithm>

#include "query/nearest.h"
#include "serve/es/agg.h"
#include "serve/es/agg_kinds.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

bool is_agg_key(std::string_view key) {
  return key == "aggs" || key == "aggregations";
}

struct Counter {
  std::size_t aggs = 0;
};

Parsed<std::vector<Agg>> parse_level(const Node& node, const QueryContext& context, std::size_t depth, Counter& counter);

Parsed<Agg> parse_one(std::string_view name, const Node& node, const QueryContext& context, std::size_t depth, Counter& counter) {
  if (!node.is_object())
    return node.misread(fmt::format("Aggregation definition for [{}] starts with a [{}], expected a [START_OBJECT].", name, node.token()));
  if (name.empty() || name.size() > 512 || name.find_first_of("[]>") != std::string_view::npos)
    return node.misread(fmt::format("Invalid aggregation name [{}]. Aggregation names cannot contain '[', ']', and '>'", name));
  if (++counter.aggs > kMostAggs) return node.refuse("illegal_argument_exception", fmt::format("at most {} aggregations are allowed", kMostAggs));
  Agg out;
  const AggRow* row = nullptr;
  const json::value* inside = nullptr;
  for (const auto& [key, value] : node.object()) {
    const Node member(node, value);
    if (is_agg_key(key)) {
      inside = &value;
    } else if (key == "meta") {
      out.meta = value;
    } else {
      if (row != nullptr)
        return member.misread(fmt::format("Found two aggregation type definitions in [{}]: [{}] and [{}]", name, row->name, std::string_view(key)));
      row = find_agg_row(key);
      if (row == nullptr) {
        std::vector<std::string_view> names;
        for (const AggRow& known : agg_rows()) names.push_back(known.name);
        const std::string_view near = query::nearest(key, names);
        return member.misread(fmt::format("Unknown aggregation type [{}]{}", std::string_view(key),
                                          near.empty() ? std::string() : fmt::format(" did you mean [{}]?", near)));
      }
      out.name = name;
      out.kind = row->kind;
      out.group = row->group;
      out.typed = row->typed;
      if (!member.is_object() && row->kind != AggKind::filter)
        return member.misread(fmt::format("[{}] in [{}] must be an object, not [{}]", row->name, name, member.token()));
      if (auto read = row->read(member, context, out); !read) return std::unexpected(read.error());
    }
  }
  if (row == nullptr) return node.misread(fmt::format("Missing definition for aggregation [{}]", name));
  if (inside == nullptr) return out;
  if (out.group != AggClass::bucket) {
    if (inside->is_object() && inside->get_object().empty()) return out;
    return Node(node, *inside).refuse("aggregation_initialization_exception",
                                      fmt::format("Aggregator [{}] of type [{}] cannot accept sub-aggregations", name, row->name));
  }
  auto subs = parse_level(Node(node, *inside), context, depth + 1, counter);
  if (!subs) return std::unexpected(subs.error());
  out.subs = *std::move(subs);
  return out;
}

Parsed<std::vector<Agg>> parse_level(const Node& node, const QueryContext& context, std::size_t depth, Counter& counter) {
  const auto object = node.need_object("aggs");
  if (!object) return std::unexpected(object.error());
  if (depth > kMostAggDepth)
    return node.refuse("illegal_argument_exception", fmt::format("aggregations are nested deeper than {} levels", kMostAggDepth));
  std::vector<Agg> out;
  for (const auto& [name, value] : **object) {
    auto one = parse_one(name, Node(node, value), context, depth, counter);
    if (!one) return std::unexpected(one.error());
    const bool top_only = one->kind == AggKind::global || one->kind == AggKind::composite;
    if (top_only && depth > 0)
      return Node(node, value).refuse("illegal_argument_exception", fmt::format("[{}] must be at the top level of the aggregations", std::string_view(name)));
    if (one->group == AggClass::parent_pipeline && depth == 0)
      return Node(node, value).refuse("action_request_validation_exception",
                                      fmt::format("[{}] must be within a histogram or another aggregation with buckets", std::string_view(name)));
    out.push_back(*std::move(one));
  }
  return out;
}

}  // namespace

Parsed<std::vector<Agg>> parse_aggs(const Node& aggs, const QueryContext& context) {
  Counter counter;
  return parse_level(aggs, context, 0, counter);
}

query::Cell cell_of_json(const Field& field, const json::value& value, const DateContext& dates) {
  if (value.is_null()) return {};
  const std::string text = scalar_text(value);
  if (field.shape == Shape::letter) return text == "I" ? query::Cell(std::string("in")) : text == "O" ? query::Cell(std::string("out")) : query::Cell();
  if (field.shape == Shape::flags) {
    for (std::uint64_t flags = 0; flags < 64; ++flags) {
      if (flag_letters(flags) == text) return flags;
    }
    return {};
  }
  if (field.is_time()) {
    const auto time = parse_date(text, dates);
    if (time && *time >= 0) return static_cast<std::uint64_t>(*time);
    return {};
  }
  if (!field.is_number()) return text;
  std::int64_t whole = 0;
  double real = 0;
  if (field.info().type != flow::ColumnType::real && read_whole(text, whole) && whole >= 0) return static_cast<std::uint64_t>(whole);
  if (read_real(text, real)) return real;
  return {};
}

}  // namespace weir::serve::es
