#include "serve/query_request.h"

#include <gtest/gtest.h>

namespace weir::serve {
namespace {

Request get(std::vector<Parameter> parameters) {
  Request request;
  request.parameters = std::move(parameters);
  return request;
}

Request post(std::string type, std::string body) {
  Request request;
  request.method = "POST";
  request.content_type = std::move(type);
  request.body = std::move(body);
  return request;
}

std::string error_of(const Request& request) {
  const auto read = read_query_request(request);
  return read ? "no error" : read.error().option + ": " + read.error().message;
}

TEST(QueryRequest, TakesEveryParameter) {
  const auto read = read_query_request(get({{"filter", "proto tcp"},
                                            {"by", "src_addr"},
                                            {"from", "-2h"},
                                            {"to", "-1h"},
                                            {"metric", "packets"},
                                            {"top", "5"},
                                            {"resolution", "5m"},
                                            {"format", "csv"}}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->options.filter, "proto tcp");
  EXPECT_EQ(read->options.by, "src_addr");
  EXPECT_EQ(read->options.from, "-2h");
  EXPECT_EQ(read->options.to, "-1h");
  EXPECT_EQ(read->options.metric, "packets");
  EXPECT_EQ(read->options.top, "5");
  EXPECT_EQ(read->options.resolution, "5m");
  EXPECT_EQ(read->format, query::Format::csv);
}

TEST(QueryRequest, NothingAskedIsTheDefaults) {
  const auto read = read_query_request(get({}));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->options.filter);
  EXPECT_EQ(read->format, query::Format::json);
}

TEST(QueryRequest, UnknownAndRepeatedParametersAreErrors) {
  EXPECT_EQ(error_of(get({{"limit", "5"}})), "limit: there is no parameter 'limit'");
  EXPECT_EQ(error_of(get({{"top", "5"}, {"top", "6"}})), "top: it is given twice");
  EXPECT_TRUE(error_of(get({{"format", "xml"}})).starts_with("format: "));
}

TEST(QueryRequest, ComesFromFormsAndJson) {
  for (const Request& request : {post("application/x-www-form-urlencoded", "by=src_addr%2Cdst_addr&top=5"),
                                 post("application/json; charset=utf-8", R"({"by":["src_addr","dst_addr"],"top":5})"),
                                 post("application/json", R"({"by":"src_addr,dst_addr","top":"5"})")}) {
    const auto read = read_query_request(request);
    ASSERT_TRUE(read) << request.body;
    EXPECT_EQ(read->options.by, "src_addr,dst_addr");
    EXPECT_EQ(read->options.top, "5");
  }
}

TEST(QueryRequest, JsonHasListsAndSwitches) {
  const auto read = read_query_request(
      post("application/json", R"({"distinct":["src_addr","dst_port"],"both":true,"series":false})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->options.distinct, "src_addr,dst_port");
  EXPECT_EQ(read->options.both, "yes");
  EXPECT_EQ(read->options.series, "no");
}

TEST(QueryRequest, OtherBodiesAreErrors) {
  EXPECT_FALSE(read_query_request(post("text/plain", "top=5")));
  EXPECT_FALSE(read_query_request(post("application/json", "[1]")));
  EXPECT_FALSE(read_query_request(post("application/json", "{\"top\":5")));
  EXPECT_FALSE(read_query_request(post("application/json", R"({"top":{}})")));
  EXPECT_FALSE(read_query_request(post("application/json", R"({"by":[1]})")));
  EXPECT_FALSE(read_query_request(post("application/json", R"({"top":1.5})")));
  EXPECT_FALSE(read_query_request(post("application/json", std::string(10'000, '[')))) << "deep nesting";
}

}  // namespace
}  // namespace weir::serve
