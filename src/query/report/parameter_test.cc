// What is refused, and that the error names the parameter.
#include <gmock/gmock.h>

#include "query/report/report_fixture.h"

namespace weir::query::report {
namespace {

using testing::HasSubstr;

class Refused : public ReportTest {
 protected:
  void hold(std::string name, std::string value, std::string_view word) {
    const std::string shown = name + "=" + value;
    const auto outcome = try_run("usage-by-prefix", {{name, std::move(value)}});
    ASSERT_FALSE(outcome) << shown;
    EXPECT_EQ(outcome.error().error.code, ErrorCode::invalid) << shown;
    EXPECT_EQ(outcome.error().option.option, name) << shown;
    EXPECT_THAT(outcome.error().option.message, HasSubstr(word)) << shown;
  }
};

TEST_F(Refused, Times) {
  hold("start", "yesterdayish", "yesterdayish");
  hold("end", "noonish", "noonish");
}
TEST_F(Refused, AnEmptyRange) { hold("start", "2026-11-25", "empty"); }
TEST_F(Refused, Addresses) { hold("src_ip", "103.64.13.256", "103.64.13.256"); }
TEST_F(Refused, Networks) { hold("dst_ip", "103.64.13.0/33", "33"); }
TEST_F(Refused, AsNumbers) { hold("src_as", "ASx", "ASx"); }
TEST_F(Refused, AsNumbersThatAreTooLarge) { hold("dst_as", "4294967296", "4294967296"); }
TEST_F(Refused, Ports) { hold("src_port", "80,65536", "65536"); }
TEST_F(Refused, PortRangesBackwards) { hold("dst_port", "443-80", "443-80"); }
TEST_F(Refused, Filters) { hold("filter", "prot tcp", "did you mean 'proto'"); }
TEST_F(Refused, Sizes) {
  hold("size", "0", "1 to 10000");
  hold("size", "10001", "1 to 10000");
  hold("size", "ten", "ten");
}
TEST_F(Refused, Resolutions) {
  hold("resolution", "5", "5");
  hold("resolution", "1500ms", "second");
}
TEST_F(Refused, Choices) {
  hold("direction", "outt", "did you mean 'out'");
  hold("sort", "median", "median");
  hold("side", "near", "local");
  hold("layer", "4", "3, 2");
}
TEST_F(Refused, Lengths) {
  hold("subnet", "33", "0 to 32");
  hold("subnet6", "129", "0 to 128");
}
TEST_F(Refused, Overheads) { hold("overhead", "1001", "1000"); }
TEST_F(Refused, OpenQuotes) { hold("customer", "\"Acme", "quote"); }
TEST_F(Refused, ParametersThatTheReportLacks) { hold("addres", "192.0.2.1", "no parameter"); }

TEST_F(Refused, ListsThatAreTooLong) {
  std::string ports;
  for (std::size_t i = 0; i <= kMostListed; ++i) ports += "80,";
  hold("src_port", ports, "1000");
}
TEST_F(Refused, TextsThatAreTooLong) { hold("customer", std::string(kMostParameterText + 1, 'a'), "32768"); }

TEST_F(Refused, ParametersGivenTwice) {
  const auto outcome = try_run("usage-by-ip", {{"size", "5"}, {"size", "6"}});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().option.option, "size");
}

TEST_F(Refused, TooManySamples) {
  const auto outcome = try_run("usage-by-ip", {{"start", "2026-11-01"}, {"resolution", "1s"}});
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().error.message, HasSubstr("buckets"));
}

TEST_F(Refused, CountriesThatAreNone) {
  const auto outcome = try_run("customer-profile", {{"home", "Malaysia"}});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().option.option, "home");
}

TEST(Catalogue, EveryParameterIsInTheTable) {
  for (const Report& report : reports()) {
    for (const std::string_view name : parameters_of(report))
      EXPECT_NE(find_parameter(name), nullptr) << report.name << " " << name;
    EXPECT_EQ(find_report(report.name), &report);
  }
}

TEST(Catalogue, SaysWhichReportWasMeant) {
  EXPECT_EQ(find_report("usage-by-as"), nullptr);
  EXPECT_THAT(unknown_report("usage-by-as").message, HasSubstr("usage-by-asn"));
}

TEST(Catalogue, AnEmptyValueIsNone) {
  const std::vector<std::string_view> allowed = {"size", "customer"};
  const std::vector<Typed> typed = {{"size", ""}, {"customer", " "}};
  const auto read = read_parameters(allowed, {}, typed, kStart);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->base.top, 10U);
  EXPECT_TRUE(read->customers.empty());
}

TEST(Catalogue, TheUsualResolutionIsFiveMinutes) {
  const std::vector<std::string_view> allowed = {"start"};
  const auto of = [&](std::string start) {
    const std::vector<Typed> typed = {{"start", std::move(start)}};
    return read_parameters(allowed, {}, typed, kStart)->base.resolution_ms;
  };
  EXPECT_EQ(of("-24h"), 5 * kMinuteMs);
  EXPECT_EQ(of("-31d"), 5 * kMinuteMs);
  EXPECT_EQ(of("-10m"), 10 * kSecondMs);
  EXPECT_EQ(of("-100d"), 15 * kMinuteMs * 4 * 24);
}

}  // namespace
}  // namespace weir::query::report
