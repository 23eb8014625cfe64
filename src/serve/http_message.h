// What a handler sees of HTTP: a request that is already checked and taken apart, and the response it gives back.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "query/query.h"
#include "serve/event_stream.h"

namespace weir::serve {

/// One parameter of a query string or a form, percent-decoded.
using Parameter = std::pair<std::string, std::string>;

/// A request whose line, headers and length were checked. Header values are as sent, "" where absent.
struct Request {
  std::string method;                 ///< "GET", "POST"; a HEAD arrives as GET, and the server leaves the body out
  std::string path;                   ///< percent-decoded, starts with '/', without the query string
  std::vector<Parameter> parameters;  ///< of the query string, in order
  std::string body;
  std::string content_type;
  std::string accept_encoding;
  std::string if_none_match;
  std::string authorization{};
  std::string client{};               ///< the address that the connection comes from; a proxy's where there is one
  std::string query_id;               ///< X-Query-ID: see running_queries.h
  /// Set when the client went away, the server's time limit passed, or the server stops. Never null.
  /// Where a long question says how far it is, from 0 to 1; null when nobody asks.
  std::shared_ptr<std::atomic<double>> progress;
  std::shared_ptr<query::CancelFlag> cancel = std::make_shared<query::CancelFlag>(false);
};

/// The first parameter of that name; nothing when there is none.
[[nodiscard]] inline std::optional<std::string_view> parameter(const Request& request, std::string_view name) {
  for (const auto& [key, value] : request.parameters) {
    if (key == name) return value;
  }
  return std::nullopt;
}

/// A response. The server adds Date, Content-Length, Connection and the security headers.
struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// Instead of `body`: octets that live as long as the program (embedded files).
  std::string_view static_body;
  /// Instead of a body: the response stays open, `body` goes first, then everything that is published.
  std::shared_ptr<EventStream> stream;
  /// Behind `body`: a long answer, made piece by piece while it is sent, so that it is never held as a whole. Called again
  /// and again on the lane's threads, one call at a time, until it says false; each call appends a piece. The next piece is
  /// made when the last one is on its way. An error breaks the answer off, so that the client sees that it is not whole.
  std::function<Result<bool>(std::string& piece)> more;
};

}  // namespace weir::serve
