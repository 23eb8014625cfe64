#include "serve/es/hits.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "serve/es/document_id.h"
#include "serve/es/indices.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostSortKeys = 12;
constexpr std::size_t kMostPatterns = 200;

Parsed<void> read_patterns(const Node& node, std::string_view what, std::vector<std::string>& to) {
  const auto take = [&](const Node& one) -> Parsed<void> {
    auto text = one.need_text(what);
    if (!text) return std::unexpected(text.error());
    if (to.size() >= kMostPatterns) return one.refuse("illegal_argument_exception", fmt::format("[{}] may have at most {} entries", what, kMostPatterns));
    to.push_back(*std::move(text));
    return {};
  };
  if (!node.is_array()) return take(node);
  for (const json::value& value : node.array()) {
    if (auto taken = take(Node(node, value)); !taken) return taken;
  }
  return {};
}

bool fits(const std::vector<std::string>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return glob_matches(pattern, name); });
}

std::optional<SortKey> special_key(std::string_view name) {
  SortKey key;
  if (name == "_score") key.by = SortKey::By::score;
  else if (name == "_doc" || name == "_shard_doc" || name == "_id" || name == "_seq_no") key.by = SortKey::By::place;
  else return std::nullopt;
  key.descending = name == "_score";
  return key;
}

Parsed<bool> read_direction(const Node& node) {
  const auto text = node.need_text("order");
  if (!text) return std::unexpected(text.error());
  if (*text == "desc" || *text == "DESC") return true;
  if (*text == "asc" || *text == "ASC") return false;
  return node.refuse("illegal_argument_exception", fmt::format("No enum constant for sort order [{}]: expected asc or desc", *text));
}

Parsed<std::optional<SortKey>> plain_key(const Node& node, std::string_view name, bool unmapped_is_fine) {
  if (const auto special = special_key(name)) return special;
  const auto field = find_field(name);
  if (field) {
    SortKey key;
    key.field = *field;
    return key;
  }
  if (unmapped_is_fine) return std::nullopt;
  auto error = node.refuse("query_shard_exception", fmt::format("No mapping found for [{}] in order to sort on", name));
  error.error().in_search = true;
  return error;
}

Parsed<void> add_key(std::vector<SortKey>& to, std::optional<SortKey> key, const Node& node) {
  if (!key) return {};
  if (to.size() >= kMostSortKeys) return node.refuse("illegal_argument_exception", fmt::format("at most {} sort keys are allowed", kMostSortKeys));
  to.push_back(*std::move(key));
  return {};
}

Parsed<void> read_sort_object(const Node& node, std::vector<SortKey>& to) {
  for (const auto& [name, value] : node.object()) {
    const Node body(node, value);
    const json::object* options = value.if_object();
    const bool unmapped_is_fine = options != nullptr && options->contains("unmapped_type");
    auto key = plain_key(body, name, unmapped_is_fine);
    if (!key) return std::unexpected(key.error());
    if (*key && options == nullptr) {
      const auto descending = read_direction(body);
      if (!descending) return std::unexpected(descending.error());
      (*key)->descending = *descending;
    } else if (*key) {
      for (const auto& [option, setting] : *options) {
        const Node at(body, setting);
        const std::string_view word = option;
        if (word == "order") {
          const auto descending = read_direction(at);
          if (!descending) return std::unexpected(descending.error());
          (*key)->descending = *descending;
        } else if (word == "format") {
          auto format = at.need_text(word);
          if (!format) return std::unexpected(format.error());
          if (const auto known = check_date_format(*format); !known) return at.refuse("illegal_argument_exception", known.error().message);
          (*key)->format = *std::move(format);
        } else if (word == "missing") {
          if (scalar_text(setting) != "_last") return at.refuse("illegal_argument_exception", "[missing] can only be _last: documents without a value come last");
        } else if (word != "unmapped_type" && word != "mode" && word != "numeric_type") {
          return at.refuse("x_content_parse_exception", fmt::format("[field_sort] unknown field [{}]", word));
        }
      }
    }
    if (auto added = add_key(to, *std::move(key), body); !added) return added;
  }
  return {};
}

json::value shown_value(const Field& field, const std::string& format, const query::Cell& cell) {
  if (field.is_time() && !std::holds_alternative<std::monostate>(cell)) {
    const auto* time = std::get_if<std::uint64_t>(&cell);
    if (time != nullptr) return json::value(format_date(static_cast<UnixMillis>(*time), format, {}));
  }
  return typed_value(field, cell);
}

json::value sort_value(const SortKey& key, const std::vector<query::Cell>& cells, double score, std::uint64_t place) {
  if (key.by == SortKey::By::score) return score;
  if (key.by == SortKey::By::place) return place;
  const query::Cell& cell = cells[static_cast<std::size_t>(key.field.column)];
  if (std::holds_alternative<std::monostate>(cell)) return nullptr;
  if (key.field.is_time() && !key.format.empty()) return shown_value(key.field, key.format, cell);
  return typed_value(key.field, cell);
}

}  // namespace

bool SourceFilter::takes(std::string_view name) const {
  if (!enabled) return false;
  return (includes.empty() || fits(includes, name)) && !fits(excludes, name);
}

Parsed<void> read_source(const Node& node, SourceFilter& to) {
  if (node.value().is_bool()) {
    to.enabled = node.value().get_bool();
    return {};
  }
  if (!node.is_object()) return read_patterns(node, "_source", to.includes);
  for (const auto& [name, value] : node.object()) {
    const std::string_view word = name;
    const bool include = word == "includes" || word == "include";
    if (!include && word != "excludes" && word != "exclude")
      return Node(node, value).misread(fmt::format("Unknown key for a {} in [{}].", Node(node, value).token(), word));
    auto read = read_patterns(Node(node, value), word, include ? to.includes : to.excludes);
    if (!read) return read;
  }
  return {};
}

Parsed<void> read_sort(const Node& node, std::vector<SortKey>& to) {
  if (node.is_array()) {
    for (const json::value& value : node.array()) {
      const Node element(node, value);
      if (element.is_array()) return element.misread("malformed sort format, either start with array, object, or an actual string");
      if (auto read = read_sort(element, to); !read) return read;
    }
    return {};
  }
  if (node.is_object()) return read_sort_object(node, to);
  const auto name = node.need_text("sort");
  if (!name) return std::unexpected(name.error());
  auto key = plain_key(node, *name, false);
  if (!key) return std::unexpected(key.error());
  return add_key(to, *std::move(key), node);
}

Parsed<void> read_sort_text(std::string_view text, std::vector<SortKey>& to) {
  const auto document = Document::parse("{}");
  const Node nowhere(*document);
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const std::size_t colon = one.rfind(':');
    const std::string_view direction = colon == std::string_view::npos ? std::string_view() : one.substr(colon + 1);
    if (!direction.empty() && direction != "asc" && direction != "desc")
      return illegal(fmt::format("No enum constant for sort order [{}]: expected asc or desc", direction));
    auto key = plain_key(nowhere, one.substr(0, colon), false);
    if (!key) return std::unexpected(key.error());
    if (!direction.empty()) (*key)->descending = direction == "desc";
    if (auto added = add_key(to, *std::move(key), nowhere); !added) return added;
  }
  return {};
}

Parsed<void> read_shown_fields(const Node& node, std::vector<ShownField>& to) {
  if (!node.is_array()) return node.misread("fields must be a list");
  for (const json::value& value : node.array()) {
    const Node element(node, value);
    std::optional<Node> name;
    std::string format;
    if (element.is_object()) {
      if (const json::value* field = element.object().if_contains("field")) name = Node(element, *field);
      if (const json::value* given = element.object().if_contains("format"); given != nullptr && given->is_string()) {
        format = scalar_text(*given);
        if (format == "use_field_mapping") format.clear();
        if (const auto known = check_date_format(format); !known) return element.refuse("illegal_argument_exception", known.error().message);
      }
    } else {
      name = element;
    }
    if (!name) return element.misread("an entry of fields needs a [field]");
    const auto text = name->need_text("field");
    if (!text) return std::unexpected(text.error());
    const bool one = text->find('*') == std::string::npos;
    for (const Field& field : match_fields(*text)) {
      if (to.size() >= kMostPatterns) return element.refuse("illegal_argument_exception", "too many fields are asked for");
      to.push_back({field, one ? *text : std::string(field.name), format});
    }
  }
  return {};
}

Parsed<std::size_t> read_count(const Node& node, std::string_view what) {
  const auto number = node.need_whole(what);
  if (!number) return std::unexpected(number.error());
  if (*number < 0) return node.refuse("illegal_argument_exception", fmt::format("[{}] parameter cannot be negative, found [{}]", what, *number));
  return static_cast<std::size_t>(*number);
}

Parsed<void> check_window(std::size_t from, std::size_t size) {
  if (from <= kMostWindow && size <= kMostWindow && from + size <= kMostWindow) return {};
  auto error = illegal(fmt::format(
      "Result window is too large, from + size must be less than or equal to: [{}] but was [{}]. See the scroll api for a more "
      "efficient way to request large data sets, or search_after with a point in time.",
      kMostWindow, from + size));
  error.error().in_search = true;
  return error;
}

std::vector<query::Search::Order> search_order(const std::vector<SortKey>& sort) {
  std::vector<query::Search::Order> out;
  for (const SortKey& key : sort) {
    if (key.by != SortKey::By::field) continue;
    const auto same = [&](const query::Search::Order& order) { return order.column == key.field.column; };
    if (std::ranges::none_of(out, same)) out.push_back({key.field.column, key.descending});
  }
  return out;
}

json::object document(const std::vector<query::Cell>& cells, const SourceFilter& filter) {
  json::object out;
  for (const Field& field : all_fields()) {
    if (!filter.takes(field.name)) continue;
    const query::Cell& cell = cells[static_cast<std::size_t>(field.column)];
    if (field.shape == Shape::plain && std::holds_alternative<std::monostate>(cell)) continue;
    out[field.name] = source_value(field, cell);
  }
  return out;
}

json::object hit_json(const HitsSpec& spec, const std::vector<query::Cell>& cells, double score, std::uint64_t place) {
  json::object out;
  out["_index"] = index_of(time_of(cells));
  out["_type"] = "f";
  out["_id"] = document_id(document_columns(), cells);
  if (spec.version) out["_version"] = 1;
  if (spec.seq_no) {
    out["_seq_no"] = 0;
    out["_primary_term"] = 1;
  }
  const bool sorted = std::ranges::any_of(spec.sort, [](const SortKey& key) { return key.by != SortKey::By::score; });
  if (sorted && !spec.track_scores) out["_score"] = nullptr;
  else out["_score"] = score;
  if (spec.source.enabled) out["_source"] = document(cells, spec.source);
  if (!spec.fields.empty()) {
    json::object fields;
    for (const ShownField& shown : spec.fields) {
      const query::Cell& cell = cells[static_cast<std::size_t>(shown.field.column)];
      if (shown.field.shape == Shape::plain && std::holds_alternative<std::monostate>(cell)) continue;
      fields[shown.name] = json::array{shown_value(shown.field, shown.format, cell)};
    }
    out["fields"] = std::move(fields);
  }
  if (!spec.sort.empty()) {
    json::array values;
    for (const SortKey& key : spec.sort) values.push_back(sort_value(key, cells, score, place));
    out["sort"] = std::move(values);
  }
  return out;
}

}  // namespace weir::serve::es
