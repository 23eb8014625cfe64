#include "enrich/test_fixture.h"

namespace weir::enrich {
namespace {

using flow::Column;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CustomersTest : public BatchTest {
 protected:
  static CustomerConfig customer(const std::string& name, const std::string& region,
                                 std::initializer_list<std::string_view> prefixes) {
    CustomerConfig out{.name = name, .region = region, .prefixes = {}, .ases = {}, .interfaces = {}};
    for (const std::string_view prefix : prefixes) out.prefixes.push_back(net(prefix));
    return out;
  }
  std::string of(std::string_view address) {
    const auto row = add_flow(address, "8.8.8.8");
    enrich();
    return text<Column::src_customer>(row) + "/" + text<Column::src_region>(row);
  }
};

TEST_F(CustomersTest, NothingConfiguredLeavesTheColumnsUntouched) {
  const auto row = add_flow("192.0.2.1", "198.51.100.1");
  enrich();
  EXPECT_FALSE(has<Column::src_customer>(row));
  EXPECT_FALSE(has<Column::dst_region>(row));
}

TEST_F(CustomersTest, BothSidesByPrefixInBothFamilies) {
  config_.customers = {customer("Alpha", "MY", {"192.0.2.0/24", "2001:db8:1::/48"}),
                       customer("Beta", "", {"198.51.100.0/24"})};
  const auto v4 = add_flow("192.0.2.1", "198.51.100.1");
  const auto v6 = add_flow("2001:db8:2::1", "2001:db8:1::5");
  enrich();
  EXPECT_EQ(text<Column::src_customer>(v4), "Alpha");
  EXPECT_EQ(text<Column::src_region>(v4), "MY");
  EXPECT_EQ(text<Column::dst_customer>(v4), "Beta");
  EXPECT_EQ(text<Column::dst_region>(v4), "(unknown)");
  EXPECT_EQ(text<Column::src_customer>(v6), "(unknown)");
  EXPECT_EQ(text<Column::dst_customer>(v6), "Alpha");
}

TEST_F(CustomersTest, TheLongestPrefixWins) {
  config_.customers = {customer("Whole", "MY", {"10.0.0.0/8"}), customer("Part", "SG", {"10.1.0.0/16"}),
                       customer("Host", "", {"10.1.1.1/32"})};
  EXPECT_EQ(of("10.2.0.1"), "Whole/MY");
  EXPECT_EQ(of("10.1.0.1"), "Part/SG");
  EXPECT_EQ(of("10.1.1.1"), "Host/SG") << "what a prefix does not say it has from the one around it";
  EXPECT_EQ(of("11.0.0.1"), "(unknown)/(unknown)");
}

TEST_F(CustomersTest, RegionsHavePrefixesOfTheirOwn) {
  config_.customers = {customer("Alpha", "MY", {"10.1.0.0/16"})};
  config_.regions = {{"SG", {net("10.1.5.0/24"), net("10.0.0.0/8")}}};
  EXPECT_EQ(of("10.1.5.1"), "Alpha/SG") << "the longer prefix";
  EXPECT_EQ(of("10.1.6.1"), "Alpha/MY");
  EXPECT_EQ(of("10.2.0.1"), "(unknown)/SG");
}

TEST_F(CustomersTest, ARegionOfTheSamePrefixGoesBeforeTheCustomers) {
  config_.customers = {customer("Alpha", "MY", {"10.1.0.0/16"})};
  config_.regions = {{"HK", {net("10.1.0.0/16")}}};
  EXPECT_EQ(of("10.1.0.1"), "Alpha/HK");
}

TEST_F(CustomersTest, ThePrefixGoesBeforeTheAsAndTheAsBeforeTheInterface) {
  CustomerConfig by_as = customer("ByAs", "SG", {});
  by_as.ases = {64500};
  CustomerConfig by_interface = customer("ByInterface", "HK", {});
  by_interface.interfaces = {{.exporter = "192.0.2.*", .index = 7, .name = "*"}};
  config_.customers = {customer("ByPrefix", "MY", {"192.0.2.0/24"}), by_as, by_interface};
  const auto all = add_flow("192.0.2.1", "8.8.8.8");
  const auto as = add_flow("203.0.113.1", "8.8.8.8");
  const auto interface = add_flow("203.0.113.1", "8.8.8.8");
  const auto none = add_flow("203.0.113.1", "8.8.8.8");
  for (const auto row : {all, as, interface}) batch_.set<Column::in_if>(row, 7);
  batch_.set<Column::in_if>(none, 8);
  for (const auto row : {all, as}) batch_.set<Column::src_as>(row, 64500);
  batch_.set<Column::out_if>(none, 7);
  enrich();
  EXPECT_EQ(text<Column::src_customer>(all), "ByPrefix");
  EXPECT_EQ(text<Column::src_customer>(as), "ByAs");
  EXPECT_EQ(text<Column::src_region>(as), "SG");
  EXPECT_EQ(text<Column::src_customer>(interface), "ByInterface");
  EXPECT_EQ(text<Column::src_customer>(none), "(unknown)");
  EXPECT_EQ(text<Column::dst_customer>(none), "ByInterface") << "the outgoing interface tells of the destination";
}

TEST_F(CustomersTest, InterfacesByNamePatternOfNamedExporters) {
  CustomerConfig customer_of_name = customer("Named", "", {});
  customer_of_name.interfaces = {{.exporter = "edge-*", .index = {}, .name = "cust-alpha*"}};
  config_.customers = {customer_of_name};
  config_.exporters = {{.address = exporter_, .shown_as = {}, .name = "EDGE-1", .sampling = {}, .interfaces = {}}};
  const auto row = add_flow("203.0.113.1", "8.8.8.8");
  batch_.set<Column::in_if>(row, 1);
  batch_.set<Column::in_if_name>(row, strings_.intern("cust-Alpha-10G"));
  const auto other = add_flow("203.0.113.1", "8.8.8.8", ip("192.0.2.99"));
  batch_.set<Column::in_if>(other, 1);
  batch_.set<Column::in_if_name>(other, strings_.intern("cust-Alpha-10G"));
  enrich();
  EXPECT_EQ(text<Column::src_customer>(row), "Named");
  EXPECT_EQ(text<Column::src_customer>(other), "(unknown)");
}

TEST_F(CustomersTest, AReloadReplacesThem) {
  config_.customers = {customer("Old", "MY", {"10.0.0.0/8"})};
  EXPECT_EQ(of("10.0.0.1"), "Old/MY");
  EnrichConfig next;
  next.customers = {customer("New", "SG", {"10.0.0.0/8"})};
  reload(next);
  EXPECT_EQ(of("10.0.0.1"), "New/SG");
}

TEST_F(CustomersTest, MoreRowsThanOneChunk) {
  config_.customers = {customer("Alpha", "MY", {"10.0.0.0/8"})};
  for (unsigned i = 0; i < 1000; ++i) add_flow(i % 2 == 0 ? "10.0.0.1" : "11.0.0.1", "8.8.8.8");
  enrich();
  for (std::size_t row = 0; row < 1000; ++row) ASSERT_EQ(has<Column::src_customer>(row), row % 2 == 0) << row;
}

TEST(Contradictions, WhatTwoClaimIsNamed) {
  EnrichConfig config;
  config.customers = {
      {.name = "A", .region = "", .prefixes = {net("10.0.0.0/8"), net("10.0.0.0/8")}, .ases = {1}, .interfaces = {}},
      {.name = "B", .region = "", .prefixes = {net("10.0.0.0/8"), net("10.1.0.0/16")}, .ases = {1}, .interfaces = {}}};
  config.customers[0].interfaces = {{.exporter = "edge", .index = 1, .name = "*"}};
  config.customers[1].interfaces = {{.exporter = "edge", .index = 1, .name = "*"}, {}};
  config.regions = {{"MY", {net("10.0.0.0/8")}}, {"SG", {net("10.0.0.0/8")}}};
  EXPECT_THAT(find_contradictions(config),
              ElementsAre("10.0.0.0/8 is listed twice for customer 'A': expected each once",
                          "10.0.0.0/8 belongs to customer 'A' and to 'B': expected each once",
                          "AS 1 belongs to customer 'A' and to 'B': expected each once",
                          "interface 1 of exporter 'edge' belongs to customer 'A' and to 'B': expected each once",
                          HasSubstr("customer 'B' has every interface of every exporter"),
                          "10.0.0.0/8 belongs to region 'MY' and to 'SG': expected each once"));
}

TEST(Contradictions, PrefixesWithinPrefixesAreNone) {
  EnrichConfig config;
  config.customers = {{.name = "A", .region = "MY", .prefixes = {net("10.0.0.0/8")}, .ases = {}, .interfaces = {}},
                      {.name = "B", .region = "SG", .prefixes = {net("10.1.0.0/16")}, .ases = {}, .interfaces = {}}};
  config.regions = {{"HK", {net("10.0.0.0/8")}}};
  EXPECT_THAT(find_contradictions(config), IsEmpty());
}

}  // namespace
}  // namespace weir::enrich
