#include "serve/http_server.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "serve/problem.h"
#include "serve/test_client.h"

namespace weir::serve {
namespace {

constexpr Endpoint kAnyLoopback{IpAddress::v4(0x7f000001), 0};

Response text(std::string body) {
  Response out;
  out.content_type = "text/plain";
  out.body = std::move(body);
  return out;
}

/// Lets a handler wait until the test opens it, or its request is cancelled.
class Gate {
 public:
  void wait(const Request& request) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    while (!open_ && !request.cancel->load()) changed_.wait_for(lock, std::chrono::milliseconds(2));
    --waiting_;
    changed_.notify_all();
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool until_waiting(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return waiting_ == count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    options.listen = kAnyLoopback;
    options.most_connections = 300;
    options.body_octets = 1000;
    stream = std::make_shared<EventStream>(200);
  }
  void start() {
    server = std::make_unique<HttpServer>(options, routes());
    const auto started = server->start();
    ASSERT_TRUE(started) << started.error().message;
    port = server->port();
  }
  std::vector<Route> routes() {
    return {
        {"GET", "/hello", Lane::quick, [](const Request&) { return text("hello"); }},
        {"POST", "/echo", Lane::quick, [](const Request& request) { return text(request.body); }},
        {"GET", "/name", Lane::quick,
         [](const Request& r) { return text(std::string(parameter(r, "name").value_or("none"))); }},
        {"GET", "/files/*", Lane::quick, [](const Request& request) { return text(request.path); }},
        {"GET", "/throws", Lane::quick, [](const Request&) -> Response { throw std::runtime_error("secret"); }},
        {"GET", "/slow", Lane::query,
         [this](const Request& request) {
           gate.wait(request);
           if (request.cancel->load()) ++cancelled;
           return request.cancel->load() ? problem(504, "cancelled") : text("slow");
         }},
        {"GET", "/live", Lane::quick,
         [this](const Request&) {
           Response out = text(event_text("hello", "1"));
           out.content_type = "text/event-stream";
           out.stream = stream;
           return out;
         }},
    };
  }
  /// The status that `octets` are answered with; 0 when the connection is closed without an answer.
  int status_of(std::string_view octets) {
    TestClient client(port);
    client.send(octets);
    return client.response().status;
  }

  /// Counters are raised a moment after the client sees what they count.
  static bool becomes(const std::atomic<std::uint64_t>& counter, std::uint64_t wanted) {
    for (int i = 0; i < 2000 && counter != wanted; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return counter == wanted;
  }

  HttpOptions options;
  Gate gate;
  std::atomic<int> cancelled{0};
  std::shared_ptr<EventStream> stream;
  std::unique_ptr<HttpServer> server;
  std::uint16_t port = 0;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  start();
  TestClient client(port);
  for (int i = 0; i < 3; ++i) {
    const auto response = client.get("/hello");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "hello");
    EXPECT_EQ(response.headers.at("content-type"), "text/plain");
    EXPECT_TRUE(response.headers.contains("date"));
  }
  EXPECT_EQ(server->counters()->connections, 1U);
  EXPECT_EQ(server->counters()->responses_ok, 3U);
}

TEST_F(HttpServerTest, EveryResponseCarriesTheSecurityHeaders) {
  start();
  TestClient client(port);
  for (const auto* target : {"/hello", "/nothing"}) {
    const auto response = client.get(target);
    EXPECT_TRUE(response.headers.at("content-security-policy").starts_with("default-src 'self'"));
    EXPECT_EQ(response.headers.at("content-security-policy").find("unsafe"), std::string::npos);
    EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(response.headers.at("x-frame-options"), "DENY");
    EXPECT_EQ(response.headers.at("referrer-policy"), "no-referrer");
  }
}

TEST_F(HttpServerTest, HeadHasTheHeadersOfGetAndNoBody) {
  start();
  TestClient client(port);
  client.send("HEAD /hello HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto head = client.response(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "5");
  EXPECT_EQ(client.get("/hello").body, "hello") << "the next response must follow at once";
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  TestClient client(port);
  client.send("GET /name?name=a HTTP/1.1\r\nHost: t\r\n\r\nGET /name?name=b HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(client.response().body, "a");
  EXPECT_EQ(client.response().body, "b");
}

TEST_F(HttpServerTest, PipelinedBehindALongRequestWaitsForIt) {
  start();
  TestClient client(port);
  client.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(gate.until_waiting(1));
  client.send("GET /name?name=after HTTP/1.1\r\nHost: t\r\n\r\n");
  gate.open();
  EXPECT_EQ(client.response().body, "slow");
  EXPECT_EQ(client.response().body, "after");
}

TEST_F(HttpServerTest, Http10ClosesAfterTheAnswer) {
  start();
  TestClient client(port);
  client.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.response().body, "hello");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(HttpServerTest, ConnectionCloseIsHonoured) {
  start();
  TestClient client(port);
  const auto response = client.get("/hello", "Connection: close\r\n");
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.headers.at("connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(HttpServerTest, ChunkedBodyIsPutTogether) {
  start();
  TestClient client(port);
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(client.response().body, "abcde");
}

TEST_F(HttpServerTest, ExpectContinueIsAnswered) {
  start();
  TestClient client(port);
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(client.wait_for("100 Continue\r\n\r\n"));
  client.seen.clear();
  client.send("ok");
  EXPECT_EQ(client.response().body, "ok");
}

TEST_F(HttpServerTest, ParametersAndPathsAreDecoded) {
  start();
  TestClient client(port);
  EXPECT_EQ(client.get("/name?x=1&name=a%20b+c%2Bd").body, "a b c+d");
  EXPECT_EQ(client.get("/files/a%2Fb").body, "/files/a/b");
  EXPECT_EQ(client.get("/name?").body, "none");
}

TEST_F(HttpServerTest, NotFoundIsAProblemDocument) {
  start();
  TestClient client(port);
  const auto response = client.get("/nothing");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.at("content-type"), "application/problem+json");
  EXPECT_NE(response.body.find(R"("status":404)"), std::string::npos);
  EXPECT_EQ(client.get("/hello").status, 200) << "the connection stays";
}

TEST_F(HttpServerTest, AnAnswerArrivesThoughTheBodyIsNotRead) {
  start();
  for (int i = 0; i < 10; ++i) {
    TestClient client(port);
    client.send("POST /nothing HTTP/1.1\r\nHost: t\r\nContent-Length: 900\r\n\r\n");
    client.send(std::string(900, 'a'));
    EXPECT_EQ(client.response().status, 404);
  }
}

TEST_F(HttpServerTest, WrongMethodNamesTheRightOnes) {
  start();
  TestClient client(port);
  const auto response = client.post("/hello", "text/plain", "");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(status_of("BREW /echo HTTP/1.1\r\nHost: t\r\n\r\n"), 405);
}

TEST_F(HttpServerTest, MissingHostIsRefused) {
  start();
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\n\r\n"), 400);
}
TEST_F(HttpServerTest, TwoHostsAreRefused) {
  start();
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
}
TEST_F(HttpServerTest, MalformedRequestsAreRefused) {
  start();
  EXPECT_EQ(status_of("\x16\x03\x01\x02\x01\x01\r\n\r\n"), 400) << "a TLS client";
  EXPECT_EQ(status_of("GET /hello\r\n\r\n"), 400) << "no version";
  EXPECT_EQ(status_of("GET /hello HTTP/9.9\r\nHost: t\r\n\r\n"), 400) << "an unknown version";
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\nHost : t\r\n\r\n"), 400) << "space before the colon";
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\nHost: t\r\nBad Name: 1\r\n\r\n"), 400) << "space in a name";
  EXPECT_EQ(status_of("GET hello HTTP/1.1\r\nHost: t\r\n\r\n"), 400) << "a target without slash";
  EXPECT_EQ(status_of("GET /name?name=%zz HTTP/1.1\r\nHost: t\r\n\r\n"), 400) << "a broken escape";
  EXPECT_EQ(status_of("GET /name?name=%00 HTTP/1.1\r\nHost: t\r\n\r\n"), 400) << "a NUL";
  EXPECT_EQ(status_of("GET /name?name=%ff HTTP/1.1\r\nHost: t\r\n\r\n"), 400) << "not UTF-8";
  EXPECT_EQ(status_of("GET /files/../etc/passwd HTTP/1.1\r\nHost: t\r\n\r\n"), 400) << "a dot segment";
  EXPECT_EQ(status_of("GET /files/%2e%2e/etc/passwd HTTP/1.1\r\nHost: t\r\n\r\n"), 400) << "an escaped dot segment";
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n"), 400) << "a length that is none";
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n"), 400) << "a negative length";
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400)
      << "two lengths";
  EXPECT_EQ(
      status_of("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      400)
      << "a length and chunks, with which requests are smuggled";
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 400)
      << "a chunk size that is none";
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\nHost: t\r\nX: a\x01z\r\n\r\n"), 400) << "a control character in a header";
  EXPECT_EQ(server->counters()->responses_ok, 0U);
}

TEST_F(HttpServerTest, TooManyParametersAreRefused) {
  start();
  std::string target = "/name?";
  for (int i = 0; i < 70; ++i) target += "a=1&";
  TestClient client(port);
  EXPECT_EQ(client.get(target).status, 400);
}

TEST_F(HttpServerTest, LongHeadersAreRefused) {
  start();
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(9000, 'a') + "\r\n\r\n"), 431);
  EXPECT_EQ(status_of("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n"), 431);
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(7000, 'a') + "\r\n\r\n"), 200);
}

TEST_F(HttpServerTest, LongBodiesAreRefused) {
  start();
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'a')), 413);
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'a')), 200);
  std::string chunked = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 30; ++i) chunked += "40\r\n" + std::string(64, 'a') + "\r\n";
  EXPECT_EQ(status_of(chunked + "0\r\n\r\n"), 413);
}

TEST_F(HttpServerTest, ATooSlowHeaderEndsTheConnection) {
  options.header_timeout_ms = 100;
  start();
  TestClient client(port);
  client.send("GET /hello HTTP/1.1\r\nHo");
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_TRUE(becomes(server->counters()->timeouts, 1));
}

TEST_F(HttpServerTest, ASilentConnectionIsClosed) {
  options.idle_timeout_ms = 100;
  start();
  TestClient client(port);
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(HttpServerTest, ATooSlowBodyEndsTheConnection) {
  options.body_timeout_ms = 100;
  start();
  TestClient client(port);
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_TRUE(becomes(server->counters()->timeouts, 1));
}

TEST_F(HttpServerTest, OneConnectionTooManyIsAnswered503) {
  options.most_connections = 2;
  start();
  TestClient first(port);
  TestClient second(port);
  ASSERT_EQ(first.get("/hello").status, 200);
  ASSERT_EQ(second.get("/hello").status, 200);
  TestClient third(port);
  const auto refused = third.response();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "5");
  EXPECT_NE(refused.body.find("too many connections"), std::string::npos);
  EXPECT_EQ(server->counters()->connections_refused, 1U);
  first.close();
  // Once one has gone there is room again.
  int status = 503;
  for (int tries = 0; tries < 1000 && status != 200; ++tries) status = TestClient(port).get("/hello").status;
  EXPECT_EQ(status, 200);
}

TEST_F(HttpServerTest, AHandlerThatThrowsGives500AndKeepsItsSecret) {
  start();
  TestClient client(port);
  const auto response = client.get("/throws");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(HttpServerTest, LongRequestsDoNotHoldUpQuickOnes) {
  start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<TestClient>(port));
    clients.back()->send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  }
  ASSERT_TRUE(gate.until_waiting(static_cast<int>(options.query_threads)));
  EXPECT_EQ(TestClient(port).get("/hello").body, "hello");
  gate.open();
  for (auto& client : clients) EXPECT_EQ(client->response().body, "slow");
}

TEST_F(HttpServerTest, MoreLongRequestsThanMayWaitAreAnswered503) {
  options.query_threads = 1;
  options.queued_requests = 1;
  start();
  TestClient running(port);
  running.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(gate.until_waiting(1));
  TestClient queued(port);
  TestClient refused(port);
  queued.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  // Whichever of the two comes second is refused.
  refused.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_TRUE(becomes(server->counters()->responses_failed, 1));
  gate.open();
  EXPECT_EQ(running.response().status, 200);
  EXPECT_EQ(queued.response().status + refused.response().status, 200 + 503);
}

TEST_F(HttpServerTest, AClientThatGoesAwayCancelsItsRequest) {
  start();
  auto client = std::make_unique<TestClient>(port);
  client->send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(gate.until_waiting(1));
  client.reset();
  EXPECT_TRUE(gate.until_waiting(0)) << "the handler was not cancelled";
  EXPECT_TRUE(becomes(server->counters()->requests_abandoned, 1));
  EXPECT_EQ(cancelled, 1);
}

TEST_F(HttpServerTest, ARequestThatTakesTooLongIsCancelled) {
  options.handler_timeout_ms = 50;
  start();
  EXPECT_EQ(TestClient(port).get("/slow").status, 504);
  EXPECT_EQ(cancelled, 1);
}

TEST_F(HttpServerTest, EventsReachManyClientsWhilePlainRequestsAreAnswered) {
  start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<TestClient>(port));
    clients.back()->send("GET /live HTTP/1.1\r\nHost: t\r\n\r\n");
  }
  for (auto& client : clients) {
    ASSERT_TRUE(client->wait_for("event: hello\ndata: 1\n\n"));
    EXPECT_NE(client->seen.find("Content-Type: text/event-stream"), std::string::npos);
  }
  EXPECT_EQ(stream->clients(), 200U);
  EXPECT_EQ(TestClient(port).get("/hello").body, "hello");
  stream->publish(event_text("rates", "2"));
  for (auto& client : clients) EXPECT_TRUE(client->wait_for("event: rates\ndata: 2\n\n"));
  EXPECT_EQ(TestClient(port).get("/live").status, 503) << "the stream takes 200 clients";
}

TEST_F(HttpServerTest, AnEventClientThatLeavesIsForgotten) {
  start();
  auto client = std::make_unique<TestClient>(port);
  client->send("GET /live HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(client->wait_for("event: hello"));
  client.reset();
  for (int i = 0; i < 1000 && stream->clients() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(stream->clients(), 0U);
}

TEST_F(HttpServerTest, AnEventClientThatDoesNotReadHoldsUpNobody) {
  options.write_timeout_ms = 1000;
  start();
  TestClient stuck(port);
  TestClient reading(port);
  for (TestClient* client : {&stuck, &reading}) {
    client->send("GET /live HTTP/1.1\r\nHost: t\r\n\r\n");
    ASSERT_TRUE(client->wait_for("event: hello"));
  }
  const std::string large = event_text("large", std::string(4U << 20U, 'x'));
  for (int i = 0; i < 8; ++i) {
    reading.seen.clear();
    stream->publish(large);
    ASSERT_TRUE(reading.wait_for("x\n\n"));
  }
  EXPECT_TRUE(becomes(server->counters()->timeouts, 1));
}

TEST_F(HttpServerTest, StopLetsARunningRequestFinish) {
  start();
  TestClient client(port);
  client.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(gate.until_waiting(1));
  std::thread stopper([this] { server->stop(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  gate.open();
  EXPECT_EQ(client.response().body, "slow");
  stopper.join();
  EXPECT_FALSE(TestClient(port).connected());
}

TEST_F(HttpServerTest, StopCancelsWhatRunsTooLong) {
  options.drain_ms = 50;
  start();
  TestClient client(port);
  client.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(gate.until_waiting(1));
  server->stop();
  EXPECT_EQ(cancelled, 1);
  EXPECT_EQ(client.response().status, 504);
}

TEST_F(HttpServerTest, StopEndsIdleConnectionsAndEventStreamsAtOnce) {
  options.drain_ms = 60'000;
  start();
  TestClient idle(port);
  ASSERT_EQ(idle.get("/hello").status, 200);
  TestClient events(port);
  events.send("GET /live HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(events.wait_for("event: hello"));
  server->stop();
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_TRUE(events.closed_by_server());
}

TEST_F(HttpServerTest, ATakenPortIsAnErrorThatNamesIt) {
  start();
  options.listen.port = port;
  HttpServer second(options, {});
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::busy);
  EXPECT_NE(started.error().message.find("127.0.0.1:" + std::to_string(port)), std::string::npos)
      << started.error().message;
}

TEST_F(HttpServerTest, AnAddressOfAnotherMachineIsAnError) {
  options.listen.address = IpAddress::v4(0xc0000201);
  HttpServer elsewhere(options, {});
  const auto started = elsewhere.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::io);
}

TEST_F(HttpServerTest, ListeningOnEverythingTakesIPv4) {
  options.listen = {IpAddress{}, 0};
  start();
  EXPECT_EQ(TestClient(port).get("/hello").status, 200);
}

TEST_F(HttpServerTest, ConstructionAloneListensNowhere) {
  const HttpServer inert(options, routes());
  EXPECT_EQ(inert.port(), 0);
}

}  // namespace
}  // namespace weir::serve
