#include <gmock/gmock.h>

#include "query/report/report_fixture.h"

namespace weir::query::report {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Formats : public ReportTest {
 protected:
  Formats() {
    names_ = flow::AsNames({{.as = 4134, .name = "CHINA, \"NET\"", .country = "CN"}});
    add({.at = 1, .bytes = 37'500'000, .dst_as = 4134, .as_path = "3491 4134"});
    add({.at = 1, .bytes = 1000});
    outcome_ = run("outgoing-by-asn");
  }
  Outcome outcome_;
};

TEST_F(Formats, CsvHasUnitsAndQuotes) {
  const std::string csv = format_csv(outcome_);
  EXPECT_THAT(csv, StartsWith("table,row,dst_as,as_name,maximum (bit/s),average (bit/s),minimum (bit/s),percentile_95 (bit/s),"
                              "bytes (B),share (%),as_path,as_path_share (%)\r\n"
                              "outgoing,1,4134,\"CHINA, \"\"NET\"\"\",1e+06,"));
  EXPECT_THAT(csv, HasSubstr("outgoing,total,,,"));
  EXPECT_TRUE(csv.ends_with("\r\n"));
}

TEST_F(Formats, JsonHasColumnsRowsAndSeries) {
  const std::string json = format_json(outcome_);
  EXPECT_THAT(json, StartsWith("{\"report\":\"outgoing-by-asn\",\"title\":\"Outgoing traffic by ASN\",\"from\":1795392000000,"));
  EXPECT_THAT(json, HasSubstr("{\"name\":\"maximum\",\"title\":\"Max\",\"unit\":\"bit/s\",\"kind\":\"rate\"}"));
  EXPECT_THAT(json, HasSubstr("\"cells\":[4134,\"CHINA, \\\"NET\\\"\",1e+06,"));
  EXPECT_THAT(json, HasSubstr("\"cells\":[null,null,"));
  EXPECT_THAT(json, HasSubstr("\"filter\":\"dst_as = 4134 and direction in [\\\"out\\\"]\",\"series\":[1e+06,0,"));
  EXPECT_THAT(json, HasSubstr("\"filter\":\"not dst_as is known and direction in"));
}

TEST_F(Formats, TablesHaveTheOldFormsHead) {
  const std::string table = format_table(outcome_);
  EXPECT_THAT(table, HasSubstr("#  ASN "));
  for (const char* word : {"Name", "Max", "Avg", "Min", "95 %", "AS path", "1.00 M", "3491 4134", "bit/s"})
    EXPECT_THAT(table, HasSubstr(word));
}

TEST_F(Formats, SeveralTablesAreOneCsv) {
  const std::string csv = format_csv(run("usage-by-asn"));
  std::size_t fields = 0;
  std::size_t lines = 0;
  for (std::size_t at = 0; at < csv.size(); ++lines) {
    const std::size_t end = csv.find("\r\n", at);
    std::size_t count = 1;
    bool quoted = false;
    for (const char c : std::string_view(csv).substr(at, end - at)) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) ++count;
    }
    if (lines == 0) fields = count;
    EXPECT_EQ(count, fields) << "line " << lines;
    at = end + 2;
  }
  EXPECT_EQ(lines, 5U);
}

TEST(CatalogueJson, IsWhatAFormNeeds) {
  const std::string json = catalogue_json();
  EXPECT_THAT(json, HasSubstr("{\"name\":\"direction\",\"title\":\"Direction\",\"type\":\"choice\",\"default\":\"both\","
                              "\"choices\":[\"both\",\"out\",\"in\",\"any\"],"));
  for (const Report& report : reports()) EXPECT_THAT(json, HasSubstr("\"name\":\"" + std::string(report.name) + "\""));
}

}  // namespace
}  // namespace weir::query::report
