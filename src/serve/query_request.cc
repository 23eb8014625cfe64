#include "serve/query_request.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.h"
#include "serve/url.h"

namespace weir::serve {
namespace {

namespace json = boost::json;
template <typename T>
using Outcome = std::expected<T, query::OptionError>;

std::unexpected<query::OptionError> wrong(std::string_view parameter, std::string message) {
  return std::unexpected(
      query::OptionError{.option = std::string(parameter), .message = std::move(message), .filter = std::nullopt});
}

std::string quoted(std::string_view text) {
  return "'" + log::escape(text) + "'";
}

bool is_switch(std::string_view name) {
  const auto options = query::query_options();
  const auto at = std::ranges::find(options, name, &query::QueryOptionInfo::name);
  return at != options.end() && at->value.empty();
}

/// A member of a JSON body as the text that the same parameter of a query string has.
Outcome<std::string> member_text(std::string_view name, const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (value.is_int64() || value.is_uint64()) return json::serialize(value);
  if (const auto* yes = value.if_bool(); yes != nullptr && is_switch(name)) return std::string(*yes ? "yes" : "no");
  if (const auto* list = value.if_array(); list != nullptr && (name == "by" || name == "distinct")) {
    std::string out;
    for (const json::value& item : *list) {
      const auto* text = item.if_string();
      if (text == nullptr) return wrong(name, "it is a list of column names");
      if (!out.empty()) out += ',';
      out += std::string_view(*text);
    }
    return out;
  }
  return wrong(name, "it is a text or a whole number");
}

Outcome<std::vector<Parameter>> json_parameters(std::string_view body) {
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

Outcome<std::vector<Parameter>> body_parameters(const Request& request) {
  if (request.body.empty()) return {};
  const auto type = std::string_view(request.content_type).substr(0, request.content_type.find(';'));
  if (type == "application/json") return json_parameters(request.body);
  if (type != "application/x-www-form-urlencoded") {
    return wrong("", "the body is application/json or application/x-www-form-urlencoded");
  }
  auto parameters = parse_form(request.body);
  if (!parameters) return wrong("", parameters.error().message);
  return *std::move(parameters);
}

}  // namespace

std::expected<std::vector<Parameter>, query::OptionError> all_parameters(const Request& request) {
  const auto more = body_parameters(request);
  if (!more) return std::unexpected(more.error());
  std::vector<Parameter> all = request.parameters;
  all.insert(all.end(), more->begin(), more->end());
  return all;
}

std::expected<QueryRequest, query::OptionError> read_query_request(const Request& request) {
  const auto all = all_parameters(request);
  if (!all) return std::unexpected(all.error());
  QueryRequest out;
  std::vector<std::string_view> seen;
  for (const auto& [name, text] : *all) {
    if (std::ranges::find(seen, name) != seen.end()) return wrong(name, "it is given twice");
    seen.push_back(name);
    if (name == "format") {
      const auto format = query::parse_format(text);
      if (!format) return wrong(name, format.error().message);
      out.format = *format;
    } else if (!query::set_option(out.options, name, text)) {
      return wrong(name, "there is no parameter " + quoted(name));
    }
  }
  return out;
}

}  // namespace weir::serve
