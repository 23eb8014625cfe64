// What a connection does, step by step: read, check, hand over, answer. Private to http_server.cc, see http_session.h.
#pragma once

#include "serve/http_session.h"

namespace weir::serve {
namespace {

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
    co_return co_await turn_down(std::move(failure), false, is_head);
  }
  auto target = parse_target({head.target().data(), head.target().size()});
  if (!target) {
    failure = problem(400, target.error().message);
    co_return co_await turn_down(std::move(failure), false, is_head);
  }
  const std::string_view host(head[http::field::host].data(), head[http::field::host].size());
  if (target->path != kHealthAddress && !answers_to(host, shared_.options.names)) {
    failure = problem(421, "'" + log::escape(host.substr(0, 255)) +
                               "' is no name of this server; ask for it by its address, or add the name to http_names in the "
                               "configuration and restart");
    co_return co_await turn_down(std::move(failure), false, is_head);
  }
  const std::string method(head.method_string());
  const Router::Match match = shared_.router.find(method, target->path);
  if (match.route == nullptr) {
    const bool known = !match.allow.empty();
    failure = known ? problem(405, "this address takes " + match.allow)
                    : problem(404, "there is nothing at " + log::escape(target->path));
    if (known) failure.headers.emplace_back("Allow", match.allow);
    const bool keep_alive = parser.is_done() && parser.keep_alive();
    co_return co_await turn_down(std::move(failure), keep_alive, is_head);
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
  co_return co_await turn_down(std::move(response), false, false);
}

/// Answers a request whose body was not read. Closing at once would reset the connection, and the answer could be lost.
asio::awaitable<bool> Session::turn_down(Response response, bool keep_alive, bool head) {
  const bool kept = co_await write(std::move(response), keep_alive, head);
  if (!kept) co_await linger();
  co_return kept;
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
  request.authorization = std::string(message[http::field::authorization]);
  request.query_id = std::string(message["X-Query-ID"]);
  error_code unknown;
  const auto client = stream_.socket().remote_endpoint(unknown);
  if (!unknown) request.client = client.address().to_string();
  request.body = std::move(message.body());
  const auto flag = request.cancel;
  Response response = co_await handle(route, std::move(request));
  if (response.more && !is_head)
    co_return co_await write_pieces(route, std::move(response), flag, message.version(),
                                    keep_alive && !shared_.stopping);
  if (response.stream && !is_head) {
    co_await write_stream(std::move(response));
    co_return false;
  }
  co_return co_await write(std::move(response), keep_alive && !shared_.stopping, is_head);
}

/// Runs the handler on its lane's threads, while this coroutine waits and watches whether the client is still there.
asio::awaitable<Response> Session::handle(const Route& route, Request request) {
  const auto call = std::make_shared<Call>(stream_.get_executor());
  const auto flag = request.cancel;
  auto task = [call, handler = &route.handler, request = std::move(request)]() {
    try {
      call->response = (*handler)(request);
    } catch (const std::exception& error) {
      log::error("a request failed", "path=" + log::escape(request.path) + " error=" + log::escape(error.what()));
      call->response = problem(500, "Weir failed to answer this; its log says why");
    }
  };
  const bool taken = co_await run_call(route, call, flag, std::move(task));
  if (!taken) co_return problem(503, "too many requests wait already; try again in a moment");
  if (call->gone) ++shared_.counters->requests_abandoned;
  co_return std::move(call->response);
}

/// Runs `task` on the route's lane, and sets `flag` when the client goes away or the time is over. False when the lane is
/// full; then it was not run.
template <typename Task>
asio::awaitable<bool> Session::run_call(const Route& route, std::shared_ptr<Call> call,
                                        std::shared_ptr<query::CancelFlag> flag, Task task) {
  const auto executor = stream_.get_executor();
  const bool long_running = route.lane == Lane::query;
  WorkerPool& pool = long_running ? shared_.query : shared_.quick;
  auto whole = [call, executor, task = std::move(task)]() mutable {
    task();
    asio::post(executor, [call] {
      call->finished = true;
      call->done.cancel();
    });
  };
  if (!pool.run(std::move(whole))) co_return false;
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
  co_return true;
}

/// As run_call(), but waits for room in the lane: an answer that has begun goes on.
template <typename Task>
asio::awaitable<bool> Session::make_piece(const Route& route, std::shared_ptr<Call> call,
                                          std::shared_ptr<query::CancelFlag> flag, Task task) {
  while (!shared_.stopping) {
    const bool taken = co_await run_call(route, call, flag, task);
    if (taken) co_return true;
    asio::steady_timer pause(stream_.get_executor(), milliseconds(50));
    (void)co_await pause.async_wait(kAsValue);
  }
  co_return false;
}

/// Writes a body that is made while it is sent: in chunks (RFC 9112 section 7.1), or to clients of HTTP/1.0 as it comes.
/// No thread is held while the client is slow. True when the connection may carry a further request.
asio::awaitable<bool> Session::write_pieces(const Route& route, Response response,
                                            std::shared_ptr<query::CancelFlag> flag, unsigned version,
                                            bool keep_alive) {
  const bool chunked = version >= 11;
  http::response<http::empty_body> message(http::int_to_status(response.status), version);
  set_headers(message, response, keep_alive && chunked);
  message.chunked(chunked);
  count(response.status);
  stream_.expires_after(milliseconds(shared_.options.write_timeout_ms));
  http::response_serializer<http::empty_body> serializer(message);
  const auto [head_failed, head_size] = co_await http::async_write_header(stream_, serializer, kAsValue);
  if (head_failed) co_return false;
  std::string piece = std::move(response.body);
  bool more = true;
  while (true) {
    if (!piece.empty()) {
      stream_.expires_after(milliseconds(shared_.options.write_timeout_ms));
      error_code failed;
      if (chunked) {
        const auto [error, size] = co_await asio::async_write(stream_, http::make_chunk(asio::buffer(piece)), kAsValue);
        failed = error;
      } else {
        const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(piece), kAsValue);
        failed = error;
      }
      count_timeout(failed);
      if (failed) {
        ++shared_.counters->requests_abandoned;
        co_return false;
      }
      piece.clear();
    }
    if (!more) break;
    if (shared_.stopping || flag->load()) co_return false;
    const auto made = std::make_shared<std::pair<std::string, Result<bool>>>("", false);
    const auto task = [made, make = &response.more] {
      try {
        made->second = (*make)(made->first);
      } catch (const std::exception& error) {
        made->second = fail(ErrorCode::internal, error.what());
      }
      if (!made->second) log::warn("a long answer broke off", "error=" + log::escape(made->second.error().message));
    };
    const auto call = std::make_shared<Call>(stream_.get_executor());
    const bool taken = co_await make_piece(route, call, flag, task);
    if (!taken || call->gone || !made->second) co_return false;
    more = *made->second;
    piece = std::move(made->first);
  }
  if (!chunked) co_return false;
  stream_.expires_after(milliseconds(shared_.options.write_timeout_ms));
  const auto [error, size] = co_await asio::async_write(stream_, http::make_chunk_last(), kAsValue);
  co_return !error && keep_alive;
}

/// Reads ahead until the call ends, only to notice that the client went away. What is read is kept for the next
/// request.
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
  const Subscription subscription(response.stream,
                                  [weak = std::weak_ptr(queue), executor](const EventStream::Text& text) {
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

}  // namespace
}  // namespace weir::serve
