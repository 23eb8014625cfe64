#include "serve/es/search_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "serve/es/agg_kinds.h"
#include "serve/es/cursors.h"
#include "serve/es/text_query.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

/// Taken, without effect: how Elasticsearch spreads its work, and what shows more of it.
constexpr std::array<std::string_view, 32> kIdleParameters = {
    "preference", "routing", "timeout", "max_concurrent_shard_requests", "ccs_minimize_roundtrips", "batched_reduce_size",
    "pre_filter_shard_size", "ignore_throttled", "expand_wildcards", "request_cache", "search_type", "pretty", "human",
    "error_trace", "filter_path", "format", "source", "source_content_type", "allow_partial_search_results", "explain",
    "stored_fields", "terminate_after", "df", "default_operator", "analyze_wildcard", "lenient", "analyzer", "q",
    "include_type_name", "max_concurrent_searches", "cancel_after_time_interval", "suggest_field"};
constexpr std::array<std::string_view, 20> kIdleMembers = {
    "timeout", "explain", "profile", "highlight", "stored_fields", "stats", "terminate_after", "indices_boost", "ext",
    "track_scores", "version", "seq_no_primary_term", "min_score", "slice", "search_type", "preference", "include_named_queries_score",
    "rank", "knn_none", "fielddata_fields"};

std::optional<std::string_view> find(const std::vector<Parameter>& parameters, std::string_view name) {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return std::nullopt;
}

bool is_true(std::string_view text) {
  return text.empty() || text == "true";
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    if (comma != 0) out.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return out;
}

Parsed<void> read_track(const Node& node, SearchSpec& to) {
  if (node.value().is_bool()) {
    to.track_total = node.value().get_bool();
    return {};
  }
  const auto number = node.need_whole("track_total_hits");
  if (!number) return std::unexpected(number.error());
  if (*number < 0) return node.refuse("illegal_argument_exception", "[track_total_hits] parameter must be positive or equals to -1");
  to.track_limit = static_cast<std::uint64_t>(*number);
  return {};
}

Parsed<void> need_empty(const Node& node, std::string_view what) {
  const bool empty = node.is_null() || (node.is_object() && node.object().empty()) || (node.is_array() && node.array().empty());
  if (empty) return {};
  return node.refuse("illegal_argument_exception", fmt::format("[{}] is not supported", what));
}

Parsed<void> read_pit(const Node& node, SearchSpec& to) {
  const auto id = member(node, "id");
  if (!id) return node.misread("[pit] needs an [id]");
  auto text = id->need_text("id");
  if (!text) return std::unexpected(text.error());
  to.pit = *std::move(text);
  if (const auto keep = member(node, "keep_alive")) {
    const auto length = read_keep_alive(scalar_text(keep->value()));
    if (!length) return std::unexpected(length.error());
    to.pit_keep_ms = *length;
  }
  return {};
}

/// Reads one member of a body; search_after is left for later.
Parsed<void> read_member(std::string_view word, const Node& node, const QueryContext& context, SearchSpec& to) {
  if (word == "query" || word == "post_filter") {
    auto parsed = parse_query(node, context);
    if (!parsed) return std::unexpected(parsed.error());
    if (word == "query") to.score = parsed->score;
    (word == "query" ? to.filter : to.post_filter) = std::move(parsed->filter);
    return {};
  }
  if (word == "aggs" || word == "aggregations") {
    auto parsed = parse_aggs(node, context);
    if (!parsed) return std::unexpected(parsed.error());
    to.aggs = *std::move(parsed);
    return {};
  }
  if (word == "size" || word == "from") {
    const auto count = read_count(node, word);
    if (!count) return std::unexpected(count.error());
    (word == "size" ? to.hits.size : to.hits.from) = *count;
    return {};
  }
  if (word == "sort") return read_sort(node, to.hits.sort);
  if (word == "_source") return read_source(node, to.hits.source);
  if (word == "fields" || word == "docvalue_fields") return read_shown_fields(node, to.hits.fields);
  if (word == "track_total_hits") return read_track(node, to);
  if (word == "pit") return read_pit(node, to);
  if (word == "script_fields" || word == "runtime_mappings" || word == "rescore" || word == "suggest" || word == "collapse") return need_empty(node, word);
  if (word == "version") to.hits.version = scalar_text(node.value()) == "true";
  if (word == "seq_no_primary_term") to.hits.seq_no = scalar_text(node.value()) == "true";
  if (word == "track_scores") to.hits.track_scores = scalar_text(node.value()) == "true";
  if (std::ranges::find(kIdleMembers, word) != kIdleMembers.end()) return {};
  return node.misread(fmt::format("Unknown key for a {} in [{}].", node.token(), word));
}

Parsed<query::ExpressionPtr> read_q(const std::vector<Parameter>& parameters, const QueryContext& context) {
  TextQuery asked;
  asked.text = *find(parameters, "q");
  asked.dates = context.dates;
  asked.lenient = find(parameters, "lenient") && is_true(*find(parameters, "lenient"));
  const auto operation = find(parameters, "default_operator");
  asked.default_and = operation && (*operation == "AND" || *operation == "and");
  if (const auto field = find(parameters, "df")) asked.fields = match_fields(*field);
  return parse_query_string(asked);
}

Parsed<void> read_parameter(std::string_view word, std::string_view value, SearchSpec& to) {
  const auto number = [&]() -> Parsed<std::size_t> {
    std::int64_t out = 0;
    if (!read_whole(value, out) || out < 0) return illegal(fmt::format("Failed to parse int parameter [{}] with value [{}]", word, value));
    return static_cast<std::size_t>(out);
  };
  if (word == "size" || word == "from") {
    const auto count = number();
    if (!count) return std::unexpected(count.error());
    (word == "size" ? to.hits.size : to.hits.from) = *count;
  } else if (word == "sort") {
    to.hits.sort.clear();
    return read_sort_text(value, to.hits.sort);
  } else if (word == "_source") {
    if (value == "false") to.hits.source.enabled = false;
    else if (value != "true") to.hits.source.includes = split(value);
  } else if (word == "_source_includes" || word == "_source_include") {
    to.hits.source.includes = split(value);
  } else if (word == "_source_excludes" || word == "_source_exclude") {
    to.hits.source.excludes = split(value);
  } else if (word == "docvalue_fields") {
    for (const std::string& name : split(value)) {
      for (const Field& field : match_fields(name)) to.hits.fields.push_back({field, std::string(field.name), {}});
    }
  } else if (word == "track_total_hits") {
    if (value == "true" || value == "false") {
      to.track_total = value == "true";
    } else {
      const auto count = number();
      if (!count) return std::unexpected(count.error());
      to.track_limit = *count;
    }
  } else if (word == "rest_total_hits_as_int") {
    to.total_as_int = is_true(value);
  } else if (word == "typed_keys") {
    to.typed_keys = is_true(value);
  } else if (word == "version") {
    to.hits.version = is_true(value);
  } else if (word == "seq_no_primary_term") {
    to.hits.seq_no = is_true(value);
  } else if (word == "track_scores") {
    to.hits.track_scores = is_true(value);
  } else if (word == "scroll") {
    const auto length = read_keep_alive(value);
    if (!length) return std::unexpected(length.error());
    to.scroll_ms = *length;
  } else if (word != "ignore_unavailable" && word != "allow_no_indices" && word != "index" &&
             std::ranges::find(kIdleParameters, word) == kIdleParameters.end()) {
    return illegal(fmt::format("request contains unrecognized parameter: [{}]", word));
  }
  return {};
}

/// One cell for each sort key.
Parsed<void> read_after(const Node& node, const QueryContext& context, SearchSpec& to) {
  if (!node.is_array()) return node.misread("[search_after] must be a list");
  // A point in time adds a key of its own.
  std::size_t keys = to.hits.sort.size();
  const bool implicit = !to.pit.empty() && std::ranges::none_of(to.hits.sort, [](const SortKey& key) { return key.by == SortKey::By::place; });
  if (keys == 0 && !implicit) return node.refuse("illegal_argument_exception", "Sort must contain at least one field.");
  if (implicit) ++keys;
  if (node.array().size() != keys)
    return node.refuse("illegal_argument_exception", fmt::format("search_after has {} value(s) but sort has {}.", node.array().size(), keys));
  std::vector<query::Cell> cells;
  for (std::size_t i = 0; i < keys; ++i) {
    const json::value& value = node.array()[i];
    if (value.is_object() || value.is_array()) return Node(node, value).misread("[search_after] must hold single values");
    if (i >= to.hits.sort.size() || to.hits.sort[i].by != SortKey::By::field) {
      std::int64_t place = 0;
      if (!read_whole(scalar_text(value), place) || place < 0) place = 0;
      cells.emplace_back(static_cast<std::uint64_t>(place));
      continue;
    }
    const SortKey& key = to.hits.sort[i];
    DateContext dates = context.dates;
    dates.format = key.format.empty() ? std::string() : key.format + "||strict_date_optional_time||epoch_millis";
    query::Cell cell = cell_of_json(key.field, value, dates);
    if (std::holds_alternative<std::monostate>(cell) && !value.is_null())
      return Node(node, value).refuse("illegal_argument_exception", fmt::format("Failed to parse search_after value for field [{}].", key.field.name));
    cells.push_back(std::move(cell));
  }
  to.after = std::move(cells);
  return {};
}

}  // namespace

IndexOptions read_index_options(const std::vector<Parameter>& parameters) {
  IndexOptions out;
  if (const auto flag = find(parameters, "ignore_unavailable")) out.ignore_unavailable = is_true(*flag);
  if (const auto flag = find(parameters, "allow_no_indices")) out.allow_no_indices = is_true(*flag);
  return out;
}

Parsed<SearchSpec> read_search(const Document& body, const std::vector<Parameter>& parameters, const QueryContext& context) {
  SearchSpec out;
  const Node root(body);
  const auto object = root.need_object("search");
  if (!object) return std::unexpected(object.error());
  for (const auto& [key, value] : **object) {
    if (key == "search_after") continue;
    if (auto read = read_member(key, Node(root, value), context, out); !read) return std::unexpected(read.error());
  }
  for (const auto& [name, value] : parameters) {
    if (auto read = read_parameter(name, value, out); !read) return std::unexpected(read.error());
  }
  if (find(parameters, "q")) {
    auto q = read_q(parameters, context);
    if (!q) return std::unexpected(q.error());
    out.filter = *std::move(q);
  }
  if (const auto after = member(root, "search_after")) {
    if (auto read = read_after(*after, context, out); !read) return std::unexpected(read.error());
    if (out.hits.from > 0) return after->refuse("illegal_argument_exception", "`from` parameter must be set to 0 when `search_after` is used.");
  }
  if (out.scroll_ms && !out.pit.empty()) return illegal("using [point in time] is not allowed in a scroll context");
  if (out.scroll_ms && out.hits.size == 0) return illegal("[size] cannot be [0] in a scroll context");
  if (out.scroll_ms && out.hits.from > 0) return illegal("using [from] is not allowed in a scroll context");
  if (out.scroll_ms && !out.track_total) return illegal("disabling [track_total_hits] is not allowed in a scroll context");
  if (auto fine = check_window(out.hits.from, out.hits.size); !fine) return std::unexpected(fine.error());
  if (out.total_as_int && out.track_limit)
    return illegal(fmt::format("[rest_total_hits_as_int] cannot be used if the tracking of total hits is not accurate, got {}", *out.track_limit));
  out.indices = read_index_options(parameters);
  return out;
}

Parsed<query::ExpressionPtr> read_query_only(const Document& body, const std::vector<Parameter>& parameters, const QueryContext& context) {
  if (find(parameters, "q")) return read_q(parameters, context);
  const Node root(body);
  const auto object = root.need_object("request");
  if (!object) return std::unexpected(object.error());
  query::ExpressionPtr out = everything();
  for (const auto& [key, value] : **object) {
    const Node node(root, value);
    if (key != "query") return node.misread(fmt::format("request does not support [{}]", std::string_view(key)));
    auto parsed = parse_query(node, context);
    if (!parsed) return std::unexpected(parsed.error());
    out = std::move(parsed->filter);
  }
  return out;
}

}  // namespace weir::serve::es
