#include "serve/request_parameters.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.h"
#include "query/nearest.h"
#include "serve/problem.h"
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

/// A member of a JSON body as the text that the same parameter of a query string has.
Outcome<std::string> member_text(std::string_view name, const json::value& value, std::span<const std::string_view> lists) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (value.is_int64() || value.is_uint64()) return json::serialize(value);
  if (const auto* yes = value.if_bool()) return std::string(*yes ? "yes" : "no");
  const auto* list = value.if_array();
  if (list != nullptr && std::ranges::find(lists, name) != lists.end()) {
    std::string out;
    for (const json::value& item : *list) {
      const auto* text = item.if_string();
      if (text == nullptr) return wrong(name, std::string(name) + " is a text or a list of texts");
      if (!out.empty()) out += ',';
      out += std::string_view(*text);
    }
    return out;
  }
  return wrong(name, "it is a text or a whole number");
}

Outcome<std::vector<Parameter>> json_parameters(std::string_view body, std::span<const std::string_view> lists) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  const json::value document = json::parse(body, error, {}, options);
  if (error) return wrong("", "the body is no JSON: " + error.message());
  const auto* object = document.if_object();
  if (object == nullptr) return wrong("", "the body is a JSON object of parameters");
  std::vector<Parameter> out;
  for (const auto& member : *object) {
    auto text = member_text(member.key(), member.value(), lists);
    if (!text) return std::unexpected(text.error());
    out.emplace_back(member.key(), std::move(*text));
  }
  return out;
}

Outcome<std::vector<Parameter>> body_parameters(const Request& request, std::span<const std::string_view> lists) {
  if (request.body.empty()) return {};
  const auto type = std::string_view(request.content_type).substr(0, request.content_type.find(';'));
  if (type == "application/json") return json_parameters(request.body, lists);
  if (type != "application/x-www-form-urlencoded") {
    return wrong("", "the body is application/json or application/x-www-form-urlencoded");
  }
  auto parameters = parse_form(request.body);
  if (!parameters) return wrong("", parameters.error().message);
  return *std::move(parameters);
}

}  // namespace

std::expected<std::vector<Parameter>, query::OptionError> request_parameters(
    const Request& request, std::span<const std::string_view> known, std::span<const std::string_view> lists) {
  auto more = body_parameters(request, lists);
  if (!more) return std::unexpected(more.error());
  std::vector<Parameter> all = request.parameters;
  all.insert(all.end(), std::make_move_iterator(more->begin()), std::make_move_iterator(more->end()));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string& name = all[i].first;
    const auto same = [&](const Parameter& other) { return other.first == name; };
    if (std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), same))
      return wrong(name, "it is given twice");
    if (!known.empty() && std::ranges::find(known, name) == known.end()) {
      return wrong(name, "there is no parameter '" + log::escape(name) + "'" + query::suggestion(name, known));
    }
  }
  return all;
}

std::optional<std::string> value_of(const std::vector<Parameter>& parameters, std::string_view name) {
  const auto at = std::ranges::find(parameters, name, &Parameter::first);
  return at == parameters.end() ? std::nullopt : std::optional(at->second);
}

std::string filter_text(const Request& request) {
  const auto all = request_parameters(request, {});
  return all ? value_of(*all, "filter").value_or("") : "";
}

Response wrong_parameter(const query::OptionError& error, std::string_view filter) {
  json::object more;
  if (!error.option.empty()) more["parameter"] = log::escape(error.option);
  if (error.filter) {
    more["position"] = error.filter->position;
    more["length"] = error.filter->length;
    more["shown"] = query::show_error(filter, *error.filter);
  }
  return problem(400, error.option.empty() ? error.message : log::escape(error.option) + ": " + error.message, more);
}

}  // namespace weir::serve
