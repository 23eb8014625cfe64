#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "enrich/enricher.h"
#include "enrich/glob.h"

namespace weir::enrich {
namespace {

using flow::Column;
using flow::Counter;

IpAddress ip(std::string_view text) {
  return parse_ip(text).value();
}

TEST(Glob, StarsAndQuestionMarks) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("*", "xe-0/0/1"));
  EXPECT_TRUE(glob_matches("xe-*/1", "xe-0/0/1"));
  EXPECT_TRUE(glob_matches("*transit*", "To Transit AS3491"));
  EXPECT_TRUE(glob_matches("ge-?", "GE-7"));
  EXPECT_FALSE(glob_matches("ge-?", "ge-"));
  EXPECT_FALSE(glob_matches("", "x"));
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_FALSE(glob_matches("a*b", "ac"));
  EXPECT_TRUE(glob_matches("a**b", "ab"));
}

TEST(Glob, ManyStarsStayCheap) {
  std::string pattern;
  for (int i = 0; i < 30; ++i) pattern += "*a";
  EXPECT_FALSE(glob_matches(pattern + "b", std::string(4000, 'a')));
}

class EnrichTest : public testing::Test {
 protected:
  /// One row of a flow from `exporter` that came in at one interface and left by another.
  std::size_t add_flow(IpAddress exporter, std::uint32_t in_if, std::uint32_t out_if) {
    const std::size_t row = batch_.add_rows(1);
    batch_.set<Column::exporter>(row, exporter);
    batch_.set<Column::in_if>(row, in_if);
    batch_.set<Column::out_if>(row, out_if);
    batch_.set<Column::src_addr>(row, ip("192.0.2.1"));
    return row;
  }
  void enrich(const EnrichConfig& config) {
    enricher_.enrich(std::make_shared<const EnrichPlan>(config, strings_), batch_);
  }
  template <Column C>
  std::string text(std::size_t row) {
    return std::string(strings_.text(batch_.get_or<C>(row, 0)));
  }
  std::uint64_t count(Counter counter, IpAddress exporter) { return exporters_.of(exporter).get(counter); }

  const IpAddress a_ = ip("192.0.2.10");
  const IpAddress b_ = ip("2001:db8::10");
  flow::StringPool strings_;
  flow::ExporterTable exporters_;
  Enricher enricher_{strings_, exporters_};
  flow::FlowBatch batch_;
};

TEST_F(EnrichTest, EmptyBatchAndEmptyConfiguration) {
  enrich({});
  EXPECT_TRUE(enricher_.runs().empty());
  const auto row = add_flow(a_, 1, 2);
  enrich({});
  EXPECT_FALSE(batch_.masks()[row].has(Column::exporter_name));
  EXPECT_FALSE(batch_.masks()[row].has(Column::in_if_name));
  EXPECT_FALSE(batch_.masks()[row].has(Column::sampling_rate));
  EXPECT_FALSE(batch_.masks()[row].has(Column::direction));
  EXPECT_EQ(count(Counter::flows_named, a_), 0U);
  EXPECT_EQ(count(Counter::flows_sampled, a_), 0U);
}

TEST_F(EnrichTest, ExporterNamesGoByAddress) {
  const auto first = add_flow(a_, 1, 2);
  const auto second = add_flow(b_, 1, 2);
  enrich({.sampling = {},
          .exporters = {{.address = b_, .shown_as = {}, .name = "edge-b", .sampling = {}, .interfaces = {}}},
          .interface_classes = {}});
  EXPECT_FALSE(batch_.masks()[first].has(Column::exporter_name));
  EXPECT_EQ(text<Column::exporter_name>(second), "edge-b");
}

TEST_F(EnrichTest, ExporterBehindTranslationIsStoredUnderItsOwnAddress) {
  const auto row = add_flow(a_, 1, 2);
  const auto other = add_flow(b_, 1, 2);
  EnrichConfig config;
  config.exporters = {
      {.address = a_, .shown_as = ip("203.0.113.9"), .name = "edge-a", .sampling = {}, .interfaces = {}}};
  const auto plan = std::make_shared<const EnrichPlan>(config, strings_);
  enricher_.enrich(plan, batch_);
  EXPECT_EQ(batch_.values<Column::exporter>()[row], ip("203.0.113.9"));
  EXPECT_EQ(text<Column::exporter_name>(row), "edge-a");
  EXPECT_EQ(batch_.values<Column::exporter>()[other], b_);
  EXPECT_EQ(enricher_.runs()[0].exporter->state, &exporters_.of(a_)) << "counted where its datagrams are counted";
  std::vector<flow::InterfaceCounters> readings(2);
  readings[0].exporter = a_;
  readings[1].exporter = b_;
  enricher_.enrich(plan, readings);
  EXPECT_EQ(readings[0].exporter, ip("203.0.113.9"));
  EXPECT_EQ(readings[1].exporter, b_);
}

TEST_F(EnrichTest, ConfiguredInterfaceNameGoesBeforeAnnouncedOne) {
  const auto row = add_flow(a_, 1, 2);
  batch_.set<Column::in_if_name>(row, strings_.intern("Gi0/1"));
  batch_.set<Column::out_if_name>(row, strings_.intern("Gi0/2"));
  EnrichConfig config;
  config.exporters = {{.address = a_,
                       .shown_as = {},
                       .name = "",
                       .sampling = {},
                       .interfaces = {{.index = 1, .name = "PCCW", .if_class = "transit", .sampling = {}}}}};
  enrich(config);
  EXPECT_EQ(text<Column::in_if_name>(row), "PCCW");
  EXPECT_EQ(text<Column::in_if_class>(row), "transit");
  EXPECT_EQ(text<Column::out_if_name>(row), "Gi0/2");
  EXPECT_FALSE(batch_.masks()[row].has(Column::out_if_class));
  EXPECT_EQ(count(Counter::flows_named, a_), 0U) << "the exporter named it, decode/ counts it";
}

TEST_F(EnrichTest, CountsFlowsThatOnlyTheConfigurationNames) {
  add_flow(a_, 1, 2);
  add_flow(a_, 2, 1);
  add_flow(a_, 3, 4);
  EnrichConfig config;
  config.exporters = {{.address = a_,
                       .shown_as = {},
                       .name = "",
                       .sampling = {},
                       .interfaces = {{.index = 1, .name = "PCCW", .if_class = "", .sampling = {}}}}};
  enrich(config);
  EXPECT_EQ(count(Counter::flows_named, a_), 2U);
}

TEST_F(EnrichTest, FirstMatchingRuleGivesTheClass) {
  const auto row = add_flow(a_, 1, 2);
  batch_.set<Column::in_if_name>(row, strings_.intern("To TRANSIT PCCW"));
  batch_.set<Column::out_if_name>(row, strings_.intern("cust-7"));
  EnrichConfig config;
  config.exporters = {{.address = a_, .shown_as = {}, .name = "edge-1", .sampling = {}, .interfaces = {}}};
  config.interface_classes = {{.exporter = "core-*", .interface = "*", .if_class = "core"},
                              {.exporter = "edge-*", .interface = "*transit*", .if_class = "transit"},
                              {.exporter = "192.0.2.*", .interface = "*", .if_class = "customer"}};
  enrich(config);
  EXPECT_EQ(text<Column::in_if_class>(row), "transit");
  EXPECT_EQ(text<Column::out_if_class>(row), "customer");
}

TEST_F(EnrichTest, RuleForEveryNameAlsoTakesUnnamedInterfaces) {
  const auto row = add_flow(a_, 1, 2);
  EnrichConfig config;
  config.interface_classes = {{.exporter = "*", .interface = "?*", .if_class = "core"},
                              {.exporter = "*", .interface = "*", .if_class = "customer"}};
  enrich(config);
  EXPECT_EQ(text<Column::in_if_class>(row), "customer");
}

TEST_F(EnrichTest, SamplingPrecedence) {
  // Interface override, exporter override, announced, interface default, exporter default, global default.
  EnrichConfig config;
  config.sampling.default_rate = 7;
  config.exporters = {
      {.address = a_,
       .shown_as = {},
       .name = "",
       .sampling = {.override_rate = {}, .default_rate = 100},
       .interfaces = {
           {.index = 1, .name = "", .if_class = "", .sampling = {.override_rate = 10, .default_rate = {}}},
           {.index = 2, .name = "", .if_class = "", .sampling = {.override_rate = {}, .default_rate = 20}}}}};
  const auto overridden = add_flow(a_, 1, 9);
  batch_.set<Column::sampling_rate>(overridden, 512);
  const auto announced = add_flow(a_, 2, 9);
  batch_.set<Column::sampling_rate>(announced, 512);
  const auto interface_default = add_flow(a_, 2, 9);
  const auto exporter_default = add_flow(a_, 3, 9);
  const auto global_default = add_flow(b_, 3, 9);
  enrich(config);
  const auto rates = batch_.values<Column::sampling_rate>();
  EXPECT_EQ(rates[overridden], 10U);
  EXPECT_EQ(rates[announced], 512U);
  EXPECT_EQ(rates[interface_default], 20U);
  EXPECT_EQ(rates[exporter_default], 100U);
  EXPECT_EQ(rates[global_default], 7U);
  EXPECT_EQ(count(Counter::flows_sampled, a_), 2U) << "only those without an announced rate";
  EXPECT_EQ(count(Counter::flows_sampled, b_), 1U);
  EXPECT_EQ(count(Counter::flows_rate_configured, a_), 2U);
  EXPECT_EQ(count(Counter::flows_rate_configured, b_), 1U);
}

TEST_F(EnrichTest, ExporterSamplingOverrideBeatsWhatItAnnounces) {
  const auto row = add_flow(a_, 1, 2);
  batch_.set<Column::sampling_rate>(row, 1);
  EnrichConfig config;
  config.exporters = {{.address = a_,
                       .shown_as = {},
                       .name = "",
                       .sampling = {.override_rate = 4096, .default_rate = {}},
                       .interfaces = {}}};
  enrich(config);
  EXPECT_EQ(batch_.values<Column::sampling_rate>()[row], 4096U);
  EXPECT_EQ(count(Counter::flows_sampled, a_), 0U);
}

TEST_F(EnrichTest, EgressFlowsTakeTheRateOfTheOutgoingInterface) {
  const auto row = add_flow(a_, 1, 2);
  batch_.set<Column::direction>(row, strings_.intern("out"));
  EnrichConfig config;
  config.exporters = {
      {.address = a_,
       .shown_as = {},
       .name = "",
       .sampling = {},
       .interfaces = {
           {.index = 1, .name = "", .if_class = "", .sampling = {.override_rate = 10, .default_rate = {}}},
           {.index = 2, .name = "", .if_class = "", .sampling = {.override_rate = 20, .default_rate = {}}}}}};
  enrich(config);
  EXPECT_EQ(batch_.values<Column::sampling_rate>()[row], 20U);
}

TEST_F(EnrichTest, DirectionFollowsTheClasses) {
  EnrichConfig config;
  config.exporters = {{.address = a_,
                       .shown_as = {},
                       .name = "",
                       .sampling = {},
                       .interfaces = {{.index = 1, .name = "", .if_class = "transit", .sampling = {}},
                                      {.index = 2, .name = "", .if_class = "ix", .sampling = {}},
                                      {.index = 3, .name = "", .if_class = "customer", .sampling = {}},
                                      {.index = 4, .name = "", .if_class = "core", .sampling = {}}}}};
  const auto in = add_flow(a_, 1, 3);
  const auto out = add_flow(a_, 4, 2);
  const auto through = add_flow(a_, 1, 2);
  const auto inside = add_flow(a_, 3, 4);
  const auto in_unknown = add_flow(a_, 1, 99);
  const auto said = add_flow(a_, 1, 3);
  batch_.set<Column::direction>(said, strings_.intern("out"));
  enrich(config);
  EXPECT_EQ(text<Column::direction>(in), "in");
  EXPECT_EQ(text<Column::direction>(out), "out");
  EXPECT_FALSE(batch_.masks()[through].has(Column::direction));
  EXPECT_FALSE(batch_.masks()[inside].has(Column::direction));
  EXPECT_EQ(text<Column::direction>(in_unknown), "in");
  EXPECT_EQ(text<Column::direction>(said), "out") << "what the exporter says stands";
}

TEST_F(EnrichTest, IpVersionFromTheAddresses) {
  const auto four = add_flow(a_, 1, 2);
  const auto six = add_flow(a_, 1, 2);
  batch_.set<Column::src_addr>(six, ip("2001:db8::1"));
  const auto only_destination = add_flow(a_, 1, 2);
  batch_.masks()[only_destination].clear(Column::src_addr);
  batch_.set<Column::dst_addr>(only_destination, ip("2001:db8::1"));
  const auto none = add_flow(a_, 1, 2);
  batch_.masks()[none].clear(Column::src_addr);
  enrich({});
  EXPECT_EQ(batch_.get_or<Column::ip_version>(four, 0), 4);
  EXPECT_EQ(batch_.get_or<Column::ip_version>(six, 0), 6);
  EXPECT_EQ(batch_.get_or<Column::ip_version>(only_destination, 0), 6);
  EXPECT_FALSE(batch_.masks()[none].has(Column::ip_version));
}

TEST_F(EnrichTest, CountsFlowsWithARouteOrAnAs) {
  const auto by_source = add_flow(a_, 1, 2);
  batch_.set<Column::src_as>(by_source, 64'500);
  const auto by_destination = add_flow(a_, 1, 2);
  batch_.set<Column::src_as>(by_destination, 0);
  batch_.set<Column::dst_as>(by_destination, 64'501);
  const auto by_path = add_flow(a_, 1, 2);
  batch_.set<Column::as_path>(by_path, strings_.intern("64500 64501"));
  const auto local = add_flow(a_, 1, 2);
  batch_.set<Column::src_as>(local, 0);
  batch_.set<Column::dst_as>(local, 0);
  add_flow(b_, 1, 2);
  enrich({});
  EXPECT_EQ(count(Counter::flows_routed, a_), 3U);
  EXPECT_EQ(count(Counter::flows_routed, b_), 0U);
}

TEST_F(EnrichTest, RunsCoverTheBatchInOrder) {
  add_flow(a_, 1, 2);
  add_flow(a_, 1, 2);
  add_flow(b_, 1, 2);
  add_flow(a_, 1, 2);
  enrich({});
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (const auto& run : enricher_.runs()) runs.emplace_back(run.first, run.count);
  EXPECT_THAT(runs, testing::ElementsAre(testing::Pair(0, 2), testing::Pair(2, 1), testing::Pair(3, 1)));
  EXPECT_EQ(enricher_.runs()[0].exporter->state, &exporters_.of(a_));
}

TEST_F(EnrichTest, NewPlanReplacesWhatWasRemembered) {
  EnrichConfig config;
  config.exporters = {{.address = a_, .shown_as = {}, .name = "old", .sampling = {}, .interfaces = {}}};
  const auto row = add_flow(a_, 1, 2);
  enrich(config);
  EXPECT_EQ(text<Column::exporter_name>(row), "old");
  config.exporters[0].name = "new";
  enrich(config);
  EXPECT_EQ(text<Column::exporter_name>(row), "new");
}

}  // namespace
}  // namespace weir::enrich
