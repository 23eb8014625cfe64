#include "serve/http_server.h"

#include <thread>

#include "serve/http_session.h"
#include "serve/http_session_steps.h"

namespace weir::serve {
namespace {

/// A connection too many: answered without being read, so that it costs next to nothing.
asio::awaitable<void> turn_away(tcp::socket socket, Shared& shared) {
  beast::tcp_stream stream(std::move(socket));
  ++shared.refusing;
  static const std::string kAnswer = [] {
    const Response response = problem(503, "too many connections; try again in a moment");
    return fmt::format(
        "HTTP/1.1 503 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nRetry-After: 5\r\nConnection: close\r\n\r\n{}",
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
      if (limit.admit(steady_ms()))
        log::warn("cannot accept HTTP connections", "error=" + log::escape(error.message()));
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
      return fail(
          ErrorCode::busy,
          "HTTP port " + where + " is taken; stop the program that has it, or choose another with " +
              shared_.options.option + " ADDR:PORT");
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
Result<void> HttpServer::start() {
  return impl_->start();
}
void HttpServer::stop() {
  impl_->stop();
}
std::uint16_t HttpServer::port() const {
  return impl_->port();
}
std::shared_ptr<const HttpCounters> HttpServer::counters() const {
  return impl_->counters();
}

}  // namespace weir::serve
