#include "serve/web_service.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/temporary_directory.h"
#include "serve/test_client.h"
#include "store/empty_store.h"

namespace weir::serve {
namespace {

namespace json = boost::json;
using flow::Counter;

/// Answers every question with the same rows, at once or when the test says so.
class FakeStore : public store::EmptyStore {
 public:
  store::Status status() override {
    return {.flows_stored = 77,
            .hot_flows = 7,
            .cold_flows = 70,
            .oldest_ms = 1000,
            .alarms = {{"disk_full", "the disk is full", 5}}};
  }
  Result<query::Answer> run(const query::Query& query, const query::CancelFlag& cancel) override {
    std::unique_lock lock(mutex_);
    asked.push_back(query);
    ++running_;
    changed_.notify_all();
    while (hang && !cancel.load()) changed_.wait_for(lock, std::chrono::milliseconds(2));
    --running_;
    changed_.notify_all();
    if (cancel.load()) return fail(ErrorCode::cancelled, "cancelled");
    if (broken) return fail(ErrorCode::io, "the disk does not answer");
    return answer(query);
  }
  Result<query::SqlAnswer> sql(const query::SqlQuestion& question, const query::CancelFlag&) override {
    const std::lock_guard lock(mutex_);
    statement = question.text;
    query::SqlAnswer out;
    out.rows = {{"300000", "3750000", "7500000", "300000"}, {"600000", "1", "1", "0"}};
    return out;
  }
  std::string last_statement() {
    const std::lock_guard lock(mutex_);
    return statement;
  }
  bool until_running(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return running_ == count; });
  }
  query::Query last_asked() {
    const std::lock_guard lock(mutex_);
    return asked.back();
  }

  std::atomic<bool> hang{false};
  std::atomic<bool> broken{false};
  std::vector<query::Query> asked;
  std::string statement;

 private:
  static query::Answer answer(const query::Query& query) {
    query::Answer out;
    out.from_ms = query.from_ms;
    out.to_ms = query.to_ms;
    out.source = "flows";
    query::Row row{.key = {}, .sums = {.bytes = 3'750'000, .packets = 3000, .flows = 30}, .series = {}};
    for (const flow::Column column : query.by) {
      row.key.push_back(column == flow::Column::in_if_name ? query::Cell{}
                                                           : query::Cell{std::string(flow::name(column))});
    }
    if (query.resolution_ms) {
      for (UnixMillis time = query.from_ms; time < query.to_ms; time += *query.resolution_ms) {
        out.buckets.push_back(time);
        row.series.push_back({.bytes = 12'500, .packets = 10, .flows = 1});
      }
    }
    out.total = row;
    out.total.key.clear();
    out.total.sums.bytes = 7'500'000;
    out.rows = {std::move(row)};
    return out;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
};

class WebServiceTest : public testing::Test {
 protected:
  WebServiceTest() {
    HttpOptions options;
    options.listen = {IpAddress::v4(0x7f000001), 0};
    Sources sources{exporters, store,
                    metrics,   [](IpAddress) { return std::string("edge-1"); },
                    "9.9.9",   {{IpAddress::v4(0), 2055}, {IpAddress{}, 2055}, {IpAddress::v4(0), 6343}}};
    sources.saved = saved.path();
    service = std::make_unique<WebService>(sources, options);
    service->add_metrics(metrics);
    auto& exporter = exporters.of(IpAddress::v4(0xc0000201));
    exporter.saw(flow::ExportProtocol::ipfix, now_ms());
    exporter.add(Counter::flows, 10);
    exporter.add(Counter::bad_set, 3);
  }
  void SetUp() override {
    const auto started = service->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  json::object get_json(std::string_view target, int status = 200) {
    TestClient client(service->port());
    const auto response = client.get(target);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.headers.at("content-type"), status == 200 ? "application/json" : "application/problem+json");
    return json::parse(response.body).as_object();
  }
  /// The data of the next event of that name.
  static json::object next_event(TestClient& client, std::string_view name) {
    const std::string start = "event: " + std::string(name) + "\ndata: ";
    if (!client.wait_for(start)) throw std::runtime_error("no such event");
    client.seen.erase(0, client.seen.find(start) + start.size());
    if (!client.wait_for("\n\n")) throw std::runtime_error("the event has no end");
    return json::parse(client.seen.substr(0, client.seen.find("\n\n"))).as_object();
  }
  static void watch(TestClient& client) { client.send("GET /api/v1/live HTTP/1.1\r\nHost: t\r\n\r\n"); }

  const TemporaryDirectory saved;
  flow::ExporterTable exporters;
  FakeStore store;
  Metrics metrics;
  std::unique_ptr<WebService> service;
};

TEST_F(WebServiceTest, ServesThePage) {
  TestClient client(service->port());
  const auto page = client.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(page.body.find("Weir"), std::string::npos);
  EXPECT_EQ(client.get("/", "If-None-Match: " + page.headers.at("etag") + "\r\n").status, 304);
  EXPECT_EQ(client.get("/healthz").body, "ok\n") << "the connection goes on after a 304";
}

TEST_F(WebServiceTest, SavesDashboardsAndTellsThem) {
  const auto send = [&](std::string_view method, std::string_view body, std::string_view type = "application/json") {
    TestClient client(service->port());
    client.send(
        std::string(method) + " /api/v1/dashboards/wall HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Type: " +
        std::string(type) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
    return client.response();
  };
  EXPECT_EQ(send("PUT", R"({"name":"Wall","tiles":[]})", "text/plain").status, 415);
  EXPECT_EQ(send("PUT", R"({"name":"Wall"})").status, 400);
  EXPECT_EQ(send("PUT", R"({"name":"Wall","tiles":[]})").status, 200);
  EXPECT_EQ(send("PUT", R"({"name":"Wall","tiles":[]})").status, 409);
  EXPECT_EQ(get_json("/api/v1/dashboards/wall").at("name"), "Wall");
  EXPECT_EQ(get_json("/api/v1/dashboards").at("dashboards").as_array().at(0).at("id"), "wall");
  EXPECT_EQ(send("DELETE", "").status, 200);
  get_json("/api/v1/dashboards/wall", 404);
  get_json("/api/v1/dashboards/..%2Fwall", 400);
}

TEST_F(WebServiceTest, TellsWhatAnInterfaceCounted) {
  const auto answer = get_json(
      "/api/v1/interfaces/counters?exporter=192.0.2.1&index=7&from=1970-01-01T00:05:00Z&to=1970-01-01T01:00:00Z");
  const auto& steps = answer.at("steps").as_array();
  ASSERT_EQ(steps.size(), 1U) << "a step without a length says nothing";
  EXPECT_EQ(steps[0].at("time"), 300'000);
  EXPECT_EQ(steps[0].at("in_bits_per_s"), 100'000.0);
  EXPECT_EQ(steps[0].at("out_bits_per_s"), 200'000.0);
  EXPECT_NE(store.last_statement().find("exporter = '192.0.2.1'"), std::string::npos);
  EXPECT_NE(store.last_statement().find("if_index = 7"), std::string::npos);
}

TEST_F(WebServiceTest, RefusesWrongQuestionsAboutCounters) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"?index=7", "exporter"},
      {"?exporter=192.0.2.1'&index=7", "exporter"},
      {"?exporter=192.0.2.1", "index"},
      {"?exporter=192.0.2.1&index=7x", "index"},
      {"?exporter=192.0.2.1&index=-1", "index"},
      {"?exporter=192.0.2.1&index=7&from=never", "from"},
      {"?exporter=192.0.2.1&index=7&from=now&to=-1h", "from"},
      {"?exporter=192.0.2.1&index=7&to=never", "to"},
      {"?exporter=192.0.2.1&index=7&resolution=1s", "resolution"},
      {"?exporter=192.0.2.1&index=7&from=-365d&resolution=1m", "resolution"}};
  for (const auto& [search, parameter] : wrong)
    EXPECT_EQ(get_json("/api/v1/interfaces/counters" + search, 400).at("parameter"), parameter.c_str()) << search;
  get_json("/api/v1/interfaces/counters?exporter=192.0.2.1&index=7&of=x", 400);
}

TEST_F(WebServiceTest, TellsMetrics) {
  TestClient client(service->port());
  const auto response = client.get("/metrics");
  EXPECT_TRUE(response.headers.at("content-type").starts_with("text/plain; version=0.0.4"));
  EXPECT_NE(response.body.find("weir_http_connections_total 1"), std::string::npos);
  EXPECT_NE(client.get("/metrics").body.find("weir_http_responses_total{class=\"ok\"} 1"), std::string::npos);
}

TEST_F(WebServiceTest, TellsColumns) {
  const auto columns = get_json("/api/v1/columns").at("columns").as_array();
  EXPECT_EQ(columns.size(), flow::kColumnCount);
  const auto& first = columns[0].as_object();
  EXPECT_EQ(first.at("name").as_string(), "time");
  EXPECT_EQ(first.at("alias").as_string(), "ts");
  EXPECT_EQ(first.at("role").as_string(), "time");
}

TEST_F(WebServiceTest, TellsItsStatus) {
  const auto status = get_json("/api/v1/status");
  EXPECT_EQ(status.at("version").as_string(), "9.9.9");
  EXPECT_EQ(status.at("health").as_string(), "trouble");
  const auto& listen = status.at("listen").as_object();
  EXPECT_EQ(json::serialize(listen.at("udp_ports")), "[2055,6343]");
  EXPECT_EQ(json::serialize(listen.at("udp")), R"(["0.0.0.0:2055","[::]:2055","0.0.0.0:6343"])");
  const auto& exporter = status.at("exporters").as_array().at(0).as_object();
  EXPECT_EQ(exporter.at("address").as_string(), "192.0.2.1");
  EXPECT_EQ(exporter.at("name").as_string(), "edge-1");
  EXPECT_EQ(exporter.at("counters").as_object().at("bad_set").to_number<int>(), 3);
  EXPECT_EQ(exporter.at("counters").as_object().size(), flow::kCounterCount);
  EXPECT_EQ(status.at("store").as_object().at("flows_stored").to_number<int>(), 77);
  EXPECT_EQ(status.at("alarms").as_array().at(0).as_object().at("name").as_string(), "disk_full");
}

TEST_F(WebServiceTest, TellsTheDoctorsWord) {
  const auto doctor = get_json("/api/v1/doctor");
  EXPECT_EQ(doctor.at("health").as_string(), "trouble");
  EXPECT_EQ(doctor.at("server").as_array().at(0).as_object().at("what").as_string(), "the disk is full");
  TestClient client(service->port());
  const auto text = client.get("/api/v1/doctor?format=text");
  EXPECT_EQ(text.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_NE(text.body.find("trouble  192.0.2.1 edge-1: 3 sets have an impossible length"), std::string::npos)
      << text.body;
  EXPECT_EQ(client.get("/api/v1/doctor?format=xml").status, 400);
}

TEST_F(WebServiceTest, AnswersAQuestion) {
  const auto answer = get_json(
      "/api/v1/"
      "query?by=src_addr,in_if_name&from=2026-11-23T12:00:00Z&to=2026-11-23T12:10:00Z&resolution=5m&filter=proto+tcp&"
      "top=3");
  EXPECT_EQ(json::serialize(answer.at("by")), R"(["src_addr","in_if_name"])");
  const auto& row = answer.at("rows").as_array().at(0).as_object();
  EXPECT_EQ(row.at("src_addr").as_string(), "src_addr");
  EXPECT_TRUE(row.at("in_if_name").is_null());
  EXPECT_EQ(row.at("bytes").to_number<int>(), 3'750'000);
  EXPECT_EQ(row.at("series").as_array().size(), 2U);
  EXPECT_EQ(row.at("series").as_array()[0].as_object().at("packets").to_number<int>(), 10);
  EXPECT_EQ(answer.at("total").as_object().at("bytes").to_number<int>(), 7'500'000);
  EXPECT_TRUE(answer.at("other").is_null());
  EXPECT_EQ(answer.at("source").as_string(), "flows");
  const query::Query asked = store.last_asked();
  EXPECT_EQ(asked.filter_text, "proto tcp");
  EXPECT_EQ(asked.top, 3U);
  EXPECT_EQ(asked.to_ms - asked.from_ms, 10 * kMinuteMs);
}

TEST_F(WebServiceTest, AnswersAsCsvAndAsATable) {
  TestClient client(service->port());
  const auto csv = client.get("/api/v1/query?by=src_addr&format=csv");
  EXPECT_EQ(csv.status, 200);
  EXPECT_TRUE(csv.headers.at("content-type").starts_with("text/csv"));
  EXPECT_EQ(csv.headers.at("content-disposition"), "attachment; filename=\"weir.csv\"");
  EXPECT_NE(csv.body.find("3750000"), std::string::npos) << csv.body;
  const auto table = client.get("/api/v1/query?by=src_addr&format=table");
  EXPECT_EQ(table.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_NE(table.body.find("3.75 M"), std::string::npos) << table.body;
}

TEST_F(WebServiceTest, SaysWhichParameterIsWrong) {
  EXPECT_EQ(get_json("/api/v1/query?by=src_adr", 400).at("parameter").as_string(), "by");
  EXPECT_EQ(get_json("/api/v1/query?limit=5", 400).at("detail").as_string(), "limit: there is no parameter 'limit'");
  EXPECT_EQ(get_json("/api/v1/query?from=now&to=-1h", 400).at("status").to_number<int>(), 400);
}

TEST_F(WebServiceTest, TakesAQuestionByPost) {
  TestClient client(service->port());
  EXPECT_EQ(client.post("/api/v1/query", "application/json", R"({"by":["dst_as"],"top":7,"from":"-1h"})").status, 200);
  EXPECT_EQ(store.last_asked().top, 7U);
  EXPECT_EQ(client.post("/api/v1/query", "application/x-www-form-urlencoded", "by=dst_as&top=8").status, 200);
  EXPECT_EQ(store.last_asked().top, 8U);
  EXPECT_EQ(client.post("/api/v1/query", "text/csv", "x").status, 400);
}

TEST_F(WebServiceTest, AFilterThatDoesNotParseIsShown) {
  const auto document = get_json("/api/v1/query?filter=proto+tcp+and+prot+udp", 400);
  EXPECT_EQ(document.at("type").as_string(), "about:blank");
  EXPECT_EQ(document.at("title").as_string(), "Bad Request");
  EXPECT_EQ(document.at("parameter").as_string(), "filter");
  EXPECT_EQ(document.at("position").to_number<int>(), 14);
  EXPECT_EQ(document.at("length").to_number<int>(), 4);
  EXPECT_NE(std::string(document.at("shown").as_string()).find("proto tcp and prot udp\n"), std::string::npos);
}

TEST_F(WebServiceTest, TheStoresErrorsAreProblems) {
  store.broken = true;
  EXPECT_EQ(get_json("/api/v1/query", 500).at("detail").as_string(), "the disk does not answer");
}

TEST_F(WebServiceTest, AClientThatLeavesCancelsItsQuestion) {
  store.hang = true;
  {
    TestClient client(service->port());
    client.send("GET /api/v1/query HTTP/1.1\r\nHost: t\r\n\r\n");
    ASSERT_TRUE(store.until_running(1));
  }
  EXPECT_TRUE(store.until_running(0));
}

TEST_F(WebServiceTest, TheLiveFeedMoves) {
  TestClient client(service->port());
  watch(client);
  EXPECT_TRUE(next_event(client, "history").contains("points"));
  const auto exporter_event = next_event(client, "exporters");
  EXPECT_EQ(exporter_event.at("exporter_count").to_number<int>(), 1);
  EXPECT_EQ(exporter_event.at("flows_held").to_number<int>(), 77);
  const auto traffic = next_event(client, "traffic");
  ASSERT_FALSE(traffic.at("points").as_array().empty());
  // 12,500 octets in a step of 10 s.
  EXPECT_EQ(traffic.at("points").as_array()[0].as_object().at("bits_per_s").to_number<double>(), 10'000);
  const auto top = next_event(client, "top");
  ASSERT_EQ(top.at("lists").as_array().size(), 5U);
  const auto& row = top.at("lists").as_array()[0].as_object().at("rows").as_array().at(0).as_object();
  EXPECT_EQ(row.at("key").as_array().at(0).as_string(), "src_addr");
  EXPECT_EQ(row.at("bits_per_s").to_number<double>(), 100'000) << "3,750,000 octets in 5 minutes";
  EXPECT_EQ(row.at("share").to_number<double>(), 0.5);
  const auto& interface = top.at("lists").as_array()[3].as_object().at("rows").as_array().at(0).as_object();
  EXPECT_TRUE(interface.at("key").as_array().at(3).is_null()) << "unknown is null";
  exporters.of(IpAddress::v4(0xc0000201)).add(Counter::flows, 1'000'000);
  double flows = 0;
  for (int i = 0; i < 10 && flows == 0; ++i) flows = next_event(client, "rates").at("flows_per_s").to_number<double>();
  EXPECT_GT(flows, 0);
}

TEST_F(WebServiceTest, ANewExporterIsTold) {
  TestClient client(service->port());
  watch(client);
  EXPECT_EQ(next_event(client, "exporters").at("exporter_count").to_number<int>(), 1);
  exporters.of(IpAddress::v4(1)).saw(flow::ExportProtocol::sflow5, now_ms());
  int count = 1;
  for (int i = 0; i < 3 && count == 1; ++i)
    count = next_event(client, "exporters").at("exporter_count").to_number<int>();
  EXPECT_EQ(count, 2);
}

TEST_F(WebServiceTest, AStoreThatFailsIsToldAndNothingStops) {
  store.broken = true;
  TestClient client(service->port());
  watch(client);
  EXPECT_EQ(next_event(client, "top").at("error").as_string(), "the disk does not answer");
  EXPECT_TRUE(next_event(client, "rates").contains("flows_per_s"));
}

TEST_F(WebServiceTest, StopsWhileTheStoreIsAsked) {
  store.hang = true;
  TestClient watching(service->port());
  watch(watching);
  TestClient asking(service->port());
  asking.send("GET /api/v1/query?from=-1h HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(store.until_running(2));
  service->stop();
  EXPECT_TRUE(watching.closed_by_server());
}

}  // namespace
}  // namespace weir::serve
