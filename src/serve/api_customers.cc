// GET and PUT /api/v1/customers: who the customers and regions are, of the configuration and of the page.
#include <boost/json.hpp>

#include "base/log.h"
#include "serve/api.h"
#include "serve/customer_book.h"
#include "serve/problem.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

constexpr std::string_view kBearer = "Bearer ";

Response answer(const CustomerBook& book) {
  Response out;
  out.body = book.json();
  return out;
}

/// A conflict is no trouble of the server, and neither is a document that is too large.
Response refuse(const CustomersRefused& refused) {
  json::array errors;
  for (const JsonFault& fault : refused.faults)
    errors.push_back(json::object{{"pointer", fault.pointer}, {"detail", fault.detail}});
  const json::object more = errors.empty() ? json::object() : json::object{{"errors", std::move(errors)}};
  switch (refused.error.code) {
    case ErrorCode::busy:
    case ErrorCode::unsupported:
      return problem(409, refused.error.message, more);
    case ErrorCode::malformed:
    case ErrorCode::invalid:
      return problem(400, refused.error.message, more);
    default:
      return problem(refused.error);
  }
}

/// Who wants to change something, for the log. Without a token nobody is known but the address. The error's code tells
/// the status: not_found 401, unsupported 403.
Result<std::string> who_asks(const Sources& sources, const Request& request) {
  const std::string_view may = sources.customers->changed_by();
  if (may == "nobody")
    return fail(ErrorCode::unsupported,
                "the configuration says that nobody changes customers here (customers_by); change its customers and regions");
  const std::string_view given = request.authorization;
  const bool has_token = given.starts_with(kBearer);
  const std::string from = "from=" + (request.client.empty() ? std::string("?") : request.client);
  if (!has_token && may == "everybody") return from;
  if (sources.mitigator == nullptr) return fail(ErrorCode::not_found, "nobody has a token here");
  const auto person = sources.mitigator->person(has_token ? given.substr(kBearer.size()) : std::string_view());
  if (!person) return fail(ErrorCode::not_found, person.error().message);
  return "by=\"" + log::escape(*person) + "\" " + from;
}

}  // namespace

Response get_customers(const Sources& sources) {
  if (sources.customers == nullptr) return problem(404, "this server does not tell customers");
  return answer(*sources.customers);
}

Response put_customers(const Sources& sources, const Request& request) {
  if (sources.customers == nullptr) return problem(404, "this server keeps no customers");
  // Pages of other origins cannot send this type without being asked first, and are told no.
  if (!request.content_type.starts_with("application/json")) return problem(415, "send them as application/json");
  const auto who = who_asks(sources, request);
  if (!who && who.error().code == ErrorCode::unsupported) return problem(403, who.error().message);
  if (!who) {
    Response out = problem(401, who.error().message + "; send the token as 'Authorization: Bearer TOKEN'");
    out.headers.emplace_back("WWW-Authenticate", "Bearer");
    return out;
  }
  if (const auto saved = sources.customers->save(request.body, *who); !saved) return refuse(saved.error());
  return answer(*sources.customers);
}

}  // namespace weir::serve
