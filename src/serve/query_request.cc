#include "serve/query_request.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <functional>

#include "base/log.h"
#include "query/validate.h"
#include "serve/url.h"

namespace weir::serve {
namespace {

namespace json = boost::json;
using Outcome = std::expected<void, RequestError>;

std::unexpected<RequestError> wrong(std::string_view parameter, std::string message) {
  return std::unexpected(
      RequestError{.parameter = std::string(parameter), .message = std::move(message), .filter_text = {}});
}

std::string quoted(std::string_view text) {
  return "'" + log::escape(text) + "'";
}

Outcome set_filter(query::Query& query, std::string_view text, UnixMillis) {
  auto filter = query::parse_filter(text);
  if (!filter) {
    return std::unexpected(RequestError{.parameter = "filter",
                                        .message = filter.error().message,
                                        .filter_text = std::string(text),
                                        .filter = filter.error()});
  }
  query.filter = std::move(*filter);
  query.filter_text = text;
  return {};
}

Outcome set_by(query::Query& query, std::string_view text, UnixMillis) {
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto name = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    const auto column = flow::find_column(name);
    if (!column) return wrong("by", "there is no column " + quoted(name) + "; /api/v1/columns lists them");
    query.by.push_back(*column);
  }
  return {};
}

Outcome set_time(UnixMillis& to, std::string_view parameter, std::string_view text, UnixMillis now) {
  const auto time = parse_time(text, now);
  if (!time) return wrong(parameter, time.error().message);
  to = *time;
  return {};
}

Outcome set_metric(query::Query& query, std::string_view text, UnixMillis) {
  using enum query::Metric;
  static constexpr std::array<std::pair<std::string_view, query::Metric>, 3> kMetrics = {
      {{"bytes", bytes}, {"packets", packets}, {"flows", flows}}};
  for (const auto& [name, metric] : kMetrics) {
    if (name == text) {
      query.metric = metric;
      return {};
    }
  }
  return wrong("metric", "metric is bytes, packets or flows, not " + quoted(text));
}

Outcome set_top(query::Query& query, std::string_view text, UnixMillis) {
  const auto [end, error] = std::from_chars(text.begin(), text.end(), query.top);
  if (error != std::errc{} || end != text.end()) return wrong("top", "top is a number of rows, not " + quoted(text));
  return {};
}

Outcome set_resolution(query::Query& query, std::string_view text, UnixMillis) {
  const auto length = parse_duration(text);
  if (!length) return wrong("resolution", length.error().message);
  query.resolution_ms = *length;
  return {};
}

struct Setter {
  std::string_view parameter;
  std::function<Outcome(query::Query&, std::string_view, UnixMillis)> set;
};
const std::array<Setter, 7>& setters() {
  static const std::array<Setter, 7> kSetters = {{
      {"filter", set_filter},
      {"by", set_by},
      {"from",
       [](query::Query& q, std::string_view text, UnixMillis now) { return set_time(q.from_ms, "from", text, now); }},
      {"to", [](query::Query& q, std::string_view text, UnixMillis now) { return set_time(q.to_ms, "to", text, now); }},
      {"metric", set_metric},
      {"top", set_top},
      {"resolution", set_resolution},
  }};
  return kSetters;
}

/// A member of a JSON body as the text that the same parameter of a query string has.
std::expected<std::string, RequestError> member_text(std::string_view name, const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (value.is_int64() || value.is_uint64()) return json::serialize(value);
  if (const auto* list = value.if_array(); list != nullptr && name == "by") {
    std::string out;
    for (const json::value& item : *list) {
      const auto* text = item.if_string();
      if (text == nullptr) return wrong(name, "by is a list of column names");
      if (!out.empty()) out += ',';
      out += std::string_view(*text);
    }
    return out;
  }
  return wrong(name, quoted(name) + " is a text or a whole number");
}

std::expected<std::vector<Parameter>, RequestError> json_parameters(std::string_view body) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  const json::value document = json::parse(body, error, {}, options);
  if (error) return wrong("", "the body is no JSON: " + error.message());
  const auto* object = document.if_object();
  if (object == nullptr) return wrong("", "the body is a JSON object of parameters");
  std::vector<Parameter> out;
  for (const auto& member : *object) {
    auto text = member_text(member.key(), member.value());
    if (!text) return std::unexpected(text.error());
    out.emplace_back(member.key(), std::move(*text));
  }
  return out;
}

}  // namespace

std::expected<std::vector<Parameter>, RequestError> request_parameters(const Request& request) {
  std::vector<Parameter> all = request.parameters;
  if (request.body.empty()) return all;
  const auto type = std::string_view(request.content_type).substr(0, request.content_type.find(';'));
  std::vector<Parameter> more;
  if (type == "application/json") {
    auto parameters = json_parameters(request.body);
    if (!parameters) return parameters;
    more = std::move(*parameters);
  } else if (type == "application/x-www-form-urlencoded") {
    auto parameters = parse_form(request.body);
    if (!parameters) return wrong("", parameters.error().message);
    more = std::move(*parameters);
  } else {
    return wrong("", "the body is application/json or application/x-www-form-urlencoded");
  }
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::expected<query::Query, RequestError> make_query(const std::vector<Parameter>& parameters, UnixMillis now) {
  query::Query query;
  query.from_ms = now - kHourMs;
  query.to_ms = now;
  std::vector<std::string_view> seen;
  for (const auto& [name, text] : parameters) {
    const auto setter = std::ranges::find(setters(), std::string_view(name), &Setter::parameter);
    if (setter == setters().end()) return wrong(name, "there is no parameter " + quoted(name));
    if (std::ranges::find(seen, setter->parameter) != seen.end()) return wrong(name, quoted(name) + " is given twice");
    seen.push_back(setter->parameter);
    if (auto set = setter->set(query, text, now); !set) return std::unexpected(set.error());
  }
  if (auto valid = query::validate(query); !valid) return wrong("", valid.error().message);
  return query;
}

}  // namespace weir::serve
