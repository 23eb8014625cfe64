// For tests: a store that answers from a batch by the reference engine, and an API on it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <algorithm>
#include <charconv>
#include <string>

#include "query/reference_engine.h"
#include "serve/es/es_api.h"
#include "store/empty_store.h"

namespace weir::serve::es {

/// A Store over one FlowBatch.
class BatchStore : public store::EmptyStore {
 public:
  flow::FlowBatch rows;
  flow::StringPool strings;
  std::size_t tallies = 0;

  Result<query::TallyAnswer> tally(const query::Tally& tally, const query::CancelFlag&) override {
    ++tallies;
    if (const auto fine = query::validate(tally); !fine) return std::unexpected(fine.error());
    return query::reference::tally(tally, {rows, strings});
  }
  Result<query::SearchAnswer> search(const query::Search& search, const query::CancelFlag&) override {
    if (const auto fine = query::validate(search); !fine) return std::unexpected(fine.error());
    const auto found = query::reference::search(search, {rows, strings});
    std::size_t at = 0;
    std::from_chars(search.after.data(), search.after.data() + search.after.size(), at);
    query::SearchAnswer out;
    out.columns = search.columns;
    for (; at < found.rows.size() && out.rows.size() < search.most; ++at) out.rows.push_back(found.rows[at]);
    if (at < found.rows.size()) out.next = std::to_string(at);
    return out;
  }
};

/// 2018-07-24T00:00:00Z, the day of the old system's sample document.
inline constexpr UnixMillis kDay = 1'532'390'400'000;

/// What a record is made of; the rest is the same for all.
struct Record {
  UnixMillis time = kDay;
  std::string_view exporter = "103.3.172.226";
  std::string_view source = "103.64.13.104";
  std::string_view destination = "120.29.117.50";
  std::uint16_t source_port = 11'000;
  std::uint16_t destination_port = 55'021;
  std::uint32_t in_if = 49;
  std::uint64_t bytes = 1000;
  std::uint16_t flags = 0x10;
  std::string_view path = {};
};

class EsFixture : public testing::Test {
 protected:
  void add(const Record& record) {
    using flow::Column;
    flow::FlowBatch& to = store.rows;
    const std::size_t row = to.add_rows(1);
    to.set<Column::time>(row, record.time);
    to.set<Column::time_received>(row, record.time);
    to.set<Column::flow_start>(row, record.time - 1000);
    to.set<Column::flow_end>(row, record.time);
    to.set<Column::exporter>(row, parse_ip(record.exporter).value());
    to.set<Column::src_addr>(row, parse_ip(record.source).value());
    to.set<Column::dst_addr>(row, parse_ip(record.destination).value());
    to.set<Column::src_port>(row, record.source_port);
    to.set<Column::dst_port>(row, record.destination_port);
    to.set<Column::in_if>(row, record.in_if);
    to.set<Column::out_if>(row, 47);
    to.set<Column::proto>(row, 6);
    to.set<Column::tcp_flags>(row, record.flags);
    to.set<Column::tos>(row, 0);
    to.set<Column::bytes>(row, record.bytes);
    to.set<Column::packets>(row, 10);
    to.set<Column::dst_as>(row, 17'639);
    to.set<Column::src_mask>(row, 24);
    to.set<Column::dst_mask>(row, 23);
    to.set<Column::next_hop>(row, parse_ip("27.111.229.79").value());
    to.set<Column::direction>(row, store.strings.intern("in"));
    if (!record.path.empty()) to.set<Column::as_path>(row, store.strings.intern(record.path));
  }

  Response ask(std::string method, std::string path, std::string body = {}) {
    Request request;
    request.method = std::move(method);
    const std::size_t mark = path.find('?');
    request.path = path.substr(0, mark);
    for (std::string_view rest = mark == std::string::npos ? std::string_view() : std::string_view(path).substr(mark + 1); !rest.empty();) {
      const std::size_t end = rest.find('&');
      const std::string_view one = rest.substr(0, end);
      const std::size_t equal = std::min(one.find('='), one.size());
      request.parameters.emplace_back(std::string(one.substr(0, equal)), std::string(one.substr(std::min(equal + 1, one.size()))));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    request.body = std::move(body);
    return api.handle(request, "", now);
  }
  boost::json::value get(std::string path, std::string body = {}, unsigned status = 200) {
    const char* method = body.empty() ? "GET" : "POST";
    const Response response = ask(method, std::move(path), std::move(body));
    EXPECT_EQ(response.status, status) << response.body;
    return boost::json::parse(response.body);
  }
  /// How many records a query matches.
  std::int64_t matches(const std::string& query) {
    return get("/_count", R"({"query":)" + query + "}").at("count").to_number<std::int64_t>();
  }
  /// The aggregation "a".
  boost::json::value agg(const std::string& body, const std::string& query = R"({"match_all":{}})") {
    return get("/_search", R"({"size":0,"query":)" + query + R"(,"aggs":{"a":)" + body + "}}").at("aggregations").at("a");
  }
  /// The type and the reason of a refusal.
  std::string refusal(const std::string& body, unsigned status = 400, const std::string& path = "/_search") {
    const boost::json::value answer = get(path, body, status);
    EXPECT_EQ(answer.at("status").to_number<unsigned>(), status);
    const boost::json::value& cause = answer.at("error").at("root_cause").at(0);
    return std::string(cause.at("type").as_string()) + ": " + std::string(cause.at("reason").as_string());
  }

  BatchStore store;
  EsApi api{store, "0.1.0"};
  UnixMillis now = kDay + kDayMs;
};

}  // namespace weir::serve::es
