// The HTTP/1.1 server (RFC 9110, RFC 9112): listens, checks, hands requests to the table of routes, writes answers.
//
// What stands between the network and a handler: a bound on connections, on header and body octets and on the time each
// step may take; malformed requests are answered here and never reach a handler. Boost.Beast is seen in http_server.cc
// alone.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/error.h"
#include "serve/router.h"

namespace weir::serve {

/// The defaults suit everybody; tests lower them.
struct HttpOptions {
  Endpoint listen{IpAddress{}, 8080};    ///< "::" takes IPv4 as well; port 0: any free one, see HttpServer::port()
  /// By which names it may be asked for beside addresses and localhost (host_names.h); other names are answered 421.
  std::vector<std::string> names = {"*"};
  const char* option = "--http";         ///< what to choose another address with, for messages
  std::size_t most_connections = 1024;   ///< one more is answered 503 and closed
  std::size_t header_octets = 8 * 1024;  ///< request line and headers together; more is answered 431
  std::size_t body_octets = std::size_t{1} << 20U;  ///< more is answered 413
  UnixMillis header_timeout_ms = 10 * kSecondMs;    ///< from the first octet of a request to the end of its headers
  UnixMillis body_timeout_ms = 20 * kSecondMs;      ///< for a whole body
  UnixMillis idle_timeout_ms = kMinuteMs;           ///< between requests of a connection
  UnixMillis write_timeout_ms = 20 * kSecondMs;     ///< for one response, or one event
  UnixMillis handler_timeout_ms = kMinuteMs;        ///< then the request's cancel flag is set
  UnixMillis drain_ms = 3 * kSecondMs;              ///< what stop() grants requests that run, before it cancels them
  std::size_t quick_threads = 2;
  std::size_t query_threads = 3;
  std::size_t queued_requests = 64;  ///< long ones that wait for a thread; one more is answered 503
};

/// What the server counts, for /metrics. Shared, so that it may be read after the server is gone.
struct HttpCounters {
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> connections_refused{0};  ///< above most_connections
  std::atomic<std::uint64_t> connections_open{0};
  std::atomic<std::uint64_t> timeouts{0};            ///< connections closed because they were too slow
  std::atomic<std::uint64_t> responses_ok{0};        ///< 2xx and 3xx
  std::atomic<std::uint64_t> responses_refused{0};   ///< 4xx
  std::atomic<std::uint64_t> responses_failed{0};    ///< 5xx
  std::atomic<std::uint64_t> requests_abandoned{0};  ///< the client went away while its handler ran
};

/// Construction is inert. start() makes 1 + quick_threads + query_threads threads: one does all network work, the
/// others run handlers. stop() takes no new work, ends event streams, lets requests that run finish for drain_ms,
/// cancels what is left, and joins all threads. start() and stop() are called once each, from one thread.
class HttpServer {
 public:
  HttpServer(HttpOptions options, std::vector<Route> routes);
  ~HttpServer();  ///< stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Errors: busy (the port is taken; the message names it), io (e.g. an address this machine does not have).
  Result<void> start();
  void stop();
  /// The port that is listened on; 0 before start().
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::shared_ptr<const HttpCounters> counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::serve
