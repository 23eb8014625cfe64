#include "serve/es/es_fixture.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

class AggTest : public EsFixture {
 protected:
  void SetUp() override {
    for (int i = 0; i < 12; ++i) {
      add({.time = kDay + i * 10 * kMinuteMs,
           .exporter = i % 3 == 0 ? "10.0.0.1" : "10.0.0.2",
           .source_port = static_cast<std::uint16_t>(i % 4),
           .in_if = static_cast<std::uint32_t>(i % 2),
           .bytes = static_cast<std::uint64_t>(100 * (i + 1)),
           .flags = static_cast<std::uint16_t>(i < 6 ? 0x02 : 0x92),
           .path = i % 2 == 0 ? "1 2" : ""});
    }
  }
  static std::string keys(const json::value& agg, std::string_view what = "doc_count") {
    std::string out;
    for (const auto& bucket : agg.at("buckets").as_array()) {
      const json::object& object = bucket.as_object();
      const json::value& key = object.contains("key_as_string") ? object.at("key_as_string") : object.at("key");
      out += (key.is_string() ? std::string(key.as_string()) : json::serialize(key)) + ":" + json::serialize(object.at(what)) + " ";
    }
    return out;
  }
};

TEST_F(AggTest, Terms) {
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"ra"}})")), "10.0.0.2:8 10.0.0.1:4 ");
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"sp","order":{"_key":"desc"}}})")), "3:3 2:3 1:3 0:3 ");
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"sp","size":"2","order":{"_term":"asc"}}})")), "0:3 1:3 ");
  const auto cut = agg(R"({"terms":{"field":"ra","size":1}})");
  EXPECT_EQ(cut.at("sum_other_doc_count"), 4);
  EXPECT_EQ(cut.at("doc_count_error_upper_bound"), 0);
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"asp","missing":"none"}})")), "1 2:6 none:6 ");
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"asp"}})")), "1 2:6 ");
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"sp","include":[1,2]}})")), "1:3 2:3 ");
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"ra","exclude":["10.0.0.1"]}})")), "10.0.0.2:8 ");
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"ra","min_doc_count":5}})")), "10.0.0.2:8 ");
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"flg"}})")), "....S.:6 .A..S.:6 ");
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"din"}})")), "I:12 ");
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"no_such"}})")), "");
}

TEST_F(AggTest, TermsByTheirMetrics) {
  const auto by_sum = agg(R"({"terms":{"field":"sp","order":{"b":"desc"},"size":2},"aggs":{"b":{"sum":{"field":"bytes"}}}})");
  EXPECT_EQ(keys(by_sum), "3:3 2:3 ");
  EXPECT_EQ(by_sum.at("buckets").at(0).at("b").at("value").to_number<double>(), 400 + 800 + 1200);
  EXPECT_EQ(keys(agg(R"({"terms":{"field":"sp","order":[{"s.min":"asc"}]},"aggs":{"s":{"stats":{"field":"bytes"}}}})")), "0:3 1:3 2:3 3:3 ");
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"terms":{"field":"sp","order":{"nothing":"asc"}}}}})"), testing::HasSubstr("Invalid aggregation order path [nothing]"));
}

TEST_F(AggTest, TermsWithinTermsWithinTerms) {
  const auto outer = agg(R"({"terms":{"field":"ra"},"aggs":{"i":{"terms":{"field":"in","size":1},"aggs":{"p":{"terms":{"field":"sp"}}}}}})");
  const auto& inner = outer.at("buckets").at(0).at("i");
  EXPECT_EQ(keys(inner), "0:4 ");
  EXPECT_EQ(inner.at("sum_other_doc_count"), 4);
  EXPECT_EQ(keys(inner.at("buckets").at(0).at("p")), "0:2 2:2 ");
  // One question for each level, however many buckets there are; and one for the list of days.
  store.tallies = 0;
  (void)agg(R"({"terms":{"field":"ra"},"aggs":{"i":{"terms":{"field":"in"},"aggs":{"p":{"terms":{"field":"sp"},"aggs":{"b":{"sum":{"field":"bytes"}}}}}}}})");
  EXPECT_EQ(store.tallies, 4);  // three levels, and the total
}

TEST_F(AggTest, DateHistograms) {
  EXPECT_EQ(keys(agg(R"({"date_histogram":{"field":"ts","fixed_interval":"1h"}})")), "2018-07-24T00:00:00.000Z:6 2018-07-24T01:00:00.000Z:6 ");
  EXPECT_EQ(keys(agg(R"({"date_histogram":{"field":"ts","calendar_interval":"day","time_zone":"+08:00","format":"yyyy-MM-dd HH:mm"}})")), "2018-07-24 00:00:12 ");
  EXPECT_EQ(keys(agg(R"({"date_histogram":{"field":"ts","fixed_interval":"1d","time_zone":"-01:00","format":"epoch_millis"}})")),
            std::to_string(kDay - 23 * kHourMs) + ":6 " + std::to_string(kDay + kHourMs) + ":6 ");
  EXPECT_EQ(keys(agg(R"({"date_histogram":{"field":"ts","interval":"month","order":{"_key":"desc"},"format":"MM/yyyy"}})")), "07/2018:12 ");
  const std::string query = R"({"bool":{"should":[{"range":{"ts":{"lt":1532390400001}}},{"range":{"ts":{"gte":1532396400000}}}]}})";
  EXPECT_EQ(keys(agg(R"({"date_histogram":{"field":"ts","fixed_interval":"30m","format":"HH:mm"}})", query)), "00:00:1 00:30:0 01:00:0 01:30:2 ");
  EXPECT_EQ(keys(agg(R"({"date_histogram":{"field":"ts","fixed_interval":"30m","format":"HH:mm","min_doc_count":1}})", query)), "00:00:1 01:30:2 ");
  EXPECT_EQ(keys(agg(R"({"date_histogram":{"field":"ts","fixed_interval":"1h","format":"HH:mm","hard_bounds":{"min":1532394000000,"max":1532400000000}}})")), "01:00:6 ");
  EXPECT_EQ(keys(agg(R"({"date_histogram":{"field":"ts","fixed_interval":"1h","offset":"30m","format":"HH:mm"}})")), "23:30:3 00:30:6 01:30:3 ");
  const auto wide = agg(R"({"date_histogram":{"field":"ts","fixed_interval":"1h","extended_bounds":{"min":1532386800000,"max":"2018-07-24T03:00:00Z"},"format":"HH"}})");
  EXPECT_EQ(keys(wide), "23:0 00:6 01:6 02:0 03:0 ");
  EXPECT_EQ(agg(R"({"date_histogram":{"field":"ts","fixed_interval":"1h","keyed":true,"format":"HH"}})").at("buckets").at("01").at("doc_count"), 6);
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"date_histogram":{"field":"ts","fixed_interval":"1M"}}}})"), testing::HasSubstr("calendar_interval"));
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"date_histogram":{"field":"ts"}}}})"), testing::HasSubstr("Invalid interval"));
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"date_histogram":{"field":"sa","fixed_interval":"1h"}}}})"), testing::HasSubstr("of type [ip] is not supported"));
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"date_histogram":{"field":"ts","fixed_interval":"1h","time_zone":"Mars/Olympus"}}}})"), testing::HasSubstr("Unknown time-zone"));
}

TEST_F(AggTest, OtherBuckets) {
  EXPECT_EQ(keys(agg(R"({"histogram":{"field":"bytes","interval":500}})")), "0E0:4 5E2:5 1E3:3 ");
  EXPECT_EQ(keys(agg(R"({"range":{"field":"bytes","ranges":[{"to":300},{"from":300,"to":1000},{"key":"big","from":1000}]}})")), "*-300.0:2 300.0-1000.0:7 big:3 ");
  EXPECT_EQ(keys(agg(R"({"date_range":{"field":"ts","format":"HH:mm","ranges":[{"from":"2018-07-24||+1h"}]}})")), "01:00-*:6 ");
  EXPECT_EQ(keys(agg(R"({"ip_range":{"field":"ra","ranges":[{"mask":"10.0.0.0/31"},{"from":"10.0.0.2"}]}})")), "10.0.0.0/31:4 10.0.0.2-*:8 ");
  EXPECT_EQ(agg(R"({"filter":{"term":{"sp":1}},"aggs":{"b":{"max":{"field":"bytes"}}}})").at("b").at("value").to_number<double>(), 1000);
  const auto filters = agg(R"({"filters":{"other_bucket":true,"filters":{"x":{"term":{"sp":1}},"y":{"match_all":{}}}}})");
  EXPECT_EQ(json::serialize(filters), R"({"buckets":{"x":{"doc_count":3},"y":{"doc_count":12},"_other_":{"doc_count":0}}})");
  EXPECT_EQ(agg(R"({"filters":{"filters":[{"term":{"sp":1}}]}})").at("buckets").at(0).at("doc_count"), 3);
  EXPECT_EQ(agg(R"({"missing":{"field":"as_path"}})").at("doc_count"), 6);
  EXPECT_EQ(agg(R"({"global":{},"aggs":{"n":{"value_count":{"field":"ts"}}}})", R"({"term":{"sp":1}})").at("n").at("value"), 12);
  const auto automatic = agg(R"({"auto_date_histogram":{"field":"ts","buckets":5}})");
  EXPECT_EQ(automatic.at("interval"), "1h");
  EXPECT_EQ(automatic.at("buckets").as_array().size(), 2);
}

TEST_F(AggTest, CompositePagesThroughAll) {
  std::string after;
  std::string seen;
  for (int page = 0; page < 10; ++page) {
    const auto answer = agg(R"({"composite":{"size":3,"sources":[{"r":{"terms":{"field":"ra"}}},{"p":{"terms":{"field":"sp"}}}])" + after + "}}");
    if (answer.at("buckets").as_array().empty()) break;
    for (const auto& bucket : answer.at("buckets").as_array()) seen += json::serialize(bucket.at("key").at("r")) + json::serialize(bucket.at("key").at("p")) + json::serialize(bucket.at("doc_count")) + " ";
    after = R"(,"after":)" + json::serialize(answer.at("after_key"));
  }
  EXPECT_EQ(seen, R"("10.0.0.1"01 "10.0.0.1"11 "10.0.0.1"21 "10.0.0.1"31 "10.0.0.2"02 "10.0.0.2"12 "10.0.0.2"22 "10.0.0.2"32 )");
  const auto mixed = agg(R"({"composite":{"size":2,"sources":[{"p":{"terms":{"field":"sp","order":"desc"}}},{"h":{"date_histogram":{"field":"ts","fixed_interval":"1h","format":"yyyy-MM-dd HH"}}}],"after":{"p":3,"h":"2018-07-24 00"}}})");
  EXPECT_EQ(json::serialize(mixed.at("buckets").at(0).at("key")), R"({"p":3,"h":"2018-07-24 01"})");
}

TEST_F(AggTest, Metrics) {
  const auto value = [&](const std::string& body) { return agg(body).at("value").to_number<double>(); };
  EXPECT_EQ(value(R"({"sum":{"field":"bytes"}})"), 7800);
  EXPECT_EQ(value(R"({"avg":{"field":"bytes"}})"), 650);
  EXPECT_EQ(value(R"({"min":{"field":"bytes"}})"), 100);
  EXPECT_EQ(value(R"({"max":{"field":"bytes"}})"), 1200);
  EXPECT_EQ(value(R"({"value_count":{"field":"as_path"}})"), 6);
  EXPECT_EQ(value(R"({"cardinality":{"field":"ra"}})"), 2);
  EXPECT_EQ(value(R"({"sum":{"field":"src_as","missing":2}})"), 24);
  EXPECT_EQ(value(R"({"weighted_avg":{"value":{"field":"sp"},"weight":{"field":"bytes"}}})"), 13'200.0 / 7800);
  EXPECT_TRUE(agg(R"({"avg":{"field":"src_as"}})").at("value").is_null());
  EXPECT_EQ(agg(R"({"max":{"field":"ts"}})").at("value_as_string"), "2018-07-24T01:50:00.000Z");
  const auto stats = agg(R"({"extended_stats":{"field":"sp"}})");
  EXPECT_EQ(stats.at("count"), 12);
  EXPECT_DOUBLE_EQ(stats.at("variance").to_number<double>(), 1.25);
  EXPECT_DOUBLE_EQ(stats.at("sum_of_squares").to_number<double>(), 42);
  EXPECT_DOUBLE_EQ(agg(R"({"percentiles":{"field":"bytes","percents":[50]}})").at("values").at("50.0").to_number<double>(), 650);
  EXPECT_DOUBLE_EQ(agg(R"({"percentiles":{"field":"bytes","percents":[0,100],"keyed":false}})").at("values").at(1).at("value").to_number<double>(), 1200);
  const auto top = agg(R"({"terms":{"field":"ra"},"aggs":{"t":{"top_hits":{"size":1,"sort":[{"bytes":"desc"}],"_source":["sp"]}}}})");
  EXPECT_EQ(json::serialize(top.at("buckets").at(0).at("t").at("hits").at("hits").at(0).at("_source")), R"({"sp":"3"})");
  EXPECT_EQ(top.at("buckets").at(0).at("t").at("hits").at("total").at("value"), 8);
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"sum":{"field":"sa"}}}})"), testing::HasSubstr("Field [sa] of type [ip] is not supported for aggregation [sum]"));
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"sum":{}}}})"), testing::HasSubstr("Required one of fields"));
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"percentiles":{"field":"sp","percents":[101]}}}})"), testing::HasSubstr("percent must be in [0,100]"));
}

TEST_F(AggTest, Pipelines) {
  const auto answer = get("/_search", R"x({"size":0,"aggs":{"h":{"date_histogram":{"field":"ts","fixed_interval":"30m","format":"HH:mm"},"aggs":{
      "b":{"sum":{"field":"bytes"}},
      "d":{"derivative":{"buckets_path":"b"}},
      "c":{"cumulative_sum":{"buckets_path":"b"}},
      "m":{"moving_fn":{"buckets_path":"b","window":2,"script":"MovingFunctions.max(values)"}},
      "s":{"bucket_script":{"buckets_path":{"x":"b","n":"_count"},"script":"params.x * 8 / (params.n + 0)"}}}},
      "best":{"max_bucket":{"buckets_path":"h>b"}}, "mean":{"avg_bucket":{"buckets_path":"h>b"}}}})x").at("aggregations");
  const auto& buckets = answer.at("h").at("buckets");  // 600 1500 2400 3300
  EXPECT_FALSE(buckets.at(0).as_object().contains("d"));
  EXPECT_EQ(buckets.at(1).at("d").at("value").to_number<double>(), 900);
  EXPECT_EQ(buckets.at(2).at("c").at("value").to_number<double>(), 4500);
  EXPECT_EQ(buckets.at(3).at("m").at("value").to_number<double>(), 2400);
  EXPECT_EQ(buckets.at(0).at("s").at("value").to_number<double>(), 1600);
  EXPECT_EQ(json::serialize(answer.at("best").at("keys")), R"(["01:30"])");
  EXPECT_EQ(answer.at("mean").at("value").to_number<double>(), 1950);
  const auto chosen = agg(R"({"terms":{"field":"sp"},"aggs":{"b":{"sum":{"field":"bytes"}},"k":{"bucket_selector":{"buckets_path":{"v":"b"},"script":"params.v > 1800"}},"o":{"bucket_sort":{"sort":[{"b":{"order":"desc"}}],"size":1}}}})");
  EXPECT_EQ(keys(chosen), "3:3 ");
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"terms":{"field":"sp"},"aggs":{"s":{"bucket_script":{"buckets_path":"_count","script":"while(true){}"}}}}}})"), testing::StartsWith("script_exception"));
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"max_bucket":{"buckets_path":"no>b"}}}})"), testing::HasSubstr("No aggregation found for path [no>b]"));
  EXPECT_THAT(refusal(R"({"aggs":{"a":{"derivative":{"buckets_path":"b"}}}})"), testing::HasSubstr("must be within a histogram"));
}

TEST_F(AggTest, WhatGrafanaSends) {
  const std::string range = R"("query":{"bool":{"filter":[{"range":{"ts":{"gte":1532390400000,"lte":1532397600000,"format":"epoch_millis"}}},{"query_string":{"analyze_wildcard":true,"query":"pr:6"}}]}})";
  const auto answer = get("/_msearch?max_concurrent_shard_requests=5",
                          R"({"ignore_unavailable":true,"index":"stat-*","search_type":"query_then_fetch"})" "\n"
                          R"({"aggs":{"3":{"aggs":{"2":{"aggs":{"1":{"sum":{"field":"bytes"}}},"date_histogram":{"extended_bounds":{"max":1532397600000,"min":1532390400000},"field":"ts","fixed_interval":"1h","format":"epoch_millis","min_doc_count":0}},"1":{"sum":{"field":"bytes"}}},"terms":{"field":"ra","min_doc_count":1,"order":{"1":"desc"},"size":"10"}}},)" + range + R"(,"size":0})" "\n");
  const auto& series = answer.at("responses").at(0).at("aggregations").at("3").at("buckets").at(0);
  EXPECT_EQ(series.at("key"), "10.0.0.2");
  EXPECT_EQ(series.at("2").at("buckets").as_array().size(), 3);
  EXPECT_EQ(series.at("2").at("buckets").at(0).at("key_as_string").as_string(), std::to_string(kDay));
  EXPECT_EQ(series.at("2").at("buckets").at(2).at("1").at("value").to_number<double>(), 0);
  const auto logs = get("/_search", R"({"docvalue_fields":["ts"],"fields":["*"],"highlight":{},"script_fields":{},"stored_fields":["*"],"size":2,"sort":[{"ts":{"order":"desc","unmapped_type":"boolean"}},{"_doc":{"order":"desc"}}],)" + range + "}");
  EXPECT_EQ(logs.at("hits").at("hits").as_array().size(), 2);
}

TEST_F(AggTest, TypesAsKeys) {
  const auto answer = get("/_search?typed_keys=true", R"({"size":0,"aggs":{"r":{"terms":{"field":"ra"},"aggs":{"b":{"sum":{"field":"bytes"}}}}}})").at("aggregations");
  EXPECT_EQ(answer.at("sterms#r").at("buckets").at(1).at("sum#b").at("value").to_number<double>(), 100 + 400 + 700 + 1000);
}

}  // namespace
}  // namespace weir::serve::es
