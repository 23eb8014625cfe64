#include "serve/problem.h"

#include <array>
#include <boost/json/serialize.hpp>
#include <utility>

namespace weir::serve {

std::string_view status_phrase(unsigned status) {
  static constexpr std::array<std::pair<unsigned, std::string_view>, 18> kPhrases = {{
      {200, "OK"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {413, "Content Too Large"},
      {415, "Unsupported Media Type"},
      {421, "Misdirected Request"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {507, "Insufficient Storage"},
  }};
  for (const auto& [code, phrase] : kPhrases) {
    if (code == status) return phrase;
  }
  return "Error";
}

Response problem(unsigned status, std::string_view detail, const boost::json::object& more) {
  boost::json::object document = {
      {"type", "about:blank"}, {"title", status_phrase(status)}, {"status", status}, {"detail", detail}};
  for (const auto& member : more) document.insert_or_assign(member.key(), member.value());
  Response out;
  out.status = status;
  out.content_type = "application/problem+json";
  out.body = boost::json::serialize(document);
  if (status == 503) out.headers.emplace_back("Retry-After", "5");
  return out;
}

Response problem(const Error& error) {
  const unsigned status = [&] {
    switch (error.code) {
      case ErrorCode::malformed:
      case ErrorCode::invalid:
        return 400U;
      case ErrorCode::unsupported:
        return 501U;
      case ErrorCode::not_found:
        return 404U;
      case ErrorCode::busy:
      case ErrorCode::no_space:
        return 503U;
      case ErrorCode::cancelled:
        return 504U;
      case ErrorCode::io:
      case ErrorCode::internal:
        return 500U;
    }
    return 500U;
  }();
  return problem(status, error.message);
}

}  // namespace weir::serve
