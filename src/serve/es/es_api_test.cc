#include <fstream>
#include <sstream>

#include "serve/es/es_fixture.h"

namespace weir::serve::es {
namespace {

/// The query of the old system's slides.
std::string slides_query() {
  std::stringstream out;
  out << std::ifstream(WEIR_SOURCE_DIR "/testdata/es/slides_query.json").rdbuf();
  return out.str();
}

class EsApiTest : public EsFixture {};

TEST_F(EsApiTest, TheSlidesQuery) {
  add({.time = 1'532'383'261'727});
  add({.time = 1'532'383'261'728, .in_if = 50});
  add({.time = 1'532'383'261'729, .exporter = "103.3.172.227"});
  add({.time = 1'532'383'261'729, .source = "103.64.14.1"});  // not in the network
  add({.time = 1'532'388'430'694});                           // a millisecond late
  const auto answer = get("/_search", slides_query());
  EXPECT_EQ(answer.at("hits").at("total").at("value"), 3);
  EXPECT_EQ(answer.at("hits").at("hits").as_array().size(), 1);
  const auto& routers = answer.at("aggregations").at("router_ip").at("buckets");
  ASSERT_EQ(routers.as_array().size(), 2);
  EXPECT_EQ(routers.at(0).at("key"), "103.3.172.226");
  EXPECT_EQ(routers.at(0).at("doc_count"), 2);
  EXPECT_EQ(routers.at(0).at("router_interface").at("buckets").at(0).at("key"), 49);
  EXPECT_EQ(routers.at(1).at("router_interface").at("buckets").at(0).at("doc_count"), 1);
}

TEST_F(EsApiTest, TheSlidesDocument) {
  add({.time = 1'532'383'261'727, .path = ""});
  const auto hit = get("/_search").at("hits").at("hits").at(0);
  EXPECT_EQ(hit.at("_index"), "stat-20180723");
  EXPECT_EQ(hit.at("_type"), "f");
  EXPECT_EQ(hit.at("_id").as_string().size(), 20);
  std::string names;
  std::size_t count = 0;
  for (const auto& member : hit.at("_source").as_object()) {
    if (count++ == 22) break;
    EXPECT_TRUE(member.value().is_string()) << member.key();
    names += std::string(member.key()) + "=" + std::string(member.value().as_string()) + " ";
  }
  EXPECT_EQ(names,
            "ts=1532383261727 ra=103.3.172.226 din=I sa=103.64.13.104 sp=11000 da=120.29.117.50 dp=55021 sas=0 das=17639 pr=6 "
            "flg=.A.... tos=0 pps=10 bps=8000 in=49 out=47 smk=24 dmk=23 nh=27.111.229.79 ssn=103.64.13.0/24 "
            "dsn=120.29.116.0/23 asp=- ");
  EXPECT_EQ(hit.at("_source").at("src_addr"), "103.64.13.104");
  EXPECT_EQ(hit.at("_source").at("dst_port"), 55'021);
}

TEST_F(EsApiTest, TotalsAsTheyAreAskedFor) {
  for (int i = 0; i < 5; ++i) add({.time = kDay + i});
  EXPECT_EQ(boost::json::serialize(get("/_search").at("hits").at("total")), R"({"value":5,"relation":"eq"})");
  EXPECT_EQ(get("/_search?rest_total_hits_as_int=true").at("hits").at("total"), 5);
  EXPECT_EQ(boost::json::serialize(get("/_search?track_total_hits=3").at("hits").at("total")), R"({"value":3,"relation":"gte"})");
  EXPECT_FALSE(get("/_search?track_total_hits=false").at("hits").as_object().contains("total"));
  EXPECT_EQ(get("/_search").at("_shards").at("total"), 1);
}

TEST_F(EsApiTest, WaysToNameIndices) {
  add({.time = kDay - kDayMs});
  add({.time = kDay});
  add({.time = kDay + 1});
  now = kDay + kHourMs;
  const auto count = [&](const std::string& names) { return get("/" + names + "/_count").at("count"); };
  EXPECT_EQ(get("/_count").at("count"), 3);
  EXPECT_EQ(count("_all"), 3);
  EXPECT_EQ(count("*"), 3);
  EXPECT_EQ(count("stat-*"), 3);
  EXPECT_EQ(count("stat-20180723"), 1);
  EXPECT_EQ(count("stat-20180723,stat-20180724"), 3);
  EXPECT_EQ(count("stat-*,-stat-20180723"), 2);
  EXPECT_EQ(count("<stat-{now/d{yyyyMMdd}}>"), 2);
  EXPECT_EQ(count("<stat-{now/d-1d{yyyyMMdd}}>"), 1);
  EXPECT_EQ(get("/stat-19990101/_count?ignore_unavailable=true").at("count"), 0);
  EXPECT_EQ(count("other-*"), 0);
  EXPECT_EQ(refusal("{}", 404, "/stat-19990101/_search"), "index_not_found_exception: no such index [stat-19990101]");
  EXPECT_EQ(refusal("{}", 404, "/other-*/_search?allow_no_indices=false"), "index_not_found_exception: no such index [other-*]");
}

TEST_F(EsApiTest, DaysBetweenAreLeftOut) {
  for (int day = 0; day < 3; ++day) add({.time = kDay + day * kDayMs});
  now = kDay + 3 * kDayMs;
  EXPECT_EQ(get("/stat-20180724,stat-20180726/_count").at("count"), 2);
}

TEST_F(EsApiTest, SortsAndPages) {
  for (int i = 0; i < 10; ++i) add({.time = kDay + i, .bytes = static_cast<std::uint64_t>(i % 3)});
  const auto page = get("/_search", R"({"size":3,"from":2,"sort":[{"bytes":"desc"},{"ts":{"order":"asc"}}]})");
  const auto& hits = page.at("hits").at("hits");
  EXPECT_EQ(boost::json::serialize(hits.at(0).at("sort")), "[2," + std::to_string(kDay + 8) + "]");
  EXPECT_EQ(boost::json::serialize(hits.at(1).at("sort")), "[1," + std::to_string(kDay + 1) + "]");
  EXPECT_TRUE(hits.at(0).at("_score").is_null());
  const auto next = get("/_search", R"({"size":2,"sort":[{"bytes":"desc"},{"ts":"asc"}],"search_after":[1,)" + std::to_string(kDay + 1) + "]}");
  EXPECT_EQ(boost::json::serialize(next.at("hits").at("hits").at(0).at("sort")), "[1," + std::to_string(kDay + 4) + "]");
}

TEST_F(EsApiTest, ScrollsThroughAll) {
  for (int i = 0; i < 25; ++i) add({.time = kDay + i});
  auto page = get("/_search?scroll=1m", R"({"size":10,"sort":"ts"})");
  const std::string id(page.at("_scroll_id").as_string());
  std::vector<std::string> seen;
  while (!page.at("hits").at("hits").as_array().empty()) {
    EXPECT_EQ(page.at("hits").at("total").at("value"), 25);
    for (const auto& hit : page.at("hits").at("hits").as_array()) seen.emplace_back(hit.at("_source").at("ts").as_string());
    page = get("/_search/scroll", R"({"scroll":"1m","scroll_id":")" + id + "\"}");
  }
  EXPECT_EQ(seen.size(), 25);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(ask("DELETE", "/_search/scroll", R"({"scroll_id":[")" + id + "\"]}").status, 200);
  EXPECT_EQ(refusal(R"({"scroll_id":")" + id + "\"}", 404, "/_search/scroll"), "search_context_missing_exception: No search context found for id [" + id + "]");
}

TEST_F(EsApiTest, ScrollsGrowOld) {
  for (int i = 0; i < 5; ++i) add({.time = kDay + i});
  const std::string id(get("/_search?scroll=1m", R"({"size":1})").at("_scroll_id").as_string());
  now += 61'000;
  (void)refusal(R"({"scroll_id":")" + id + "\"}", 404, "/_search/scroll");
  EXPECT_EQ(refusal("{}", 400, "/_search?scroll=2d"), "illegal_argument_exception: Keep alive for request (2d) is too large. It must be less than (1d).");
}

TEST_F(EsApiTest, OnlySoManyScrollsAreOpen) {
  add({});
  for (std::size_t i = 0; i < kMostCursors; ++i) (void)get("/_search?scroll=1m");
  EXPECT_THAT(refusal("{}", 429, "/_search?scroll=1m"), testing::HasSubstr("too many scroll contexts"));
}

TEST_F(EsApiTest, APointInTimeGoesOnBehindAnyHit) {
  for (int i = 0; i < 9; ++i) add({.time = kDay + i / 3});  // ties
  const Response opened = ask("POST", "/stat-*/_pit?keep_alive=1m");
  const std::string id(boost::json::parse(opened.body).at("id").as_string());
  const std::string body = R"("size":4,"sort":[{"ts":"asc"}],"pit":{"id":")" + id + R"(","keep_alive":"1m"})";
  auto page = get("/_search", "{" + body + "}");
  std::size_t seen = 0;
  std::string after;
  while (!page.at("hits").at("hits").as_array().empty()) {
    const auto& hits = page.at("hits").at("hits").as_array();
    seen += hits.size();
    after = boost::json::serialize(hits.back().at("sort"));
    if (seen == 4) {
      // From the middle of the page: the last two come again.
      const auto again = get("/_search", "{" + body + R"(,"search_after":)" + boost::json::serialize(hits[1].at("sort")) + "}");
      EXPECT_EQ(again.at("hits").at("hits").as_array().size(), 4);
    }
    page = get("/_search", "{" + body + R"(,"search_after":)" + after + "}");
  }
  EXPECT_EQ(seen, 9);
  EXPECT_EQ(ask("DELETE", "/_pit", R"({"id":")" + id + "\"}").status, 200);
  (void)refusal("{" + body + "}", 404);
}

TEST_F(EsApiTest, APointInTimeKnowsNothingLater) {
  add({.time = kDay});
  now = kDay + 10;
  const std::string id(boost::json::parse(ask("POST", "/_all/_pit?keep_alive=1m").body).at("id").as_string());
  add({.time = kDay + 20});
  now = kDay + 5000;
  EXPECT_EQ(get("/_search", R"({"pit":{"id":")" + id + "\"}}").at("hits").at("total").at("value"), 1);
}

TEST_F(EsApiTest, DocumentsByTheirIds) {
  add({.time = kDay, .bytes = 1});
  add({.time = kDay, .bytes = 2});
  const auto hits = get("/_search").at("hits").at("hits");
  const std::string id(hits.at(0).at("_id").as_string());
  EXPECT_NE(id, hits.at(1).at("_id").as_string());
  EXPECT_EQ(matches(R"({"ids":{"values":[")" + id + "\"]}}"), 1);
  EXPECT_EQ(matches(R"({"ids":{"values":["nothing","AAAAAAAAAAAAAAAAAAAA"]}})"), 0);
  EXPECT_EQ(get("/stat-20180724/_doc/" + id).at("_source"), hits.at(0).at("_source"));
  EXPECT_EQ(get("/stat-20180724/_doc/AAAAAAAAAAAAAAAAAAAA", {}, 404).at("found"), false);
}

TEST_F(EsApiTest, ManySearchesAtOnce) {
  add({});
  const auto answer = get("/_msearch",
                          "{\"index\":\"stat-*\",\"ignore_unavailable\":true}\n{\"size\":0}\n"
                          "{\"index\":\"nothing\"}\n{\"size\":0}\n"
                          "{}\n{\"query\":{\"bogus\":{}}}\n");
  EXPECT_EQ(answer.at("responses").at(0).at("status"), 200);
  EXPECT_EQ(answer.at("responses").at(1).at("status"), 404);
  EXPECT_EQ(answer.at("responses").at(2).at("error").at("type"), "parsing_exception");
  EXPECT_THAT(refusal("{}\n", 400, "/_msearch"), testing::HasSubstr("two lines"));
}

TEST_F(EsApiTest, PartsOfAnAnswer) {
  add({});
  EXPECT_EQ(ask("GET", "/_search?filter_path=hits.hits._source.sa,took.x").body, R"({"hits":{"hits":[{"_source":{"sa":"103.64.13.104"}}]}})");
  EXPECT_EQ(ask("GET", "/_search?filter_path=hits.total.*").body, R"({"hits":{"total":{"value":1,"relation":"eq"}}})");
  const auto source = get("/_search?_source_includes=s*&_source_excludes=src*,sa*").at("hits").at("hits").at(0).at("_source");
  EXPECT_EQ(boost::json::serialize(source), R"({"sp":"11000","smk":"24","ssn":"103.64.13.0/24"})");
  const auto hit = get("/_search", R"({"_source":false,"fields":["dp",{"field":"ts","format":"yyyy-MM-dd"}]})").at("hits").at("hits").at(0);
  EXPECT_FALSE(hit.as_object().contains("_source"));
  EXPECT_EQ(boost::json::serialize(hit.at("fields")), R"({"dp":[55021],"ts":["2018-07-24"]})");
}

TEST_F(EsApiTest, WhatClientsLookAtFirst) {
  add({});
  const Response root = ask("GET", "/");
  EXPECT_EQ(root.headers.back(), (std::pair<std::string, std::string>("X-Elastic-Product", "Elasticsearch")));
  EXPECT_EQ(get("/").at("version").at("number").as_string(), std::string(kLikeVersion));
  EXPECT_THAT(ask("GET", "/_cat/indices?v").body, testing::ContainsRegex("health status index +uuid .*\ngreen +open +stat-20180724 .* 1 "));
  EXPECT_EQ(ask("GET", "/_cat/indices?h=index,docs.count").body, "stat-20180724 1\n");
  EXPECT_EQ(get("/_cat/indices?format=json").at(0).at("docs.count"), "1");
  EXPECT_EQ(get("/_cluster/health").at("status"), "green");
  EXPECT_EQ(get("/stat-*/_mapping").at("stat-20180724").at("mappings").at("properties").at("sa").at("type"), "ip");
  EXPECT_EQ(get("/_field_caps?fields=dp,byt*").at("fields").at("bytes").at("long").at("aggregatable"), true);
  EXPECT_EQ(get("/_resolve/index/stat-*").at("indices").at(0).at("name"), "stat-20180724");
  for (const char* path : {"/_nodes/http", "/_nodes/stats/indices", "/_aliases", "/_license", "/_xpack", "/_cat/health", "/_cat", "/_settings", "/_stats", "/stat-20180724"})
    EXPECT_EQ(ask("GET", path).status, 200) << path;
  EXPECT_EQ(ask("GET", "/none").status, 404);
}

TEST_F(EsApiTest, NothingIsWritten) {
  EXPECT_THAT(refusal("{}", 403, "/stat-20180724/_doc"), testing::StartsWith("cluster_block_exception"));
  EXPECT_EQ(ask("DELETE", "/stat-20180724").status, 403);
  EXPECT_EQ(ask("PUT", "/_search").status, 405);
  EXPECT_EQ(ask("GET", "/_nonsense/x").status, 400);
}

TEST_F(EsApiTest, BadInputHasItsPlace) {
  const auto place = [&](const std::string& body) {
    const auto cause = get("/_search", body, 400).at("error").at("root_cause").at(0);
    return std::string(cause.at("type").as_string()) + " " + boost::json::serialize(cause.at("line")) + ":" + boost::json::serialize(cause.at("col"));
  };
  EXPECT_EQ(place("{\n  \"query\": {\n    \"bogus\": {}\n  }\n}"), "parsing_exception 3:14");
  EXPECT_EQ(place("{\"size\": 1,,}"), "x_content_parse_exception 1:12");
  EXPECT_EQ(place("{\"size\": 1, \"size\": 2}"), "x_content_parse_exception 1:13");
  EXPECT_EQ(place("{\"aggs\": {\"a\": {\"bogus\": {}}}}"), "parsing_exception 1:26");
  EXPECT_EQ(place("{\"nonsense\": 1}"), "parsing_exception 1:14");
  EXPECT_EQ(place("{\"size\": -1}"), "illegal_argument_exception 1:10");
  EXPECT_EQ(place("{\"query\""), "x_content_parse_exception 1:9");
  EXPECT_EQ(place("[1]"), "parsing_exception 1:1");
}

TEST_F(EsApiTest, BoundsHold) {
  EXPECT_THAT(refusal(R"({"from":9999,"size":2})"), testing::HasSubstr("Result window is too large"));
  std::string deep = R"({"match_all":{}})";
  for (int i = 0; i < 40; ++i) deep = R"({"bool":{"must":)" + deep + "}}";
  EXPECT_THAT(refusal(R"({"query":)" + deep + "}"), testing::HasSubstr("nested depth"));
  EXPECT_THAT(refusal(std::string(5000, '[')), testing::HasSubstr("nested deeper"));
  std::string wide;
  for (int i = 0; i < 1100; ++i) wide += std::string(i == 0 ? "" : ",") + R"({"term":{"sp":1}})";
  EXPECT_THAT(refusal(R"({"query":{"bool":{"should":[)" + wide + "]}}}"), testing::StartsWith("too_many_nested_clauses"));
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"date_histogram":{"field":"ts","fixed_interval":"1s","extended_bounds":{"min":0,"max":999999999999}}}}})"),
              testing::StartsWith("too_many_buckets_exception"));
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"terms":{"field":"sa","size":70000}}}})"), testing::StartsWith("too_many_buckets_exception"));
}

}  // namespace
}  // namespace weir::serve::es
