#include "serve/es/query_dsl.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "query/nearest.h"
#include "serve/es/clauses.h"
#include "serve/es/indices.h"
#include "serve/es/text_query.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;
using query::ExpressionPtr;

class Parser {
 public:
  explicit Parser(const QueryContext& context) : context_(context) {}

  Parsed<Scored> parse(const Node& node, std::size_t depth);

 private:
  using Handler = Parsed<Scored> (Parser::*)(std::string_view name, const Node& body, std::size_t depth);
  struct Row {
    std::string_view name;
    Handler handler;
  };
  static const std::array<Row, 22> kQueries;

  /// The one field of {"FIELD": {...}} or {"FIELD": value}, and its body.
  struct OnField {
    std::string name;
    std::optional<Field> field;
    Node body;
  };
  Parsed<OnField> on_field(std::string_view name, const Node& body) const {
    const auto object = body.need_object(name);
    if (!object) return std::unexpected(object.error());
    std::optional<OnField> out;
    for (const auto& [key, value] : **object) {
      if (key == "boost" || key == "_name" || key == "case_insensitive") continue;
      if (out)
        return body.misread(fmt::format("[{}] query doesn't support multiple fields, found [{}] and [{}]", name, out->name,
                                        std::string_view(key)));
      out = OnField{std::string(key), find_field(key), Node(body, value)};
    }
    if (!out) return body.misread(fmt::format("[{}] query malformed, no field is named", name));
    return *std::move(out);
  }
  static const json::value* member(const Node& node, std::string_view key) {
    return node.is_object() ? node.object().if_contains(key) : nullptr;
  }
  static std::optional<Node> at(const Node& node, std::string_view key) {
    const json::value* value = member(node, key);
    return value == nullptr || value->is_null() ? std::nullopt : std::optional(Node(node, *value));
  }
  Parsed<double> boost_of(const Node& node) const {
    const auto boost = at(node, "boost");
    return boost ? boost->need_real("boost") : 1.0;
  }
  /// Every key of an object is one of these.
  static Parsed<void> only(std::string_view query, const Node& node, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : node.object()) {
      if (std::ranges::find(known, std::string_view(key)) == known.end())
        return Node(node, value).misread(fmt::format("[{}] query does not support [{}]", query, std::string_view(key)));
    }
    return {};
  }
  Parsed<Scored> scored(Parsed<ExpressionPtr> filter, const Node& body) const {
    if (!filter) return std::unexpected(filter.error());
    const auto boost = boost_of(body);
    if (!boost) return std::unexpected(boost.error());
    return Scored{*std::move(filter), *boost};
  }
  Parsed<void> count_clause(const Node& node) {
    if (++clauses_ <= kMostClauses) return {};
    return node.refuse("too_many_nested_clauses", fmt::format("Query contains too many nested clauses; maxClauseCount is set to {}", kMostClauses));
  }

  Parsed<Scored> match_all(std::string_view, const Node& body, std::size_t) { return scored(everything(), body); }
  Parsed<Scored> match_none(std::string_view, const Node& body, std::size_t) { return scored(nothing(), body); }
  Parsed<Scored> boolean(std::string_view, const Node& body, std::size_t depth);
  Parsed<Scored> term(std::string_view, const Node& body, std::size_t);
  Parsed<Scored> terms(std::string_view, const Node& body, std::size_t);
  Parsed<Scored> range(std::string_view, const Node& body, std::size_t);
  Parsed<Scored> match(std::string_view, const Node& body, std::size_t);
  Parsed<Scored> multi_match(std::string_view, const Node& body, std::size_t);
  Parsed<Scored> exists(std::string_view, const Node& body, std::size_t);
  Parsed<Scored> pattern(std::string_view, const Node& body, std::size_t);
  Parsed<Scored> ids(std::string_view, const Node& body, std::size_t);
  Parsed<Scored> query_string(std::string_view, const Node& body, std::size_t);
  Parsed<Scored> constant_score(std::string_view, const Node& body, std::size_t depth);
  Parsed<Scored> dis_max(std::string_view, const Node& body, std::size_t depth);
  Parsed<Scored> boosting(std::string_view, const Node& body, std::size_t depth);

  Parsed<std::vector<Scored>> list(std::string_view what, const Node& node, std::size_t depth);
  Parsed<ExpressionPtr> index_is(std::string_view name) const;
  Parsed<ExpressionPtr> value_is(const OnField& on, const Node& value, bool ignore_case) const;
  /// Nothing where fields are named of which there is none; an empty list is any field.
  Parsed<std::optional<std::vector<Field>>> fields_of(std::string_view query, const Node& body) const;

  const QueryContext& context_;
  std::size_t clauses_ = 0;
};

const std::array<Parser::Row, 22> Parser::kQueries = {{
    {"match_all", &Parser::match_all},
    {"match_none", &Parser::match_none},
    {"bool", &Parser::boolean},
    {"term", &Parser::term},
    {"terms", &Parser::terms},
    {"range", &Parser::range},
    {"match", &Parser::match},
    {"match_phrase", &Parser::match},
    {"match_phrase_prefix", &Parser::match},
    {"match_bool_prefix", &Parser::match},
    {"multi_match", &Parser::multi_match},
    {"exists", &Parser::exists},
    {"prefix", &Parser::pattern},
    {"wildcard", &Parser::pattern},
    {"regexp", &Parser::pattern},
    {"ids", &Parser::ids},
    {"query_string", &Parser::query_string},
    {"simple_query_string", &Parser::query_string},
    {"constant_score", &Parser::constant_score},
    {"dis_max", &Parser::dis_max},
    {"boosting", &Parser::boosting},
    {"function_score", &Parser::constant_score},
}};

Parsed<Scored> Parser::parse(const Node& node, std::size_t depth) {
  if (depth > kMostQueryDepth)
    return node.refuse("x_content_parse_exception",
                       fmt::format("The nested depth of the query exceeds the maximum nested depth for queries set in "
                                   "[indices.query.bool.max_nested_depth] [{}]",
                                   kMostQueryDepth));
  if (!node.is_object()) return node.misread(fmt::format("[_na] query malformed, must start with start_object, not [{}]", node.token()));
  const json::object& object = node.object();
  if (object.empty()) return node.misread("query malformed, empty clause found");
  const auto& [name, body] = *object.begin();
  const Node inner(node, body);
  if (object.size() > 1) {
    const auto& second = *std::next(object.begin());
    return Node(node, second.value())
        .misread(fmt::format("[{}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]", std::string_view(name)));
  }
  const auto row = std::ranges::find(kQueries, std::string_view(name), &Row::name);
  if (row == kQueries.end()) {
    std::vector<std::string_view> names;
    for (const Row& known : kQueries) names.push_back(known.name);
    const std::string_view near = query::nearest(name, names);
    const std::string hint = near.empty() ? std::string() : fmt::format(" did you mean [{}]?", near);
    return inner.misread(fmt::format("unknown query [{}]{}", std::string_view(name), hint));
  }
  if (!inner.is_object())
    return inner.misread(fmt::format("[{}] query malformed, no start_object after query name", std::string_view(name)));
  if (auto counted = count_clause(inner); !counted) return std::unexpected(counted.error());
  return (this->*row->handler)(row->name, inner, depth);
}

Parsed<std::vector<Scored>> Parser::list(std::string_view what, const Node& node, std::size_t depth) {
  std::vector<Scored> out;
  const auto take = [&](const Node& one) -> Parsed<void> {
    auto parsed = parse(one, depth + 1);
    if (!parsed) return std::unexpected(parsed.error());
    out.push_back(*std::move(parsed));
    return {};
  };
  if (node.is_object()) {
    if (auto taken = take(node); !taken) return std::unexpected(taken.error());
  } else if (node.is_array()) {
    for (const json::value& element : node.array()) {
      if (auto taken = take(Node(node, element)); !taken) return std::unexpected(taken.error());
    }
  } else {
    return node.misread(fmt::format("[{}] must be a query or a list of queries, not [{}]", what, node.token()));
  }
  return out;
}

Parsed<Scored> Parser::boolean(std::string_view name, const Node& body, std::size_t depth) {
  const auto fine = only(name, body, {"must", "filter", "should", "must_not", "mustNot", "minimum_should_match", "boost", "adjust_pure_negative", "_name"});
  if (!fine) return std::unexpected(fine.error());
  Clauses clauses;
  double score = 0;
  double may_score = 0;
  for (const auto& [key, value] : body.object()) {
    const std::string_view kind = key;
    if (kind != "must" && kind != "filter" && kind != "should" && kind != "must_not" && kind != "mustNot") continue;
    auto parsed = list(kind, Node(body, value), depth);
    if (!parsed) return std::unexpected(parsed.error());
    for (Scored& one : *parsed) {
      if (kind == "must") score += one.score;
      if (kind == "should") may_score = std::max(may_score, one.score);
      auto& to = kind == "should" ? clauses.should : kind == "must" || kind == "filter" ? clauses.must : clauses.must_not;
      to.push_back(std::move(one.filter));
    }
  }
  std::optional<std::string> minimum;
  if (const auto given = at(body, "minimum_should_match")) {
    auto text = given->need_text("minimum_should_match");
    if (!text) return std::unexpected(text.error());
    minimum = *std::move(text);
  }
  if (clauses.must.empty() || minimum) score += may_score;
  const bool empty = clauses.must.empty() && clauses.should.empty() && clauses.must_not.empty();
  auto out = scored(empty ? everything() : combine(std::move(clauses), minimum), body);
  if (out) out->score *= empty ? 1 : score;
  return out;
}

Parsed<ExpressionPtr> Parser::index_is(std::string_view name) const {
  const auto day = day_of_index(name);
  if (!day) return nothing();
  return between({"time", flow::Column::time, Shape::plain}, Bound{std::to_string(*day), true},
                 Bound{std::to_string(*day + kDayMs), false}, {});
}

Parsed<ExpressionPtr> Parser::value_is(const OnField& on, const Node& value, bool ignore_case) const {
  const auto text = value.need_text(on.name);
  if (!text) return std::unexpected(text.error());
  if (on.name == "_index") return index_is(*text);
  if (on.name == "_id") return context_.find_ids ? context_.find_ids({*text}) : nothing();
  return on.field ? equals(*on.field, *text, context_.dates, ignore_case) : nothing();
}

Parsed<Scored> Parser::term(std::string_view name, const Node& body, std::size_t) {
  const auto on = on_field(name, body);
  if (!on) return std::unexpected(on.error());
  if (!on->body.is_object()) return scored(value_is(*on, on->body, false), body);
  const auto fine = only(name, on->body, {"value", "term", "boost", "case_insensitive", "_name"});
  if (!fine) return std::unexpected(fine.error());
  auto value = at(on->body, "value");
  if (!value) value = at(on->body, "term");
  if (!value) return on->body.misread("value cannot be null");
  bool ignore_case = false;
  if (const auto flag = at(on->body, "case_insensitive")) {
    const auto given = flag->need_bool("case_insensitive");
    if (!given) return std::unexpected(given.error());
    ignore_case = *given;
  }
  return scored(value_is(*on, *value, ignore_case), on->body);
}

bool is_whole_equality(const query::NumberTest& test) {
  return test.compare == query::Compare::equal && flow::info(test.column).type != flow::ColumnType::real;
}

Parsed<Scored> Parser::terms(std::string_view name, const Node& body, std::size_t) {
  const auto on = on_field(name, body);
  if (!on) return std::unexpected(on.error());
  if (!on->body.is_array())
    return on->body.misread(fmt::format("[terms] query requires a list of values for [{}]; looking them up elsewhere is not supported", on->name));
  const json::array& values = on->body.array();
  if (values.size() > kMostTerms)
    return illegal(fmt::format("The number of terms [{}] used in the Terms Query request has exceeded the allowed maximum of [{}]", values.size(), kMostTerms));
  if (on->name == "_id") {
    std::vector<std::string> wanted;
    for (const json::value& value : values) wanted.push_back(scalar_text(value));
    return scored(context_.find_ids ? context_.find_ids(wanted) : nothing(), body);
  }
  std::vector<ExpressionPtr> parts;
  query::TextInList texts;
  query::AddressInNetworks networks;
  query::NumberInRanges numbers;
  for (const json::value& value : values) {
    auto one = value_is(*on, Node(on->body, value), false);
    if (!one) return std::unexpected(one.error());
    // Long lists of texts, networks or numbers are one test.
    if (const auto* text = std::get_if<query::TextInList>(&(*one)->node)) {
      texts.column = text->column;
      texts.texts.insert(texts.texts.end(), text->texts.begin(), text->texts.end());
    } else if (const auto* network = std::get_if<query::AddressInNetworks>(&(*one)->node)) {
      networks.column = network->column;
      networks.networks.insert(networks.networks.end(), network->networks.begin(), network->networks.end());
    } else if (const auto* number = std::get_if<query::NumberTest>(&(*one)->node); number != nullptr && is_whole_equality(*number)) {
      numbers.column = number->column;
      numbers.ranges.emplace_back(number->number, number->number);
    } else {
      parts.push_back(*std::move(one));
    }
  }
  const auto add = [&](query::Expression test) {
    parts.push_back(std::make_shared<const query::Expression>(std::move(test)));
  };
  if (!texts.texts.empty()) add({std::move(texts)});
  if (!networks.networks.empty()) add({std::move(networks)});
  if (!numbers.ranges.empty()) add({std::move(numbers)});
  return scored(any_of(std::move(parts)), body);
}

Parsed<Scored> Parser::range(std::string_view name, const Node& body, std::size_t) {
  const auto on = on_field(name, body);
  if (!on) return std::unexpected(on.error());
  const auto object = on->body.need_object(name);
  if (!object) return std::unexpected(object.error());
  std::optional<Bound> low;
  std::optional<Bound> high;
  DateContext dates = context_.dates;
  // The older names: from, to, include_lower, include_upper.
  bool include_lower = true;
  bool include_upper = true;
  for (const auto& [key, value] : **object) {
    const std::string_view word = key;
    const Node node(on->body, value);
    if (word == "relation" || word == "boost" || word == "_name" || node.is_null()) continue;
    if (word == "include_lower" || word == "include_upper") {
      const auto flag = node.need_bool(word);
      if (!flag) return std::unexpected(flag.error());
      (word == "include_lower" ? include_lower : include_upper) = *flag;
      continue;
    }
    auto text = node.need_text(word);
    if (!text) return std::unexpected(text.error());
    if (word == "gte" || word == "gt" || word == "from") {
      low = Bound{*std::move(text), word != "gt"};
    } else if (word == "lte" || word == "lt" || word == "to") {
      high = Bound{*std::move(text), word != "lt"};
    } else if (word == "format") {
      if (const auto known = check_date_format(*text); !known) return node.refuse("illegal_argument_exception", known.error().message);
      dates.format = *std::move(text);
    } else if (word == "time_zone") {
      const auto zone = Zone::of(*text);
      if (!zone) return node.refuse("illegal_argument_exception", zone.error().message);
      dates.zone = *zone;
    } else {
      return node.misread(fmt::format("[range] query does not support [{}]", word));
    }
  }
  if (low && !include_lower) low->inclusive = false;
  if (high && !include_upper) high->inclusive = false;
  return scored(on->field ? between(*on->field, low, high, dates) : nothing(), on->body);
}

/// match on a keyword is equality: nothing here is split into words.
Parsed<Scored> Parser::match(std::string_view name, const Node& body, std::size_t) {
  const auto on = on_field(name, body);
  if (!on) return std::unexpected(on.error());
  std::optional<Node> value = on->body.is_object() ? at(on->body, "query") : std::optional(on->body);
  if (!value) return on->body.misread(fmt::format("[{}] query requires a [query]", name));
  const auto text = value->need_text("query");
  if (!text) return std::unexpected(text.error());
  bool lenient = false;
  if (const auto flag = at(on->body, "lenient")) {
    const auto given = flag->need_bool("lenient");
    if (!given) return std::unexpected(given.error());
    lenient = *given;
  }
  if (name.ends_with("prefix") && on->field && on->field->info().type == flow::ColumnType::string)
    return scored(begins_with(*on->field, *text, false), on->body);
  auto test = value_is(*on, *value, false);
  if (!test && lenient) test = nothing();
  return scored(std::move(test), on->body);
}

Parsed<std::optional<std::vector<Field>>> Parser::fields_of(std::string_view query, const Node& body) const {
  std::vector<Field> out;
  const auto take = [&](const Node& node) -> Parsed<bool> {
    auto text = node.need_text("fields");
    if (!text) return std::unexpected(text.error());
    const std::string name = text->substr(0, text->find('^'));
    if (name == "*") return true;
    const auto found = match_fields(name);
    out.insert(out.end(), found.begin(), found.end());
    return false;
  };
  bool any = false;
  bool given = false;
  if (const auto fields = at(body, "fields")) {
    if (!fields->is_array()) return fields->misread(fmt::format("[{}] query requires [fields] to be a list", query));
    for (const json::value& field : fields->array()) {
      const auto all = take(Node(*fields, field));
      if (!all) return std::unexpected(all.error());
      any = any || *all;
      given = true;
    }
  } else if (const auto field = at(body, "default_field")) {
    const auto all = take(*field);
    if (!all) return std::unexpected(all.error());
    any = *all;
    given = true;
  }
  if (any) return std::vector<Field>{};
  if (given && out.empty()) return std::nullopt;
  return out;
}

Parsed<Scored> Parser::multi_match(std::string_view name, const Node& body, std::size_t) {
  const auto value = at(body, "query");
  if (!value) return body.misread("No text specified for multi_match query");
  const auto text = value->need_text("query");
  if (!text) return std::unexpected(text.error());
  auto fields = fields_of(name, body);
  if (!fields) return std::unexpected(fields.error());
  if (!*fields) return scored(nothing(), body);
  TextQuery asked;
  asked.dates = context_.dates;
  asked.lenient = true;
  return scored(word_on_fields(asked, **fields, *text, WordKind::term), body);
}

Parsed<Scored> Parser::exists(std::string_view, const Node& body, std::size_t) {
  const auto name = at(body, "field");
  if (!name) return body.misread("[exists] must be provided with a [field]");
  const auto text = name->need_text("field");
  if (!text) return std::unexpected(text.error());
  if (*text == "_id" || *text == "_index" || *text == "_source") return scored(everything(), body);
  std::vector<ExpressionPtr> parts;
  for (const Field& field : match_fields(*text)) parts.push_back(known(field));
  return scored(any_of(std::move(parts)), body);
}

Parsed<Scored> Parser::pattern(std::string_view name, const Node& body, std::size_t) {
  const auto on = on_field(name, body);
  if (!on) return std::unexpected(on.error());
  std::optional<Node> value = on->body;
  bool ignore_case = false;
  if (on->body.is_object()) {
    const auto fine = only(name, on->body, {"value", "wildcard", "prefix", "boost", "case_insensitive", "rewrite", "flags", "flags_value", "max_determinized_states", "_name"});
    if (!fine) return std::unexpected(fine.error());
    value = at(on->body, "value");
    if (!value) value = at(on->body, name);
    if (const auto flag = at(on->body, "case_insensitive")) {
      const auto given = flag->need_bool("case_insensitive");
      if (!given) return std::unexpected(given.error());
      ignore_case = *given;
    }
  }
  if (!value) return on->body.misread(fmt::format("No value specified for {} query", name));
  const auto text = value->need_text(name);
  if (!text) return std::unexpected(text.error());
  if (!on->field) return scored(nothing(), on->body);
  if (name == "prefix") return scored(begins_with(*on->field, *text, ignore_case), on->body);
  if (name == "wildcard") return scored(looks_like(*on->field, *text, ignore_case), on->body);
  return scored(matches_regexp(*on->field, *text, ignore_case), on->body);
}

Parsed<Scored> Parser::ids(std::string_view, const Node& body, std::size_t) {
  const auto values = at(body, "values");
  if (!values) return body.misread("[ids] requires [values]");
  std::vector<std::string> wanted;
  if (values->is_array()) {
    for (const json::value& value : values->array()) {
      auto text = Node(*values, value).need_text("values");
      if (!text) return std::unexpected(text.error());
      wanted.push_back(*std::move(text));
    }
  } else {
    auto text = values->need_text("values");
    if (!text) return std::unexpected(text.error());
    wanted.push_back(*std::move(text));
  }
  if (wanted.size() > kMostIds) return values->refuse("illegal_argument_exception", fmt::format("at most {} ids can be asked for at once", kMostIds));
  return scored(context_.find_ids ? context_.find_ids(wanted) : nothing(), body);
}

Parsed<Scored> Parser::query_string(std::string_view name, const Node& body, std::size_t) {
  const auto fine = only(name, body,
                         {"query", "fields", "default_field", "default_operator", "analyze_wildcard", "lenient", "boost",
                          "allow_leading_wildcard", "enable_position_increments", "fuzziness", "fuzzy_max_expansions",
                          "fuzzy_prefix_length", "fuzzy_transpositions", "phrase_slop", "minimum_should_match",
                          "quote_field_suffix", "quote_analyzer", "time_zone", "analyzer", "rewrite", "type", "tie_breaker",
                          "max_determinized_states", "auto_generate_synonyms_phrase_query", "escape", "flags",
                          "lowercase_expanded_terms", "_name", "use_dis_max", "split_on_whitespace", "all_fields"});
  if (!fine) return std::unexpected(fine.error());
  const auto value = at(body, "query");
  if (!value) return body.misread(fmt::format("{} must be provided with a [query]", name));
  auto text = value->need_text("query");
  if (!text) return std::unexpected(text.error());
  TextQuery asked;
  asked.text = *std::move(text);
  asked.dates = context_.dates;
  auto fields = fields_of(name, body);
  if (!fields) return std::unexpected(fields.error());
  if (!*fields) return scored(nothing(), body);
  asked.fields = **std::move(fields);
  if (const auto given = at(body, "default_operator")) {
    const auto word = given->need_text("default_operator");
    if (!word) return std::unexpected(word.error());
    const bool is_and = *word == "AND" || *word == "and";
    if (!is_and && *word != "OR" && *word != "or")
      return given->refuse("illegal_argument_exception", fmt::format("default_operator must be AND or OR, not [{}]", *word));
    asked.default_and = is_and;
  }
  if (const auto flag = at(body, "lenient")) {
    const auto given = flag->need_bool("lenient");
    if (!given) return std::unexpected(given.error());
    asked.lenient = *given;
  }
  if (const auto given = at(body, "minimum_should_match")) {
    auto minimum = given->need_text("minimum_should_match");
    if (!minimum) return std::unexpected(minimum.error());
    asked.minimum = *std::move(minimum);
  }
  if (const auto given = at(body, "time_zone")) {
    const auto zone_name = given->need_text("time_zone");
    if (!zone_name) return std::unexpected(zone_name.error());
    const auto zone = Zone::of(*zone_name);
    if (!zone) return given->refuse("illegal_argument_exception", zone.error().message);
    asked.dates.zone = *zone;
  }
  return scored(name == "query_string" ? parse_query_string(asked) : parse_simple_query_string(asked), body);
}

Parsed<Scored> Parser::constant_score(std::string_view name, const Node& body, std::size_t depth) {
  auto inner = at(body, "filter");
  if (!inner) inner = at(body, "query");
  if (!inner) {
    if (name == "function_score") return scored(everything(), body);
    return body.misread(fmt::format("[{}] requires a 'filter' element", name));
  }
  auto parsed = parse(*inner, depth + 1);
  if (!parsed) return parsed;
  return scored(std::move(parsed->filter), body);
}

Parsed<Scored> Parser::dis_max(std::string_view, const Node& body, std::size_t depth) {
  const auto queries = at(body, "queries");
  if (!queries) return body.misread("[dis_max] requires 'queries' field with at least one clause");
  auto parsed = list("queries", *queries, depth);
  if (!parsed) return std::unexpected(parsed.error());
  std::vector<ExpressionPtr> parts;
  for (Scored& one : *parsed) parts.push_back(std::move(one.filter));
  return scored(any_of(std::move(parts)), body);
}

Parsed<Scored> Parser::boosting(std::string_view, const Node& body, std::size_t depth) {
  const auto positive = at(body, "positive");
  if (!positive) return body.misread("[boosting] query requires 'positive' query to be set'");
  return parse(*positive, depth + 1);
}

}  // namespace

Parsed<Scored> parse_query(const Node& query, const QueryContext& context) {
  return Parser(context).parse(query, 0);
}

}  // namespace weir::serve::es
