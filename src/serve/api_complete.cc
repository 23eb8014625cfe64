#include <array>
#include <boost/json.hpp>

#include "base/log.h"
#include "base/number_from.h"
#include "query/lexer.h"
#include "serve/api.h"
#include "serve/problem.h"
#include "serve/request_parameters.h"
#include "serve/text_units.h"

namespace weir::serve {
namespace {

constexpr std::array<std::string_view, 3> kKnown = {"filter", "position", "unit"};

Response refuse(std::string_view parameter, std::string message) {
  return problem(400, std::string(parameter) + ": " + message, {{"parameter", parameter}});
}

}  // namespace

Response get_complete(ValueCatalog& values, const Request& request, UnixMillis now) {
  const auto all = request_parameters(request, kKnown);
  if (!all) return wrong_parameter(all.error());
  const std::string filter = value_of(*all, "filter").value_or("");
  const std::string unit = value_of(*all, "unit").value_or("octets");
  if (unit != "octets" && unit != "utf16") return refuse("unit", "expected octets or utf16");
  if (filter.size() > query::kMostFilterOctets) return refuse("filter", "it is too long");
  const bool utf16 = unit == "utf16";
  std::size_t position = filter.size();
  if (const auto text = value_of(*all, "position")) {
    const auto typed = number_from<std::size_t>(*text);
    if (!typed) return refuse("position", "'" + log::escape(*text) + "' is no place in the filter: expected a whole number");
    position = *typed;
    if (utf16) position = octets_before_utf16(filter, position);
  }
  const query::Completion completion = query::complete(filter, position, values.source(now, request.cancel));
  const std::string_view before = std::string_view(filter).substr(0, completion.start);
  const std::string_view replaced = std::string_view(filter).substr(completion.start, completion.length);
  boost::json::array candidates;
  for (const query::Candidate& candidate : completion.candidates) {
    candidates.push_back(boost::json::object{{"kind", to_string(candidate.kind)},
                                             {"text", candidate.text},
                                             {"description", candidate.description}});
  }
  Response out;
  out.body = boost::json::serialize(
      boost::json::object{{"unit", unit},
                          {"start", utf16 ? utf16_length(before) : before.size()},
                          {"length", utf16 ? utf16_length(replaced) : replaced.size()},
                          {"candidates", std::move(candidates)}});
  return out;
}

}  // namespace weir::serve
