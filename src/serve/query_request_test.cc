#include "serve/query_request.h"

#include <gtest/gtest.h>

namespace weir::serve {
namespace {

constexpr UnixMillis kNow = 1'800'000'000'000;

std::string message(const std::vector<Parameter>& parameters) {
  const auto query = make_query(parameters, kNow);
  return query ? "no error" : query.error().message;
}

Request post(std::string type, std::string body) {
  Request request;
  request.content_type = std::move(type);
  request.body = std::move(body);
  return request;
}

TEST(MakeQuery, HasDefaults) {
  const auto query = make_query({}, kNow);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->from_ms, kNow - kHourMs);
  EXPECT_EQ(query->to_ms, kNow);
  EXPECT_EQ(query->top, 10U);
  EXPECT_EQ(query->metric, query::Metric::bytes);
  EXPECT_TRUE(query->by.empty());
  EXPECT_FALSE(query->resolution_ms);
}

TEST(MakeQuery, TakesEveryParameter) {
  const auto query = make_query({{"filter", "proto tcp"},
                                 {"by", "src_addr,das"},
                                 {"from", "-2h"},
                                 {"to", "-1h"},
                                 {"metric", "packets"},
                                 {"top", "5"},
                                 {"resolution", "5m"}},
                                kNow);
  ASSERT_TRUE(query) << query.error().message;
  EXPECT_EQ(query->filter_text, "proto tcp");
  EXPECT_TRUE(query->filter);
  EXPECT_EQ(query->by, (std::vector{flow::Column::src_addr, flow::Column::dst_as}));
  EXPECT_EQ(query->from_ms, kNow - 2 * kHourMs);
  EXPECT_EQ(query->to_ms, kNow - kHourMs);
  EXPECT_EQ(query->metric, query::Metric::packets);
  EXPECT_EQ(query->top, 5U);
  EXPECT_EQ(query->resolution_ms, 5 * kMinuteMs);
}

TEST(MakeQuery, SaysWhatIsWrong) {
  EXPECT_EQ(message({{"by", "src_adr"}}), "there is no column 'src_adr'; /api/v1/columns lists them");
  EXPECT_EQ(message({{"by", "src_addr,"}}), "no error");
  EXPECT_EQ(message({{"metric", "bits"}}), "metric is bytes, packets or flows, not 'bits'");
  EXPECT_EQ(message({{"top", "ten"}}), "top is a number of rows, not 'ten'");
  EXPECT_EQ(message({{"top", "-1"}}), "top is a number of rows, not '-1'");
  EXPECT_EQ(message({{"limit", "5"}}), "there is no parameter 'limit'");
  EXPECT_EQ(message({{"top", "5"}, {"top", "6"}}), "'top' is given twice");
  EXPECT_NE(message({{"from", "yesterday"}}), "no error");
  EXPECT_NE(message({{"resolution", "5"}}), "no error");
  EXPECT_NE(message({{"from", "now"}, {"to", "-1h"}}), "no error") << "backwards";
  EXPECT_NE(message({{"by", "bytes"}}), "no error") << "a measure";
}

TEST(MakeQuery, FilterErrorsKnowTheirPlace) {
  const auto query = make_query({{"filter", "proto tcp and prot udp"}}, kNow);
  ASSERT_FALSE(query);
  ASSERT_TRUE(query.error().filter);
  EXPECT_EQ(query.error().parameter, "filter");
  EXPECT_EQ(query.error().filter->position, 14U);
  EXPECT_EQ(query.error().filter->length, 4U);
}

TEST(RequestParameters, ComeFromFormsAndJson) {
  const std::vector<Parameter> wanted = {{"by", "src_addr,dst_addr"}, {"top", "5"}};
  EXPECT_EQ(request_parameters(post("application/x-www-form-urlencoded", "by=src_addr%2Cdst_addr&top=5")).value(),
            wanted);
  EXPECT_EQ(
      request_parameters(post("application/json; charset=utf-8", R"({"by":["src_addr","dst_addr"],"top":5})")).value(),
      wanted);
  EXPECT_EQ(request_parameters(post("application/json", R"({"by":"src_addr,dst_addr","top":"5"})")).value(), wanted);
}

TEST(RequestParameters, RefusesOtherBodies) {
  EXPECT_FALSE(request_parameters(post("text/plain", "top=5")));
  EXPECT_FALSE(request_parameters(post("application/json", "[1]")));
  EXPECT_FALSE(request_parameters(post("application/json", "{\"top\":5")));
  EXPECT_FALSE(request_parameters(post("application/json", R"({"top":true})")));
  EXPECT_FALSE(request_parameters(post("application/json", R"({"by":[1]})")));
  EXPECT_FALSE(request_parameters(post("application/json", R"({"top":1.5})")));
  EXPECT_FALSE(request_parameters(post("application/json", std::string(10'000, '[')))) << "deep nesting";
}

}  // namespace
}  // namespace weir::serve
