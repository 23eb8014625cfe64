#include "serve/es/es_fixture.h"

namespace weir::serve::es {
namespace {

class QueryDslTest : public EsFixture {
 protected:
  void SetUp() override {
    add({.time = kDay, .source_port = 80, .bytes = 100, .path = "3491 45352"});
    add({.time = kDay + kHourMs, .source = "10.0.0.1", .source_port = 443, .bytes = 200, .flags = 0x12, .path = "2914 4134"});
    add({.time = kDay + 2 * kHourMs, .source = "2001:db8::5", .source_port = 53, .bytes = 300});
  }
  std::int64_t lucene(const std::string& text) {
    return matches(R"({"query_string":{"query":)" + boost::json::serialize(boost::json::value(text)) + "}}");
  }
  std::int64_t simple(const std::string& text) {
    return matches(R"({"simple_query_string":{"query":)" + boost::json::serialize(boost::json::value(text)) + "}}");
  }
};

TEST_F(QueryDslTest, Leaves) {
  EXPECT_EQ(matches(R"({"match_all":{}})"), 3);
  EXPECT_EQ(matches(R"({"match_none":{}})"), 0);
  EXPECT_EQ(matches(R"({"term":{"sa":"10.0.0.1"}})"), 1);
  EXPECT_EQ(matches(R"({"term":{"sa":{"value":"10.0.0.0/8"}}})"), 1);
  EXPECT_EQ(matches(R"({"term":{"sa":"2001:db8::/32"}})"), 1);
  EXPECT_EQ(matches(R"({"term":{"src_port":"80"}})"), 1);
  EXPECT_EQ(matches(R"({"term":{"sp":80}})"), 1);
  EXPECT_EQ(matches(R"({"term":{"sp":80.5}})"), 0);
  EXPECT_EQ(matches(R"({"term":{"sp":-1}})"), 0);
  EXPECT_EQ(matches(R"({"term":{"sp":70000}})"), 0);
  EXPECT_EQ(matches(R"({"term":{"din":"I"}})"), 3);
  EXPECT_EQ(matches(R"({"term":{"din":"O"}})"), 0);
  EXPECT_EQ(matches(R"({"term":{"flg":".A..S."}})"), 1);
  EXPECT_EQ(matches(R"({"term":{"asp":"-"}})"), 1);
  EXPECT_EQ(matches(R"({"term":{"asp.keyword":"3491 45352"}})"), 1);
  EXPECT_EQ(matches(R"({"term":{"ssn":"103.64.13.0/24"}})"), 1);
  EXPECT_EQ(matches(R"({"term":{"sas":0}})"), 3);     // unknown, and shown as 0
  EXPECT_EQ(matches(R"({"term":{"src_as":0}})"), 0);  // the long field knows the difference
  EXPECT_EQ(matches(R"({"term":{"no_such_field":1}})"), 0);
  EXPECT_EQ(matches(R"({"term":{"_index":"stat-20180724"}})"), 3);
  EXPECT_EQ(matches(R"({"terms":{"sp":[80,443,"9"]}})"), 2);
  EXPECT_EQ(matches(R"({"terms":{"sa":["10.0.0.0/8","2001:db8::5"]}})"), 2);
  EXPECT_EQ(matches(R"({"match":{"sp":{"query":443}}})"), 1);
  EXPECT_EQ(matches(R"({"match_phrase":{"asp":"2914 4134"}})"), 1);
  EXPECT_EQ(matches(R"({"match_phrase_prefix":{"asp":"2914 "}})"), 1);
  EXPECT_EQ(matches(R"({"multi_match":{"query":"10.0.0.1","fields":["sa","da"]}})"), 1);
  EXPECT_EQ(matches(R"({"exists":{"field":"as_path"}})"), 2);
  EXPECT_EQ(matches(R"({"prefix":{"asp":"34"}})"), 1);
  EXPECT_EQ(matches(R"({"wildcard":{"asp":{"value":"*4?34"}}})"), 1);
  EXPECT_EQ(matches(R"({"wildcard":{"sa":"10.0.*"}})"), 1);
  EXPECT_EQ(matches(R"({"regexp":{"asp":"(3491|2914) 4.*"}})"), 2);
  EXPECT_EQ(matches(R"({"regexp":{"asp":"3491"}})"), 0);  // the whole value
  EXPECT_EQ(matches(R"({"constant_score":{"filter":{"term":{"sp":80}}}})"), 1);
  EXPECT_EQ(matches(R"({"dis_max":{"queries":[{"term":{"sp":80}},{"term":{"sp":53}}]}})"), 2);
}

TEST_F(QueryDslTest, Ranges) {
  EXPECT_EQ(matches(R"({"range":{"sp":{"gte":80,"lt":443}}})"), 1);
  EXPECT_EQ(matches(R"({"range":{"sp":{"gt":79.5,"lte":"443"}}})"), 2);
  EXPECT_EQ(matches(R"({"range":{"sp":{"gte":-5}}})"), 3);
  EXPECT_EQ(matches(R"({"range":{"sp":{"lt":0}}})"), 0);
  EXPECT_EQ(matches(R"({"range":{"sp":{"gte":99999}}})"), 0);
  EXPECT_EQ(matches(R"({"range":{"sa":{"gte":"10.0.0.0","lt":"10.0.0.2"}}})"), 1);
  EXPECT_EQ(matches(R"({"range":{"sa":{"gte":"11.0.0.0"}}})"), 2);
  EXPECT_EQ(matches(R"({"range":{"as_path":{"gte":"3"}}})"), 1);
  EXPECT_EQ(matches(R"({"range":{"as_path":{"lt":"3491 45352"}}})"), 1);
  EXPECT_EQ(matches(R"({"range":{"ts":{"gte":"2018-07-24T01:00:00Z","lt":"2018-07-24T02:00:00Z"}}})"), 1);
  EXPECT_EQ(matches(R"({"range":{"ts":{"gte":"2018-07-24||/d","lte":"2018-07-24||/d"}}})"), 3);
  EXPECT_EQ(matches(R"({"range":{"@timestamp":{"gte":"now-23h"}}})"), 2);
  EXPECT_EQ(matches(R"({"range":{"ts":{"gte":"2018-07-24T09:00:00","time_zone":"+08:00"}}})"), 2);
  EXPECT_EQ(matches(R"({"range":{"ts":{"gte":"24/07/2018","format":"dd/MM/yyyy"}}})"), 3);
  EXPECT_EQ(matches(R"({"range":{"time":{"from":1532390400000,"to":1532390400000,"include_upper":false}}})"), 0);
}

TEST_F(QueryDslTest, Booleans) {
  EXPECT_EQ(matches(R"({"bool":{}})"), 3);
  EXPECT_EQ(matches(R"({"bool":{"must":{"term":{"pr":6}},"must_not":[{"term":{"sp":80}}]}})"), 2);
  EXPECT_EQ(matches(R"({"bool":{"should":[{"term":{"sp":80}},{"term":{"sp":53}}]}})"), 2);
  EXPECT_EQ(matches(R"({"bool":{"filter":[{"term":{"pr":6}}],"should":[{"term":{"sp":80}}]}})"), 3);
  EXPECT_EQ(matches(R"({"bool":{"filter":[{"term":{"pr":6}}],"should":[{"term":{"sp":80}}],"minimum_should_match":1}})"), 1);
  EXPECT_EQ(matches(R"({"bool":{"should":[{"term":{"sp":80}},{"term":{"pr":6}},{"term":{"sp":53}}],"minimum_should_match":2}})"), 2);
  EXPECT_EQ(matches(R"({"bool":{"should":[{"term":{"sp":80}},{"term":{"pr":6}}],"minimum_should_match":"100%"}})"), 1);
  EXPECT_EQ(matches(R"({"bool":{"should":[{"term":{"sp":80}}],"minimum_should_match":2}})"), 0);
}

TEST_F(QueryDslTest, LucenesSyntax) {
  EXPECT_EQ(lucene("*"), 3);
  EXPECT_EQ(lucene("*:*"), 3);
  EXPECT_EQ(lucene("sp:80"), 1);
  EXPECT_EQ(lucene("sp:(80 OR 443)"), 2);
  EXPECT_EQ(lucene("sp:80 sp:443"), 2);
  EXPECT_EQ(lucene("sp:80 AND pr:6"), 1);
  EXPECT_EQ(lucene("NOT sp:80"), 2);
  EXPECT_EQ(lucene("-sp:80"), 2);
  EXPECT_EQ(lucene("pr:6 AND NOT sp:80"), 2);
  EXPECT_EQ(lucene("pr:6 && !(sp:80 || sp:443)"), 1);
  EXPECT_EQ(lucene("+pr:6 +sp:80"), 1);
  EXPECT_EQ(lucene("sp:[80 TO 443]"), 2);
  EXPECT_EQ(lucene("sp:{80 TO 443]"), 1);
  EXPECT_EQ(lucene("sp:[80 TO *]"), 2);
  EXPECT_EQ(lucene("bytes:>=200"), 2);
  EXPECT_EQ(lucene("bytes:<200"), 1);
  EXPECT_EQ(lucene("ts:[2018-07-24T01:00:00Z TO now]"), 2);
  EXPECT_EQ(lucene("sa:103.64.13.0/24"), 1);
  EXPECT_EQ(lucene("sa:\"103.64.13.0/24\""), 1);
  EXPECT_EQ(lucene("sa:103.64.13.*"), 1);
  EXPECT_EQ(lucene("sa:2001\\:db8\\:\\:5"), 1);
  EXPECT_EQ(lucene("sa:2001:db8::5"), 1);
  EXPECT_EQ(lucene("2001:db8::5"), 1);
  EXPECT_EQ(lucene("10.0.0.1"), 1);
  EXPECT_EQ(lucene("asp:\"3491 45352\""), 1);
  EXPECT_EQ(lucene("asp:3491*"), 1);
  EXPECT_EQ(lucene("asp:/29.. .*/"), 1);
  EXPECT_EQ(lucene("_exists_:asp"), 2);
  EXPECT_EQ(lucene("asp:*"), 2);
  EXPECT_EQ(lucene("sp:80^2.5"), 1);
  EXPECT_EQ(lucene("no_such:1"), 0);
  EXPECT_EQ(lucene("no_such:1 OR sp:80"), 1);
  EXPECT_EQ(lucene("s*_port:80"), 1);
  EXPECT_EQ(matches(R"({"query_string":{"query":"sp:80 pr:6","default_operator":"AND"}})"), 1);
  EXPECT_EQ(matches(R"({"query_string":{"query":"80","fields":["sp","dp"]}})"), 1);
  EXPECT_EQ(matches(R"({"query_string":{"query":"sp:abc","lenient":true}})"), 0);
  EXPECT_EQ(get("/_count?q=sp:80").at("count"), 1);
}

TEST_F(QueryDslTest, WhatLucenesSyntaxRefuses) {
  for (const char* text : {"sp:(80", "sp:80)", "sp:[80 TO", "AND sp:80", "sp:80 OR", "sp:", "sp:\\\"x", "asp:/abc", "sp:[1 2]", "sp:~", "asp:/(a/"}) {
    const std::string body = R"({"query":{"query_string":{"query":")" + std::string(text) + "\"}}}";
    if (std::string(text) == "sp:\\\"x") {
      EXPECT_EQ(get("/_search", R"({"query":{"query_string":{"query":"asp:\"x"}}})", 400).at("status"), 400);
      continue;
    }
    EXPECT_THAT(refusal(body), testing::StartsWith("query_shard_exception")) << text;
  }
  std::string deep(100, '(');
  EXPECT_THAT(refusal(R"({"query":{"query_string":{"query":")" + deep + "\"}}}"), testing::StartsWith("query_shard_exception"));
}

TEST_F(QueryDslTest, TheSimpleSyntaxNeverFails) {
  EXPECT_EQ(simple("10.0.0.1"), 1);
  EXPECT_EQ(simple("10.0.0.1 | 2001:db8::5"), 2);
  EXPECT_EQ(simple("\"3491 45352\""), 1);
  EXPECT_EQ(simple("-10.0.0.1"), 2);
  EXPECT_EQ(matches(R"({"simple_query_string":{"query":"34*","fields":["asp"]}})"), 1);
  for (const char* text : {"(", ")", "\"", "+", "|", "-", "((a)", "a)) b", "~", "*", "\\"}) EXPECT_GE(simple(text), 0) << text;
}

TEST_F(QueryDslTest, ValuesThatDoNotFit) {
  EXPECT_THAT(refusal(R"({"query":{"term":{"sa":"300.1.2.3"}}})"), testing::HasSubstr("'300.1.2.3' is not an IP string literal"));
  EXPECT_THAT(refusal(R"({"query":{"term":{"sa":"10.0.0.0/33"}}})"), testing::HasSubstr("is not an IP string literal"));
  EXPECT_THAT(refusal(R"({"query":{"term":{"sp":"http"}}})"), testing::HasSubstr("For input string: \"http\""));
  EXPECT_THAT(refusal(R"({"query":{"range":{"ts":{"gte":"yesterday"}}}})"), testing::HasSubstr("failed to parse date field [yesterday]"));
  EXPECT_THAT(refusal(R"({"query":{"range":{"ts":{"gte":"now-1x"}}}})"), testing::HasSubstr("failed to parse date math"));
  EXPECT_THAT(refusal(R"({"query":{"range":{"ts":{"gte":"2018-02-30"}}}})"), testing::HasSubstr("there is no such moment"));
  EXPECT_THAT(refusal(R"({"query":{"range":{"ts":{"over":1}}}})"), testing::HasSubstr("[range] query does not support [over]"));
  EXPECT_THAT(refusal(R"({"query":{"regexp":{"asp":"a**"}}})"), testing::HasSubstr("failed to create query"));
  EXPECT_THAT(refusal(R"({"query":{"regexp":{"asp":"a<1-5>"}}})"), testing::HasSubstr("operator '<'"));
  EXPECT_THAT(refusal(R"({"query":{"wildcard":{"sp":"8*"}}})"), testing::HasSubstr("Can only use prefix queries on keyword"));
  EXPECT_THAT(refusal(R"({"query":{"term":{"sp":[1,2]}}})"), testing::HasSubstr("must be a single value"));
  EXPECT_THAT(refusal(R"({"query":{"term":{"sp":1,"dp":2}}})"), testing::HasSubstr("doesn't support multiple fields"));
  EXPECT_THAT(refusal(R"({"query":{"term":{"a":1},"range":{}}})"), testing::HasSubstr("malformed query"));
  EXPECT_THAT(refusal(R"({"query":{"trem":{"sp":1}}})"), testing::HasSubstr("unknown query [trem] did you mean [term]?"));
  EXPECT_THAT(refusal(R"({"query":{"bool":{"maybe":[]}}})"), testing::HasSubstr("does not support [maybe]"));
  EXPECT_THAT(refusal(R"({"query":[]})"), testing::HasSubstr("query malformed"));
  EXPECT_THAT(refusal(R"({"sort":[{"nothing":"asc"}]})"), testing::HasSubstr("No mapping found for [nothing]"));
  EXPECT_THAT(refusal("{}", 400, "/_search?nonsense=1"), testing::HasSubstr("unrecognized parameter: [nonsense]"));
}

}  // namespace
}  // namespace weir::serve::es
