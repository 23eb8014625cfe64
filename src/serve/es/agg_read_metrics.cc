// What metrics and pipelines take.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "query/validate_tally.h"
#include "serve/es/agg_kinds.h"
#include "serve/es/script.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostPaths = 50;

Parsed<void> need_number(const Node& body, const Agg& to) {
  if (!to.field || to.field->is_number() || to.field->is_time()) return {};
  const AggRow* row = nullptr;
  for (const AggRow& known : agg_rows()) {
    if (known.kind == to.kind) row = &known;
  }
  return body.refuse("illegal_argument_exception", fmt::format("Field [{}] of type [{}] is not supported for aggregation [{}]", to.field->name,
                                                               es_type(*to.field), row == nullptr ? "" : row->name));
}

Parsed<void> read_script(const Node& node, Agg& to) {
  if (!node.is_object()) {
    auto text = node.need_text("script");
    if (!text) return std::unexpected(text.error());
    to.script = *std::move(text);
    return {};
  }
  for (const auto& [key, value] : node.object()) {
    const Node at(node, value);
    if (key == "source" || key == "inline") {
      auto text = at.need_text(key);
      if (!text) return std::unexpected(text.error());
      to.script = *std::move(text);
    } else if (key == "lang") {
      if (scalar_text(value) != "painless" && scalar_text(value) != "expression")
        return at.refuse("illegal_argument_exception", fmt::format("script_lang not supported [{}]", scalar_text(value)));
    } else if (key == "params") {
      const auto params = at.need_object("params");
      if (!params) return std::unexpected(params.error());
      for (const auto& [name, number] : **params) {
        const auto real = Node(at, number).need_real(name);
        if (!real) return std::unexpected(real.error());
        to.params["params." + std::string(name)] = *real;
      }
    } else {
      return at.refuse("illegal_argument_exception", fmt::format("[script] unknown field [{}]", std::string_view(key)));
    }
  }
  return {};
}

Parsed<void> read_paths(const Node& node, Agg& to) {
  const auto add = [&](std::string name, const Node& at) -> Parsed<void> {
    auto path = at.need_text("buckets_path");
    if (!path) return std::unexpected(path.error());
    if (to.paths.size() >= kMostPaths) return at.refuse("illegal_argument_exception", "too many buckets paths");
    to.paths.emplace_back(std::move(name), *std::move(path));
    return {};
  };
  if (node.is_object()) {
    for (const auto& [name, value] : node.object()) {
      if (auto added = add(std::string(name), Node(node, value)); !added) return added;
    }
    return {};
  }
  if (!node.is_array()) return add({}, node);
  for (const json::value& value : node.array()) {
    if (auto added = add(to.paths.empty() ? std::string() : fmt::format("_value{}", to.paths.size()), Node(node, value)); !added) return added;
  }
  return {};
}

Parsed<void> read_pipeline_member(std::string_view word, const Node& at, Agg& to) {
  if (word == "buckets_path") return read_paths(at, to);
  if (word == "script") return read_script(at, to);
  if (word == "format") {
    auto text = at.need_text(word);
    if (!text) return std::unexpected(text.error());
    to.format = *std::move(text);
    return {};
  }
  if (word == "gap_policy") {
    const std::string policy = scalar_text(at.value());
    if (policy != "skip" && policy != "insert_zeros" && policy != "keep_values")
      return at.refuse("illegal_argument_exception", fmt::format("Invalid gap policy: [{}], accepted values: [insert_zeros, skip, keep_values]", policy));
    to.insert_zeros = policy == "insert_zeros";
    return {};
  }
  if (word == "unit") {
    const std::string text = scalar_text(at.value());
    to.unit_ms = parse_interval(text);
    constexpr std::array<std::pair<std::string_view, UnixMillis>, 5> kNames = {
        {{"second", kSecondMs}, {"minute", kMinuteMs}, {"hour", kHourMs}, {"day", kDayMs}, {"week", 7 * kDayMs}}};
    for (const auto& [name, length] : kNames) {
      if (text == name) to.unit_ms = length;
    }
    if (!to.unit_ms) return at.refuse("parse_exception", fmt::format("failed to parse setting [unit] with value [{}] as a time value", text));
    return {};
  }
  if (word == "window" || word == "shift" || word == "lag") {
    const auto number = at.need_whole(word);
    if (!number) return std::unexpected(number.error());
    const bool fine = word == "shift" ? *number > -100'000 && *number < 100'000 : *number > 0 && *number < 100'000;
    if (!fine) return at.refuse("illegal_argument_exception", fmt::format("[{}] is out of range: [{}]", word, *number));
    if (word == "shift") to.shift = *number;
    else to.window = static_cast<std::size_t>(*number);
    return {};
  }
  if (word == "model" && scalar_text(at.value()) != "simple")
    return at.refuse("illegal_argument_exception", "of moving_avg the model [simple] alone is supported; use moving_fn");
  if (word == "model" || word == "settings" || word == "predict" || word == "minimize") return {};  // of old versions
  return at.refuse("x_content_parse_exception", fmt::format("[{}] unknown field [{}]", to.name, word));
}

}  // namespace

Parsed<void> read_metric(const Node& body, const QueryContext&, Agg& to) {
  if (auto read = read_field(body, {"precision_threshold", "sigma", "rehash", "execution_hint", "value_type"}, to); !read) return read;
  const bool any_type = to.kind == AggKind::value_count || to.kind == AggKind::cardinality;
  return any_type ? Parsed<void>() : need_number(body, to);
}

Parsed<void> read_percentiles(const Node& body, const QueryContext&, Agg& to) {
  to.keyed = true;
  if (auto read = read_field(body, {"percents", "tdigest", "hdr", "compression"}, to); !read) return read;
  if (to.missing) return body.refuse("illegal_argument_exception", "[missing] is not supported in percentiles");
  to.percents = {1, 5, 25, 50, 75, 95, 99};
  if (const auto percents = member(body, "percents")) {
    to.percents.clear();
    const auto add = [&](const Node& node) -> Parsed<void> {
      const auto percent = node.need_real("percents");
      if (!percent) return std::unexpected(percent.error());
      if (!(*percent >= 0 && *percent <= 100)) return node.refuse("illegal_argument_exception", fmt::format("percent must be in [0,100], got [{}]", *percent));
      to.percents.push_back(*percent);
      return {};
    };
    if (!percents->is_array()) {
      if (auto added = add(*percents); !added) return added;
    } else {
      for (const json::value& value : percents->array()) {
        if (auto added = add(Node(*percents, value)); !added) return added;
      }
    }
    if (to.percents.empty() || to.percents.size() > query::kMostPercents)
      return percents->refuse("illegal_argument_exception", fmt::format("[percents] must hold between 1 and {} numbers", query::kMostPercents));
    std::ranges::sort(to.percents);
  }
  return need_number(body, to);
}

Parsed<void> read_weighted_avg(const Node& body, const QueryContext&, Agg& to) {
  for (const std::string_view part : {"value", "weight"}) {
    const auto node = member(body, part);
    if (!node || !node->is_object()) return body.misread(fmt::format("Required [{}] of [weighted_avg] is missing", part));
    Agg inner;
    inner.name = to.name;
    inner.kind = AggKind::weighted_avg;
    if (auto read = read_field(*node, {}, inner); !read) return read;
    if (inner.missing) return node->refuse("illegal_argument_exception", "[missing] is not supported in weighted_avg");
    if (auto fine = need_number(*node, inner); !fine) return fine;
    to.unmapped = to.unmapped || inner.unmapped;
    (part == "value" ? to.field : to.weight) = inner.field;
  }
  return {};
}

Parsed<void> read_top_hits(const Node& body, const QueryContext&, Agg& to) {
  to.hits.size = 3;
  for (const auto& [key, value] : body.object()) {
    const Node at(body, value);
    const std::string_view word = key;
    Parsed<void> read;
    if (word == "size" || word == "from") {
      const auto count = read_count(at, word);
      if (!count) return std::unexpected(count.error());
      if (*count > 100) return at.refuse("illegal_argument_exception", fmt::format("Top hits result window is too large, the top hits aggregator [{}]'s from + size must be less than or equal to: [100] but was [{}]", to.name, *count));
      (word == "size" ? to.hits.size : to.hits.from) = *count;
    } else if (word == "sort") {
      read = read_sort(at, to.hits.sort);
    } else if (word == "_source") {
      read = read_source(at, to.hits.source);
    } else if (word == "fields" || word == "docvalue_fields") {
      read = read_shown_fields(at, to.hits.fields);
    } else if (word == "version") {
      to.hits.version = scalar_text(value) == "true";
    } else if (word == "track_scores") {
      to.hits.track_scores = scalar_text(value) == "true";
    } else if (word != "explain" && word != "highlight" && word != "stored_fields" && word != "script_fields") {
      return at.misread(fmt::format("Unknown key for a {} in [{}]: [{}].", at.token(), to.name, word));
    }
    if (!read) return read;
  }
  return {};
}

Parsed<void> read_pipeline(const Node& body, const QueryContext&, Agg& to) {
  if (to.kind == AggKind::serial_diff) to.window = 1;
  for (const auto& [key, value] : body.object()) {
    const Node at(body, value);
    if (at.is_null()) continue;
    if (auto read = read_pipeline_member(key, at, to); !read) return read;
  }
  if (to.paths.empty()) return body.misread(fmt::format("Missing required field [buckets_path] for aggregation [{}]", to.name));
  const bool scripted = to.kind == AggKind::bucket_script || to.kind == AggKind::bucket_selector || to.kind == AggKind::moving_fn;
  if (!scripted) return {};
  if (to.script.empty()) return body.misread(fmt::format("Missing required field [script] for aggregation [{}]", to.name));
  const auto script = to.kind == AggKind::moving_fn ? Script::moving(to.script) : Script::arithmetic(to.script);
  if (script) return {};
  EsError error;
  error.type = "script_exception";
  error.reason = "compile error";
  error.caused_type = "illegal_argument_exception";
  error.caused_reason = script.error().message;
  error.in_search = true;
  return std::unexpected(std::move(error));
}

Parsed<void> read_bucket_sort(const Node& body, const QueryContext&, Agg& to) {
  to.size = kMostEsBuckets;
  for (const auto& [key, value] : body.object()) {
    const Node at(body, value);
    const std::string_view word = key;
    if (word == "size" || word == "from") {
      const auto count = read_count(at, word);
      if (!count) return std::unexpected(count.error());
      if (word == "size") to.size = *count;
      else to.hits.from = *count;
    } else if (word == "sort") {
      const auto add = [&](const Node& one) -> Parsed<void> {
        if (one.value().is_string()) {
          to.orders.push_back({scalar_text(one.value()), false});
          return {};
        }
        const auto object = one.need_object("sort");
        if (!object) return std::unexpected(object.error());
        for (const auto& [path, how] : **object) {
          const json::value* order = how.is_object() ? how.get_object().if_contains("order") : &how;
          to.orders.push_back({std::string(path), order != nullptr && scalar_text(*order) == "desc"});
        }
        return {};
      };
      if (!at.is_array()) {
        if (auto added = add(at); !added) return added;
        continue;
      }
      for (const json::value& element : at.array()) {
        if (auto added = add(Node(at, element)); !added) return added;
      }
    } else if (word != "gap_policy") {
      return at.refuse("x_content_parse_exception", fmt::format("[{}] unknown field [{}]", to.name, word));
    }
  }
  return {};
}

}  // namespace weir::serve::es
