// One HTTP connection: what it holds, and what all connections share. Private to http_server.cc, the only file that
// includes this, so that Boost.Beast is compiled once.
#pragma once

#include <fmt/format.h>

#include <array>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <ctime>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_set>

#include "base/log.h"
#include "serve/host_names.h"
#include "serve/http_server.h"
#include "serve/problem.h"
#include "serve/security_headers.h"
#include "serve/url.h"
#include "serve/worker_pool.h"

namespace weir::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

/// Errors come back as values from every co_await.
constexpr auto kAsValue = asio::as_tuple(asio::use_awaitable);
/// What a client may send ahead (pipelining) while its request runs.
constexpr std::size_t kMostAhead = 16 * 1024;
constexpr std::size_t kMostQueuedEvents = 16;
constexpr std::size_t kMostRefusing = 64;
/// Load balancers ask for it under whatever name; it tells nothing but that the server is there.
constexpr std::string_view kHealthAddress = "/healthz";
constexpr auto kHeartbeat = std::chrono::seconds(15);

class Session;

/// What all sessions share. Only the network thread touches it, but for the counters and the pools.
struct Shared {
  Shared(const HttpOptions& o, std::vector<Route> routes)
      : options(o),
        router(std::move(routes)),
        quick(o.quick_threads, o.most_connections),
        query(o.query_threads, o.queued_requests) {}
  const HttpOptions options;
  const Router router;
  std::shared_ptr<HttpCounters> counters = std::make_shared<HttpCounters>();
  WorkerPool quick;
  WorkerPool query;
  bool stopping = false;
  std::unordered_set<Session*> sessions;
  std::size_t refusing = 0;
};

/// A request on its way through a handler.
struct Call {
  explicit Call(const asio::any_io_executor& executor)
      : done(executor, asio::steady_timer::time_point::max()),
        unwatched(executor, asio::steady_timer::time_point::max()) {}
  Response response;
  asio::steady_timer done;  ///< cancelled when the handler has returned
  bool finished = false;
  asio::steady_timer unwatched;  ///< cancelled when nobody reads the socket any more
  bool watching = false;
  bool gone = false;  ///< the client went away
};

/// Events that wait to be written to one client.
struct EventQueue {
  explicit EventQueue(const asio::any_io_executor& executor) : wake(executor) {}
  std::deque<EventStream::Text> texts;
  asio::steady_timer wake;
};

/// Ends a subscription however its session ends.
class Subscription {
 public:
  Subscription(std::shared_ptr<EventStream> stream, EventStream::Listener listener)
      : stream_(std::move(stream)), ticket_(stream_->subscribe(std::move(listener))) {}
  ~Subscription() {
    if (ticket_) stream_->unsubscribe(*ticket_);
  }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  [[nodiscard]] bool taken() const { return ticket_.has_value(); }

 private:
  std::shared_ptr<EventStream> stream_;
  std::optional<EventStream::Ticket> ticket_;
};

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

/// The status for a request that could not be read; 0 when there is nobody to tell.
unsigned status_of(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
  return error.category() == http::make_error_code(http::error::bad_method).category() ? 400 : 0;
}

Response problem_of(unsigned status, const error_code& error, const HttpOptions& options) {
  if (status == 431)
    return problem(431, fmt::format("the request line and headers are longer than {} octets", options.header_octets));
  if (status == 413) return problem(413, fmt::format("the body is longer than {} octets", options.body_octets));
  return problem(status, "not a well-formed HTTP request: " + error.message());
}

/// One connection: requests one after the other, each read, checked, handled and answered before the next is looked at.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Shared& shared)
      : shared_(shared), stream_(std::move(socket)), buffer_(shared.options.header_octets + kMostAhead) {
    shared_.sessions.insert(this);
    ++shared_.counters->connections;
    ++shared_.counters->connections_open;
  }
  ~Session() {
    shared_.sessions.erase(this);
    --shared_.counters->connections_open;
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  asio::awaitable<void> run();
  /// The server stops: connections that only wait are closed, event streams end, requests that run may finish.
  void begin_stop() {
    if (idle_ || events_) stream_.cancel();
    if (events_) events_->wake.cancel();
  }
  /// The time to finish is over.
  void cancel() {
    if (cancel_flag_) cancel_flag_->store(true);
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  asio::awaitable<bool> wait_for_request();
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> refuse(error_code error);
  asio::awaitable<bool> turn_down(Response response, bool keep_alive, bool head);
  asio::awaitable<error_code> read_body(Parser& parser);
  asio::awaitable<bool> answer(http::request<http::string_body> message, const Route& route, Target target);
  asio::awaitable<Response> handle(const Route& route, Request request);
  asio::awaitable<void> watch(std::shared_ptr<Call> call);
  asio::awaitable<void> end_watch(std::shared_ptr<Call> call);
  asio::awaitable<bool> write(Response response, bool keep_alive, bool head);
  asio::awaitable<void> write_stream(Response response);
  asio::awaitable<bool> write_pieces(const Route& route, Response response, std::shared_ptr<query::CancelFlag> flag,
                                     unsigned version, bool keep_alive);
  template <typename Task>
  asio::awaitable<bool> run_call(const Route& route, std::shared_ptr<Call> call,
                                 std::shared_ptr<query::CancelFlag> flag, Task task);
  template <typename Task>
  asio::awaitable<bool> make_piece(const Route& route, std::shared_ptr<Call> call,
                                   std::shared_ptr<query::CancelFlag> flag, Task task);
  asio::awaitable<void> write_events(std::shared_ptr<Call> call);
  asio::awaitable<void> linger();
  template <typename Message>
  void set_headers(Message& message, const Response& response, bool keep_alive) const;
  void count(unsigned status) const;
  void count_timeout(const error_code& error) const {
    if (error == beast::error::timeout) ++shared_.counters->timeouts;
  }

  Shared& shared_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  bool idle_ = false;
  std::shared_ptr<query::CancelFlag> cancel_flag_;
  std::shared_ptr<EventQueue> events_;
};

}  // namespace
}  // namespace weir::serve
