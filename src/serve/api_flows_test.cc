// Flows page by page and as a stream, completion, running questions: over HTTP, with a store of made-up flows.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "serve/test_client.h"
#include "serve/web_service.h"
#include "store/empty_store.h"

namespace weir::serve {
namespace {

namespace json = boost::json;
using flow::Column;

/// Holds flows 0 .. `count`; a place is a number.
class FlowStore : public store::EmptyStore {
 public:
  Result<query::Answer> run(const query::Query& query, const query::CancelFlag&) override {
    query::Answer out;
    if (query.by == std::vector{Column::src_customer}) {
      query::Row row;
      row.key = {std::string("Acme Sdn Bhd")};
      row.sums.bytes = 12'000'000'000;
      out.rows = {std::move(row)};
    }
    ++runs;
    return out;
  }
  Result<query::SearchAnswer> search(const query::Search& search, const query::CancelFlag& cancel) override {
    ++searches;
    most_asked = std::max<std::uint64_t>(most_asked, search.most);
    {
      std::unique_lock lock(mutex_);
      ++running_;
      changed_.notify_all();
      while (hang && !cancel.load()) changed_.wait_for(lock, std::chrono::milliseconds(2));
      --running_;
    }
    if (cancel.load()) {
      ++cancelled;
      return fail(ErrorCode::cancelled, "cancelled");
    }
    if (search.after == "bad") return fail(ErrorCode::invalid, "this is no place in these records");
    std::uint64_t at = search.after.empty() ? 0 : std::stoull(search.after);
    if (breaks_at != 0 && at >= breaks_at) return fail(ErrorCode::io, "the disk does not answer");
    query::SearchAnswer out;
    out.columns = search.columns;
    while (out.rows.size() < search.most && at < count)
      out.rows.push_back(std::vector<query::Cell>(out.columns.size(), at++));
    if (at < count) out.next = std::to_string(at);
    return out;
  }
  Result<query::SqlAnswer> sql(const query::SqlQuestion& question, const query::CancelFlag&) override {
    if (question.text != "SELECT 1") return fail(ErrorCode::invalid, "only SELECT 1");
    query::SqlAnswer out;
    out.columns = {{"a", "UBIGINT", true}, {"b", "VARCHAR", false}};
    out.rows = {{"1", std::nullopt}, {"18446744073709551615", "x,y"}};
    return out;
  }
  bool until_running(int wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return running_ == wanted; });
  }

  std::atomic<std::uint64_t> count{250};
  std::atomic<std::uint64_t> breaks_at{0};
  std::atomic<bool> hang{false};
  std::atomic<int> searches{0};
  std::atomic<int> runs{0};
  std::atomic<int> cancelled{0};
  std::atomic<std::uint64_t> most_asked{0};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
};

class ApiFlowsTest : public testing::Test {
 protected:
  ApiFlowsTest() {
    HttpOptions options;
    options.listen = {IpAddress::v4(0x7f000001), 0};
    const Sources sources{exporters, store, metrics, [](IpAddress) { return std::string("edge-1"); }, "9.9.9", {}};
    service = std::make_unique<WebService>(sources, options);
    exporters.of(IpAddress::v4(0xc0000201));
  }
  void SetUp() override {
    const auto started = service->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  json::object get_json(std::string_view target, int status = 200) {
    TestClient client(service->port());
    const auto response = client.get(target);
    EXPECT_EQ(response.status, status) << target << " " << response.body;
    return json::parse(response.body).as_object();
  }
  /// The body of a response in chunks, and whether it ended as it should.
  std::pair<std::string, bool> get_chunked(TestClient& client, std::string_view target) {
    client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n\r\n");
    if (!client.wait_for("\r\n\r\n")) return {"no answer", false};
    EXPECT_NE(client.seen.find("Transfer-Encoding: chunked"), std::string::npos) << client.seen.substr(0, 500);
    client.seen.erase(0, client.seen.find("\r\n\r\n") + 4);
    std::string body;
    while (true) {
      if (!client.wait_for("\r\n")) return {body, false};
      const std::size_t size = std::stoul(client.seen, nullptr, 16);
      client.seen.erase(0, client.seen.find("\r\n") + 2);
      while (client.seen.size() < size + 2) {
        const std::size_t before = client.seen.size();
        if (!client.wait_for(std::string(1, '\0')) && client.seen.size() == before) return {body, false};
      }
      body += client.seen.substr(0, size);
      client.seen.erase(0, size + 2);
      if (size == 0) return {body, true};
    }
  }

  flow::ExporterTable exporters;
  FlowStore store;
  Metrics metrics;
  std::unique_ptr<WebService> service;
};

TEST_F(ApiFlowsTest, PagesLeadToTheEnd) {
  std::string after;
  std::uint64_t expected = 0;
  for (int pages = 1;; ++pages) {
    const json::object page = get_json("/api/v1/flows?columns=bytes&top=100" + (after.empty() ? "" : "&after=" + after));
    for (const json::value& row : page.at("rows").as_array()) EXPECT_EQ(row.at("bytes").to_number<std::uint64_t>(), expected++);
    if (page.at("next").is_null()) {
      EXPECT_EQ(pages, 3);
      break;
    }
    after = page.at("next").as_string();
  }
  EXPECT_EQ(expected, 250U);
}

TEST_F(ApiFlowsTest, ACursorKeepsTheRange) {
  const json::object first = get_json("/api/v1/flows?columns=bytes&from=-10m&top=1");
  const json::object second = get_json("/api/v1/flows?columns=bytes&top=1&after=" + std::string(first.at("next").as_string()));
  EXPECT_EQ(first.at("from"), second.at("from"));
  EXPECT_EQ(first.at("to"), second.at("to"));
}

TEST_F(ApiFlowsTest, AStreamIsWholeAndHoldsLittle) {
  store.count = 23'000;
  TestClient client(service->port());
  const auto [body, whole] = get_chunked(client, "/api/v1/flows?columns=bytes&format=ndjson");
  EXPECT_TRUE(whole);
  EXPECT_EQ(std::ranges::count(body, '\n'), 23'000);
  EXPECT_TRUE(body.starts_with("{\"bytes\":0}\n{\"bytes\":1}\n"));
  EXPECT_TRUE(body.ends_with("{\"bytes\":22999}\n"));
  EXPECT_LE(store.most_asked, 5000U);
  // The connection goes on.
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_F(ApiFlowsTest, CsvHasUnitsInItsHeader) {
  store.count = 12'000;
  TestClient client(service->port());
  const auto [body, whole] = get_chunked(client, "/api/v1/flows?columns=bytes,packets&format=csv&top=11000");
  EXPECT_TRUE(whole);
  EXPECT_TRUE(body.starts_with("bytes (B),packets (p)\r\n0,0\r\n"));
  EXPECT_EQ(std::ranges::count(body, '\n'), 11'001);
}

TEST_F(ApiFlowsTest, AnErrorInTheMiddleBreaksTheAnswerOff) {
  store.count = 23'000;
  store.breaks_at = 10'000;
  TestClient client(service->port());
  const auto [body, whole] = get_chunked(client, "/api/v1/flows?columns=bytes&format=ndjson");
  EXPECT_FALSE(whole);
  EXPECT_EQ(std::ranges::count(body, '\n'), 10'000);
}

TEST_F(ApiFlowsTest, AClientThatGoesEndsItsStream) {
  store.count = ~std::uint64_t{0};
  {
    TestClient client(service->port());
    client.send("GET /api/v1/flows?columns=bytes&format=ndjson HTTP/1.1\r\nHost: test\r\n\r\n");
    ASSERT_TRUE(client.wait_for("{\"bytes\":5000}"));
  }
  const auto quiet = [&] { return get_json("/api/v1/queries").at("queries").as_array().empty(); };
  for (int i = 0; i < 500 && !quiet(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(quiet());
}

TEST_F(ApiFlowsTest, AQuestionIsSeenAndEnded) {
  store.hang = true;
  TestClient asker(service->port());
  asker.send("GET /api/v1/flows?query_id=mine-1&filter=tcp HTTP/1.1\r\nHost: test\r\n\r\n");
  ASSERT_TRUE(store.until_running(1));
  const json::array queries = get_json("/api/v1/queries").at("queries").as_array();
  ASSERT_EQ(queries.size(), 1U);
  EXPECT_EQ(queries[0].at("id").as_string(), "mine-1");
  EXPECT_EQ(queries[0].at("text").as_string(), "tcp");
  EXPECT_EQ(get_json("/api/v1/flows?query_id=mine-1", 409).at("status").as_int64(), 409);
  TestClient other(service->port());
  other.send("DELETE /api/v1/queries/mine-1 HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(other.response().status, 200);
  const auto ended = asker.response();
  EXPECT_EQ(ended.status, 409) << ended.body;
  EXPECT_EQ(ended.headers.at("x-query-id"), "mine-1");
  TestClient late(service->port());
  late.send("DELETE /api/v1/queries/mine-1 HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(late.response().status, 404);
  EXPECT_EQ(get_json("/api/v1/flows?query_id=a+b", 400).at("parameter").as_string(), "query_id");
}

TEST_F(ApiFlowsTest, SaysWhatIsWrong) {
  const auto wrong = [&](const std::string& parameters) {
    return std::string(get_json("/api/v1/flows?" + parameters, 400).at("parameter").as_string());
  };
  EXPECT_EQ(wrong("filter=prot+tcp"), "filter");
  EXPECT_EQ(wrong("columns=nothing"), "columns");
  EXPECT_EQ(wrong("order=nothing"), "order");
  EXPECT_EQ(wrong("top=0"), "top");
  EXPECT_EQ(wrong("top=10001"), "top");
  EXPECT_EQ(wrong("top=-1"), "top");
  EXPECT_EQ(wrong("from=yesterday"), "from");
  EXPECT_EQ(wrong("from=now&to=-1h"), "from");
  EXPECT_EQ(wrong("after=x"), "after");
  EXPECT_EQ(wrong("after=ffffffffffffffff~1~x"), "after");
  EXPECT_EQ(wrong("format=xml"), "format");
  EXPECT_EQ(wrong("filtr=tcp"), "filtr");
  EXPECT_EQ(wrong("top=1&top=2"), "top");
  EXPECT_EQ(get_json("/api/v1/flows?after=1~2~bad", 400).at("status").as_int64(), 400);
  EXPECT_NE(get_json("/api/v1/flows?filter=prot+tcp", 400).at("shown").as_string().find("^~~~"), json::string::npos);
}

TEST_F(ApiFlowsTest, CompletesWithValuesOfTheDataAskedOnce) {
  const auto texts = [&](const std::string& parameters) {
    std::vector<std::string> out;
    const json::object answer = get_json("/api/v1/complete?" + parameters);
    for (const json::value& one : answer.at("candidates").as_array()) out.emplace_back(one.at("text").as_string());
    return out;
  };
  EXPECT_EQ(texts("filter=src_customer+%3D+acm"), std::vector<std::string>{"\"Acme Sdn Bhd\""});
  EXPECT_EQ(texts("filter=src_customer+%3D+ac"), std::vector<std::string>{"\"Acme Sdn Bhd\""});
  EXPECT_EQ(store.runs, 1) << "the store is asked once a minute";
  EXPECT_EQ(texts("filter=router+ip+edge"), std::vector<std::string>{"192.0.2.1"});
  EXPECT_EQ(texts("filter=tcp+an&position=6").front(), "and");
  // Three characters of four, two and one octets before the place.
  const std::string before = "src_customer+%3D+%22%F0%9F%98%80%C3%BCx%22+an";
  const json::object utf16 = get_json("/api/v1/complete?unit=utf16&position=24&filter=" + before);
  EXPECT_EQ(utf16.at("start").to_number<int>(), 22);
  EXPECT_EQ(utf16.at("length").to_number<int>(), 2);
  EXPECT_EQ(get_json("/api/v1/complete?filter=" + before).at("start").to_number<int>(), 25);
  EXPECT_EQ(get_json("/api/v1/complete?position=x", 400).at("parameter").as_string(), "position");
  EXPECT_EQ(get_json("/api/v1/complete?unit=x", 400).at("parameter").as_string(), "unit");
}

TEST_F(ApiFlowsTest, SqlKeepsLargeNumbersAndTakesBodies) {
  TestClient client(service->port());
  const auto answer = client.post("/api/v1/sql", "application/sql", "SELECT 1");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body).at("rows"), json::parse("[[1,null],[18446744073709551615,\"x,y\"]]"));
  EXPECT_EQ(client.post("/api/v1/sql", "application/json", R"({"sql":"SELECT 1","format":"csv"})").body,
            "a,b\r\n1,\r\n18446744073709551615,\"x,y\"\r\n");
  EXPECT_EQ(client.post("/api/v1/sql", "application/x-www-form-urlencoded", "sql=SELECT+2").status, 400);
  EXPECT_EQ(client.post("/api/v1/sql", "text/html", "SELECT 1").status, 400);
  EXPECT_EQ(get_json("/api/v1/sql", 400).at("parameter").as_string(), "sql");
}

TEST_F(ApiFlowsTest, ExportersAndInterfaces) {
  const json::object listed = get_json("/api/v1/exporters");
  EXPECT_EQ(listed.at("exporters").at(0).at("name").as_string(), "edge-1");
  EXPECT_TRUE(get_json("/api/v1/interfaces").at("interfaces").as_array().empty());
  EXPECT_EQ(get_json("/api/v1/interfaces?exporter=x", 400).at("parameter").as_string(), "exporter");
}

TEST_F(ApiFlowsTest, EveryRouteIsDescribed) {
  const json::object document = get_json("/api/v1/openapi.json");
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object())
      EXPECT_FALSE(operation.value().as_object().contains("x-undocumented"))
          << operation.key() << " " << path.key() << " has no row in serve/openapi_routes.cc";
  }
}

}  // namespace
}  // namespace weir::serve
