#include "serve/http_server.h"

#include <array>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <ctime>
#include <deque>
#include <fmt/format.h>
#include <thread>
#include <tuple>
#include <unordered_set>

#include "base/log.h"
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
constexpr auto kHeartbeat = std::chrono::seconds(15);

class Session;

/// What all sessions share. Only the network thread touches it, but for the counters and the pools.
struct Shared {
  Shared(const HttpOptions& o, std::vector<Route> routes)
      : options(o), router(std::move(routes)), quick(o.quick_threads, o.most_connections),
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
      : done(executor, asio::steady_timer::time_point::max()), unwatched(executor, asio::steady_timer::time_point::max()) {}
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
  if (status == 431) return problem(431, fmt::format("the request line and headers are longer than {} octets", options.header_octets));
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
  asio::awaitable<error_code> read_body(Parser& parser);
  asio::awaitable<bool> answer(http::request<http::string_body> message, const Route& route, Target target);
  asio::awaitable<Response> handle(const Route& route, Request request);
  asio::awaitable<void> watch(std::shared_ptr<Call> call);
  asio::awaitable<void> end_watch(std::shared_ptr<Call> call);
  asio::awaitable<bool> write(Response response, bool keep_alive, bool head);
  asio::awaitable<void> write_stream(Response response);
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

asio::awaitable<void> Session::run() {
  const auto self = shared_from_this();
  error_code ignored;
  stream_.socket().set_option(tcp::no_delay(true), ignored);
  while (true) {
    const bool waiting = co_await wait_for_request();
    if (!waiting) break;
    const bool keep_alive = co_await serve_one();
    if (!keep_alive) break;
  }
  stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

/// False when the connection ended, in time or not.
asio::awaitable<bool> Session::wait_for_request() {
  if (shared_.stopping) co_return false;
  if (buffer_.size() > 0) co_return true;
  stream_.expires_after(milliseconds(shared_.options.idle_timeout_ms));
  idle_ = true;
  const auto space = buffer_.prepare(4096);
  const auto [error, size] = co_await stream_.async_read_some(space, kAsValue);
  idle_ = false;
  buffer_.commit(size);
  co_return !error && !shared_.stopping;
}

/// Reads one request and answers it. False when the connection must end.
asio::awaitable<bool> Session::serve_one() {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(shared_.options.header_octets));
  parser.body_limit(shared_.options.body_octets);
  stream_.expires_after(milliseconds(shared_.options.header_timeout_ms));
  const auto [error, size] = co_await http::async_read_header(stream_, buffer_, parser, kAsValue);
  if (error) co_return co_await refuse(error);

  const auto& head = parser.get();
  const bool is_head = head.method() == http::verb::head;
  const std::size_t hosts = head.count(http::field::host);
  Response failure;
  if (hosts > 1 || (hosts == 0 && head.version() >= 11)) {
    failure = problem(400, hosts == 0 ? "the request has no Host header" : "the request has more than one Host header");
    co_return co_await write(std::move(failure), false, is_head);
  }
  auto target = parse_target({head.target().data(), head.target().size()});
  if (!target) {
    failure = problem(400, target.error().message);
    co_return co_await write(std::move(failure), false, is_head);
  }
  const std::string method(head.method_string());
  const Router::Match match = shared_.router.find(method, target->path);
  if (match.route == nullptr) {
    const bool known = !match.allow.empty();
    failure = known ? problem(405, "this address takes " + match.allow) : problem(404, "there is nothing at " + log::escape(target->path));
    if (known) failure.headers.emplace_back("Allow", match.allow);
    const bool keep_alive = parser.is_done() && parser.keep_alive();
    co_return co_await write(std::move(failure), keep_alive, is_head);
  }
  const error_code body_error = co_await read_body(parser);
  if (body_error) co_return co_await refuse(body_error);
  auto message = parser.release();
  co_return co_await answer(std::move(message), *match.route, std::move(*target));
}

/// Says why a request could not be read, where there is somebody to tell. Always false: the connection ends.
asio::awaitable<bool> Session::refuse(error_code error) {
  count_timeout(error);
  const unsigned status = status_of(error);
  if (status == 0) co_return false;
  Response response = problem_of(status, error, shared_.options);
  (void)co_await write(std::move(response), false, false);
  co_await linger();
  co_return false;
}

asio::awaitable<error_code> Session::read_body(Parser& parser) {
  if (parser.is_done()) co_return error_code{};
  stream_.expires_after(milliseconds(shared_.options.body_timeout_ms));
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(kContinue), kAsValue);
    if (error) co_return error;
  }
  const auto [error, size] = co_await http::async_read(stream_, buffer_, parser, kAsValue);
  co_return error;
}

asio::awaitable<bool> Session::answer(http::request<http::string_body> message, const Route& route, Target target) {
  const bool keep_alive = message.keep_alive() && !shared_.stopping;
  const bool is_head = message.method() == http::verb::head;
  Request request;
  request.method = is_head ? "GET" : std::string(message.method_string());
  request.path = std::move(target.path);
  request.parameters = std::move(target.parameters);
  request.content_type = std::string(message[http::field::content_type]);
  request.accept_encoding = std::string(message[http::field::accept_encoding]);
  request.if_none_match = std::string(message[http::field::if_none_match]);
  request.body = std::move(message.body());
  Response response = co_await handle(route, std::move(request));
  if (response.stream && !is_head) {
    co_await write_stream(std::move(response));
    co_return false;
  }
  co_return co_await write(std::move(response), keep_alive && !shared_.stopping, is_head);
}

/// Runs the handler on its lane's threads, while this coroutine waits and watches whether the client is still there.
asio::awaitable<Response> Session::handle(const Route& route, Request request) {
  const auto executor = stream_.get_executor();
  const auto call = std::make_shared<Call>(executor);
  const auto flag = request.cancel;
  auto task = [call, executor, handler = &route.handler, request = std::move(request)]() {
    try {
      call->response = (*handler)(request);
    } catch (const std::exception& error) {
      log::error("a request failed", "path=" + log::escape(request.path) + " error=" + log::escape(error.what()));
      call->response = problem(500, "Weir failed to answer this; its log says why");
    }
    asio::post(executor, [call] {
      call->finished = true;
      call->done.cancel();
    });
  };
  const bool long_running = route.lane == Lane::query;
  WorkerPool& pool = long_running ? shared_.query : shared_.quick;
  if (!pool.run(std::move(task))) co_return problem(503, "too many requests wait already; try again in a moment");

  cancel_flag_ = flag;
  stream_.expires_never();
  if (long_running) {
    call->watching = true;
    asio::co_spawn(executor, [self = shared_from_this(), call] { return self->watch(call); }, asio::detached);
  }
  call->done.expires_after(milliseconds(shared_.options.handler_timeout_ms));
  while (!call->finished) {
    const auto [error] = co_await call->done.async_wait(kAsValue);
    if (call->finished) break;
    if (call->gone || !error) {
      flag->store(true);
      call->done.expires_at(asio::steady_timer::time_point::max());
    }
  }
  cancel_flag_.reset();
  co_await end_watch(call);
  if (call->gone) ++shared_.counters->requests_abandoned;
  co_return std::move(call->response);
}

/// Reads ahead until the call ends, only to notice that the client went away. What is read is kept for the next request.
asio::awaitable<void> Session::watch(std::shared_ptr<Call> call) {
  while (!call->finished && buffer_.size() + 4096 <= kMostAhead) {
    const auto space = buffer_.prepare(4096);
    const auto [error, size] = co_await stream_.async_read_some(space, kAsValue);
    buffer_.commit(size);
    if (error == asio::error::operation_aborted) break;
    if (error) {
      call->gone = true;
      call->done.cancel();
      if (events_) events_->wake.cancel();
      break;
    }
  }
  call->watching = false;
  call->unwatched.cancel();
}

asio::awaitable<void> Session::end_watch(std::shared_ptr<Call> call) {
  while (call->watching) {
    stream_.cancel();
    (void)co_await call->unwatched.async_wait(kAsValue);
  }
}

template <typename Message>
void Session::set_headers(Message& message, const Response& response, bool keep_alive) const {
  message.reason(status_phrase(response.status));
  message.set(http::field::date, http_date());
  for (const auto& [name, value] : kSecurityHeaders) message.set(name, value);
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  message.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep_alive);
}

void Session::count(unsigned status) const {
  HttpCounters& counters = *shared_.counters;
  ++(status < 400 ? counters.responses_ok : status < 500 ? counters.responses_refused : counters.responses_failed);
}

/// True when the connection may carry a further request.
asio::awaitable<bool> Session::write(Response response, bool keep_alive, bool head) {
  const std::string_view body = response.static_body.empty() ? std::string_view(response.body) : response.static_body;
  http::response<http::span_body<const char>> message(http::int_to_status(response.status), 11);
  set_headers(message, response, keep_alive);
  if (response.status != 304) message.content_length(body.size());
  message.body() = beast::span<const char>(body.data(), body.size());
  count(response.status);
  stream_.expires_after(milliseconds(shared_.options.write_timeout_ms));
  http::response_serializer<http::span_body<const char>> serializer(message);
  error_code failed;
  if (head || response.status == 304) {
    const auto [error, size] = co_await http::async_write_header(stream_, serializer, kAsValue);
    failed = error;
  } else {
    const auto [error, size] = co_await http::async_write(stream_, serializer, kAsValue);
    failed = error;
  }
  count_timeout(failed);
  co_return !failed && keep_alive;
}

/// Writes the header and the first part, then whatever is published, until the client goes away or the server stops.
asio::awaitable<void> Session::write_stream(Response response) {
  const auto executor = stream_.get_executor();
  const auto queue = std::make_shared<EventQueue>(executor);
  const Subscription subscription(response.stream, [weak = std::weak_ptr(queue), executor](const EventStream::Text& text) {
    asio::post(executor, [weak, text] {
      const auto to = weak.lock();
      if (!to) return;
      // The events tell a state, so a client that is too slow loses the oldest.
      if (to->texts.size() >= kMostQueuedEvents) to->texts.pop_front();
      to->texts.push_back(text);
      to->wake.cancel();
    });
  });
  if (!subscription.taken()) {
    Response full = problem(503, "too many browsers watch already; close one, or try again in a moment");
    (void)co_await write(std::move(full), false, false);
    co_return;
  }
  queue->texts.push_back(std::make_shared<const std::string>(std::move(response.body)));
  http::response<http::empty_body> message(http::status::ok, 11);
  set_headers(message, response, false);
  message.set("X-Accel-Buffering", "no");
  count(200);
  stream_.expires_after(milliseconds(shared_.options.write_timeout_ms));
  http::response_serializer<http::empty_body> serializer(message);
  const auto [error, size] = co_await http::async_write_header(stream_, serializer, kAsValue);
  if (!error) {
    const auto call = std::make_shared<Call>(executor);
    events_ = queue;
    co_await write_events(call);
    events_.reset();
    call->finished = true;
    co_await end_watch(call);
  }
}

asio::awaitable<void> Session::write_events(std::shared_ptr<Call> call) {
  static const auto kComment = std::make_shared<const std::string>(":\n\n");
  const auto queue = events_;
  stream_.expires_never();
  call->watching = true;
  const auto executor = stream_.get_executor();
  asio::co_spawn(executor, [self = shared_from_this(), call] { return self->watch(call); }, asio::detached);
  while (!call->gone && !shared_.stopping) {
    if (queue->texts.empty()) {
      queue->wake.expires_after(kHeartbeat);
      const auto [woken] = co_await queue->wake.async_wait(kAsValue);
      if (!woken) queue->texts.push_back(kComment);
      continue;
    }
    const EventStream::Text text = queue->texts.front();
    queue->texts.pop_front();
    stream_.expires_after(milliseconds(shared_.options.write_timeout_ms));
    const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(*text), kAsValue);
    count_timeout(error);
    if (error) break;
  }
}

/// Lets a client that still sends read its answer: ends our side, then throws away what comes for a moment.
asio::awaitable<void> Session::linger() {
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.expires_after(std::chrono::seconds(2));
  std::array<char, 4096> waste{};
  for (std::size_t seen = 0; seen < 2 * shared_.options.body_octets;) {
    const auto [error, size] = co_await stream_.async_read_some(asio::buffer(waste), kAsValue);
    if (error) co_return;
    seen += size;
  }
}

/// A connection too many: answered without being read, so that it costs next to nothing.
asio::awaitable<void> turn_away(tcp::socket socket, Shared& shared) {
  beast::tcp_stream stream(std::move(socket));
  ++shared.refusing;
  static const std::string kAnswer = [] {
    const Response response = problem(503, "too many connections; try again in a moment");
    return fmt::format("HTTP/1.1 503 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nRetry-After: 5\r\nConnection: close\r\n\r\n{}",
                       status_phrase(503), response.content_type, response.body.size(), response.body);
  }();
  stream.expires_after(std::chrono::seconds(2));
  const auto [error, size] = co_await asio::async_write(stream, asio::buffer(kAnswer), kAsValue);
  if (!error) {
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 1024> waste{};
    for (int reads = 0; reads < 16; ++reads) {
      const auto [ended, count] = co_await stream.async_read_some(asio::buffer(waste), kAsValue);
      if (ended) break;
    }
  }
  --shared.refusing;
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, Shared& shared) {
  const auto executor = acceptor.get_executor();
  log::RateLimit limit;
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept(kAsValue);
    if (shared.stopping || error == asio::error::operation_aborted) co_return;
    if (error) {
      if (limit.admit(steady_ms())) log::warn("cannot accept HTTP connections", "error=" + log::escape(error.message()));
      asio::steady_timer pause(executor, milliseconds(100));
      (void)co_await pause.async_wait(kAsValue);
    } else if (shared.sessions.size() < shared.options.most_connections) {
      const auto session = std::make_shared<Session>(std::move(socket), shared);
      asio::co_spawn(executor, [session] { return session->run(); }, asio::detached);
    } else {
      ++shared.counters->connections_refused;
      if (shared.refusing >= kMostRefusing) continue;  // closed as it is destroyed
      auto refusal = turn_away(std::move(socket), shared);
      asio::co_spawn(executor, std::move(refusal), asio::detached);
    }
  }
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const HttpOptions& options, std::vector<Route> routes) : shared_(options, std::move(routes)) {}
  ~Impl() { stop(); }

  Result<void> start() {
    if (auto listening = listen(); !listening) return listening;
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(io_, accept_all(acceptor_, shared_), asio::detached);
    shared_.quick.start();
    shared_.query.start();
    network_ = std::thread([this] { io_.run(); });
    return {};
  }

  void stop() {
    if (!network_.joinable()) return;
    asio::post(io_, [this] {
      shared_.stopping = true;
      error_code ignored;
      acceptor_.close(ignored);
      for (Session* session : shared_.sessions) session->begin_stop();
    });
    wait_until_closed(shared_.options.drain_ms);
    asio::post(io_, [this] {
      for (Session* session : shared_.sessions) session->cancel();
    });
    wait_until_closed(kSecondMs);
    shared_.quick.stop();
    shared_.query.stop();
    // Handlers have returned; their answers are on the way.
    wait_until_closed(100);
    io_.stop();
    network_.join();
  }

  std::uint16_t port() const { return port_; }
  std::shared_ptr<const HttpCounters> counters() const { return shared_.counters; }

 private:
  Result<void> listen() {
    error_code error;
    const Endpoint& wanted = shared_.options.listen;
    auto address = asio::ip::make_address(to_string(wanted.address), error);
    acceptor_.open(address.is_v6() ? tcp::v6() : tcp::v4(), error);
    if (error == asio::error::address_family_not_supported && address.is_v6() && address.is_unspecified()) {
      // A machine without IPv6.
      address = asio::ip::address_v4::any();
      acceptor_.open(tcp::v4(), error);
    }
    if (!error && address.is_v6()) acceptor_.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind({address, wanted.port}, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    const std::string where = to_string(wanted);
    if (error == asio::error::address_in_use) {
      return fail(ErrorCode::busy, "HTTP port " + where + " is taken; stop the program that has it, or choose another with --http ADDR:PORT");
    }
    return fail(ErrorCode::io, "cannot listen on HTTP " + where + ": " + error.message());
  }

  void wait_until_closed(UnixMillis most_ms) const {
    const auto until = steady_ms() + most_ms;
    while (shared_.counters->connections_open > 0 && steady_ms() < until) std::this_thread::sleep_for(milliseconds(5));
  }

  Shared shared_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  std::thread network_;
  std::uint16_t port_ = 0;
};

HttpServer::HttpServer(HttpOptions options, std::vector<Route> routes)
    : impl_(std::make_unique<Impl>(options, std::move(routes))) {}
HttpServer::~HttpServer() = default;
Result<void> HttpServer::start() { return impl_->start(); }
void HttpServer::stop() { impl_->stop(); }
std::uint16_t HttpServer::port() const { return impl_->port(); }
std::shared_ptr<const HttpCounters> HttpServer::counters() const { return impl_->counters(); }

}  // namespace weir::serve
