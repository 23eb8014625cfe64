#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <deque>

#include "serve/es/agg_bucket.h"
#include "serve/es/script.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

std::optional<double> number_of(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_int64()) return static_cast<double>(value->get_int64());
  if (value->is_uint64()) return static_cast<double>(value->get_uint64());
  if (value->is_double()) return value->get_double();
  return std::nullopt;
}

/// "values" of percentiles: by the number that a key is.
std::optional<double> percentile_of(const json::object& metric, std::string_view wanted) {
  const json::value* values = metric.if_contains("values");
  double percent = 0;
  if (values == nullptr || !read_real(wanted, percent)) return std::nullopt;
  if (const json::array* list = values->if_array()) {
    for (const json::value& entry : *list) {
      if (entry.is_object() && number_of(entry.get_object().if_contains("key")) == percent) return number_of(entry.get_object().if_contains("value"));
    }
    return std::nullopt;
  }
  if (!values->is_object()) return std::nullopt;
  for (const auto& [key, value] : values->get_object()) {
    double known = 0;
    if (read_real(key, known) && known == percent) return number_of(&value);
  }
  return std::nullopt;
}

/// "name", "name.property" or "name[key]". Names may hold dots, so that the longest that is there wins.
struct Step {
  const json::object* object = nullptr;
  std::string_view property;
};
Step find_step(const json::object& in, std::string_view text) {
  std::string_view name = text;
  while (true) {
    if (const json::value* found = in.if_contains(name); found != nullptr && found->is_object()) {
      std::string_view property = text.substr(name.size());
      if (property.starts_with('.')) property.remove_prefix(1);
      if (property.starts_with('[') && property.ends_with(']')) property = property.substr(1, property.size() - 2);
      return {&found->get_object(), property};
    }
    const std::size_t cut = name.find_last_of(".[");
    if (cut == std::string_view::npos) return {};
    name = name.substr(0, cut);
  }
}

std::string key_text(const json::object& bucket) {
  if (const json::value* text = bucket.if_contains("key_as_string")) return scalar_text(*text);
  const json::value* key = bucket.if_contains("key");
  return key == nullptr ? std::string() : scalar_text(*key);
}

json::value number_json(std::optional<double> value) {
  return value && std::isfinite(*value) ? json::value(*value) : json::value(nullptr);
}

std::unexpected<EsError> no_such_path(const Agg& pipeline, std::string_view path) {
  return refuse("illegal_argument_exception", fmt::format("No aggregation found for path [{}] of [{}]", path, pipeline.name));
}

using Values = std::vector<std::optional<double>>;

Values values_of(const Agg& pipeline, const std::vector<EsBucket>& buckets, std::string_view path) {
  Values out;
  for (const EsBucket& bucket : buckets) {
    auto value = path_value(bucket.body, path, true);
    if (!value && pipeline.insert_zeros) value = 0;
    out.push_back(value);
  }
  return out;
}

void set(EsBucket& bucket, const Agg& pipeline, json::object result) {
  bucket.body[pipeline.name] = std::move(result);
}

void derivative(const Agg& pipeline, std::vector<EsBucket>& buckets, const Values& values) {
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    if (!values[i] || !values[i - 1]) continue;
    const double change = *values[i] - *values[i - 1];
    json::object result{{"value", change}};
    const auto before = path_value(buckets[i - 1].body, "_key", false);
    const auto now = path_value(buckets[i].body, "_key", false);
    if (pipeline.unit_ms && before && now && *now != *before)
      result["normalized_value"] = change / ((*now - *before) / static_cast<double>(*pipeline.unit_ms));
    set(buckets[i], pipeline, std::move(result));
  }
}

void cumulative_sum(const Agg& pipeline, std::vector<EsBucket>& buckets, const Values& values) {
  double sum = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    sum += values[i].value_or(0);
    set(buckets[i], pipeline, {{"value", sum}});
  }
}

/// The window ends before the bucket itself, unless it is shifted.
void moving(const Agg& pipeline, std::vector<EsBucket>& buckets, const Values& values) {
  const bool older = pipeline.kind == AggKind::moving_avg;
  const auto script = Script::moving(older ? "MovingFunctions.unweightedAvg(values)" : pipeline.script);
  std::vector<double> known;
  for (const auto& value : values) {
    if (value) known.push_back(*value);
  }
  const auto count = static_cast<std::int64_t>(known.size());
  const std::int64_t shift = older ? 1 : pipeline.shift;
  std::int64_t index = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (!values[i]) continue;
    const std::int64_t to = std::clamp<std::int64_t>(index + shift, 0, count);
    const std::int64_t from = std::clamp<std::int64_t>(index - static_cast<std::int64_t>(pipeline.window) + shift, 0, to);
    const auto window = std::span(known).subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
    set(buckets[i], pipeline, {{"value", number_json(script->run(window))}});
    ++index;
  }
}

void serial_diff(const Agg& pipeline, std::vector<EsBucket>& buckets, const Values& values) {
  for (std::size_t i = pipeline.window; i < buckets.size(); ++i) {
    if (values[i] && values[i - pipeline.window])
      set(buckets[i], pipeline, {{"value", *values[i] - *values[i - pipeline.window]}});
  }
}

std::optional<double> run_script(const Agg& pipeline, const Script& script, const EsBucket& bucket) {
  return script.run([&](std::string_view name) -> std::optional<double> {
    if (const auto param = pipeline.params.find(std::string(name)); param != pipeline.params.end()) return param->second;
    const std::string_view plain = name.starts_with("params.") ? name.substr(7) : name;
    for (const auto& [variable, path] : pipeline.paths) {
      const std::string_view called = variable.empty() ? std::string_view("_value") : std::string_view(variable);
      if (called != plain && !(variable.empty() && plain == "_value0")) continue;
      const auto value = path_value(bucket.body, path, true);
      return !value && pipeline.insert_zeros ? std::optional(0.0) : value;
    }
    return std::nullopt;
  });
}

void bucket_sort(const Agg& pipeline, std::vector<EsBucket>& buckets) {
  sort_buckets(buckets, pipeline.orders);
  const std::size_t from = std::min(pipeline.hits.from, buckets.size());
  buckets.erase(buckets.begin(), buckets.begin() + static_cast<std::ptrdiff_t>(from));
  if (buckets.size() > pipeline.size) buckets.erase(buckets.begin() + static_cast<std::ptrdiff_t>(pipeline.size), buckets.end());
}

/// The buckets of a result: a list, or an object where they are keyed.
std::vector<const json::object*> buckets_of(const json::object& result) {
  std::vector<const json::object*> out;
  const json::value* buckets = result.if_contains("buckets");
  if (buckets == nullptr) return out;
  if (const json::array* list = buckets->if_array()) {
    for (const json::value& bucket : *list) out.push_back(&bucket.get_object());
  } else if (const json::object* keyed = buckets->if_object()) {
    for (const auto& member : *keyed) out.push_back(&member.value().get_object());
  }
  return out;
}

}  // namespace

std::optional<double> path_value(const json::object& bucket, std::string_view path, bool gaps) {
  if (path == "_key" || path == "_term") return number_of(bucket.if_contains("key"));
  const auto documents = number_of(bucket.if_contains("doc_count"));
  if (path == "_count") return documents;
  if (gaps && documents == 0.0) return std::nullopt;
  const std::size_t arrow = path.find('>');
  const Step step = find_step(bucket, path.substr(0, arrow));
  if (step.object == nullptr) return std::nullopt;
  if (arrow != std::string_view::npos) return path_value(*step.object, path.substr(arrow + 1), gaps);
  if (step.property.empty() || step.property == "value") return number_of(step.object->if_contains("value"));
  if (step.property == "_count" || step.property == "doc_count") return number_of(step.object->if_contains("doc_count"));
  if (step.property == "_bucket_count") return static_cast<double>(buckets_of(*step.object).size());
  if (const auto plain = number_of(step.object->if_contains(step.property))) return plain;
  if (step.property == "std_upper" || step.property == "std_lower") {
    const json::value* bounds = step.object->if_contains("std_deviation_bounds");
    if (bounds != nullptr && bounds->is_object()) return number_of(bounds->get_object().if_contains(step.property.substr(4)));
  }
  return percentile_of(*step.object, step.property);
}

bool has_path(const json::object& bucket, std::string_view path) {
  if (path.starts_with('_')) return true;
  return find_step(bucket, path.substr(0, path.find('>'))).object != nullptr;
}

void sort_buckets(std::vector<EsBucket>& buckets, const std::vector<AggOrder>& orders) {
  std::ranges::stable_sort(buckets, [&](const EsBucket& a, const EsBucket& b) {
    for (const AggOrder& order : orders) {
      const auto x = path_value(a.body, order.path, false);
      const auto y = path_value(b.body, order.path, false);
      if (x.has_value() != y.has_value()) return x.has_value();
      if (x && *x != *y) return order.descending ? *x > *y : *x < *y;
    }
    return false;
  });
}

Parsed<void> run_parent_pipeline(const Agg& pipeline, std::vector<EsBucket>& buckets) {
  if (pipeline.kind == AggKind::bucket_sort) {
    bucket_sort(pipeline, buckets);
    return {};
  }
  for (const auto& [name, path] : pipeline.paths) {
    // A pipeline leaves the first buckets without a value: it is enough that one has it.
    const auto has = [&path = path](const EsBucket& bucket) { return has_path(bucket.body, path); };
    if (!buckets.empty() && std::ranges::none_of(buckets, has)) {
      if (buckets.size() > 1) return no_such_path(pipeline, path);
    }
  }
  if (pipeline.kind == AggKind::bucket_script || pipeline.kind == AggKind::bucket_selector) {
    const auto script = Script::arithmetic(pipeline.script);
    if (pipeline.kind == AggKind::bucket_selector) {
      std::erase_if(buckets, [&](const EsBucket& bucket) { return run_script(pipeline, *script, bucket).value_or(0) == 0; });
      return {};
    }
    for (EsBucket& bucket : buckets) {
      if (const auto value = run_script(pipeline, *script, bucket)) set(bucket, pipeline, {{"value", *value}});
    }
    return {};
  }
  const Values values = values_of(pipeline, buckets, pipeline.paths.front().second);
  switch (pipeline.kind) {
    case AggKind::derivative:
      derivative(pipeline, buckets, values);
      break;
    case AggKind::cumulative_sum:
      cumulative_sum(pipeline, buckets, values);
      break;
    case AggKind::serial_diff:
      serial_diff(pipeline, buckets, values);
      break;
    default:
      moving(pipeline, buckets, values);
  }
  return {};
}

Parsed<json::object> run_sibling_pipeline(const Agg& pipeline, const json::object& results) {
  const std::string_view path = pipeline.paths.front().second;
  const std::size_t arrow = path.find('>');
  const json::value* aggregation = results.if_contains(path.substr(0, arrow));
  if (aggregation == nullptr || !aggregation->is_object()) return no_such_path(pipeline, path);
  const std::string_view inner = arrow == std::string_view::npos ? std::string_view("_count") : path.substr(arrow + 1);
  std::size_t count = 0;
  double sum = 0;
  std::optional<double> least;
  std::optional<double> most;
  json::array least_keys;
  json::array most_keys;
  for (const json::object* bucket : buckets_of(aggregation->get_object())) {
    auto value = path_value(*bucket, inner, true);
    if (!value && pipeline.insert_zeros) value = 0;
    if (!value) continue;
    ++count;
    sum += *value;
    const json::value key(key_text(*bucket));
    if (!least || *value < *least) least_keys.clear();
    if (!most || *value > *most) most_keys.clear();
    if (!least || *value <= *least) least_keys.push_back(key);
    if (!most || *value >= *most) most_keys.push_back(key);
    least = least ? std::min(*least, *value) : *value;
    most = most ? std::max(*most, *value) : *value;
  }
  const auto average = count == 0 ? std::nullopt : std::optional(sum / static_cast<double>(count));
  switch (pipeline.kind) {
    case AggKind::max_bucket:
      return json::object{{"value", number_json(most)}, {"keys", std::move(most_keys)}};
    case AggKind::min_bucket:
      return json::object{{"value", number_json(least)}, {"keys", std::move(least_keys)}};
    case AggKind::avg_bucket:
      return json::object{{"value", number_json(average)}};
    case AggKind::sum_bucket:
      return json::object{{"value", sum}};
    default:
      return json::object{{"count", count}, {"min", number_json(least)}, {"max", number_json(most)}, {"avg", number_json(average)}, {"sum", sum}};
  }
}

}  // namespace weir::serve::es
