#include "enrich/test_fixture.h"

namespace weir::enrich {
namespace {

using flow::Column;

class InterfacesTest : public BatchTest {
 protected:
  InterfacesTest() { lookups_.interfaces = &told_; }
  std::size_t add_interface_flow(std::uint32_t in_if) {
    const auto row = add_flow("192.0.2.1", "198.51.100.1");
    batch_.set<Column::in_if>(row, in_if);
    return row;
  }
  void tell(std::uint32_t index, const std::string& name, const std::string& description) {
    flow::InterfaceTable table;
    table.set({exporter_, index}, {.name = name, .description = description, .speed_bps = 0});
    told_.set(std::make_shared<const flow::InterfaceTable>(std::move(table)));
  }
  static ClassRule by_description(const std::string& pattern, const std::string& if_class) {
    return {.exporter = "*", .interface = "*", .description = pattern, .if_class = if_class};
  }
  /// A new batch with one flow, enriched.
  std::string class_of(std::uint32_t in_if) {
    batch_.clear();
    const auto row = add_interface_flow(in_if);
    enrich();
    return text<Column::in_if_class>(row);
  }
  flow::CurrentInterfaceTable told_;
};

TEST_F(InterfacesTest, TheNameThatTheRouterToldComesLast) {
  tell(1, "xe-0/0/1", "Transit");
  config_.exporters = {{.address = exporter_,
                        .shown_as = {},
                        .name = "",
                        .sampling = {},
                        .interfaces = {{.index = 2, .name = "configured", .if_class = "", .sampling = {}}}}};
  const auto told = add_interface_flow(1);
  const auto announced = add_interface_flow(1);
  batch_.set<Column::in_if_name>(announced, strings_.intern("announced"));
  const auto configured = add_interface_flow(2);
  batch_.set<Column::in_if_name>(configured, strings_.intern("announced"));
  const auto unknown = add_interface_flow(3);
  enrich();
  EXPECT_EQ(text<Column::in_if_name>(told), "xe-0/0/1");
  EXPECT_EQ(text<Column::in_if_name>(announced), "announced");
  EXPECT_EQ(text<Column::in_if_name>(configured), "configured");
  EXPECT_FALSE(has<Column::in_if_name>(unknown));
  EXPECT_EQ(count(flow::Counter::flows_named), 1U) << "decode/ counts what the exporter named itself";
}

TEST_F(InterfacesTest, ADescriptionStandsInForAName) {
  tell(1, "", "Transit PCCW");
  const auto row = add_interface_flow(1);
  enrich();
  EXPECT_EQ(text<Column::in_if_name>(row), "Transit PCCW");
}

TEST_F(InterfacesTest, RulesLookAtDescriptionsOfAnyOrigin) {
  tell(1, "xe-0/0/1", "Transit: PCCW");
  InterfaceConfig configured{.index = 2, .name = "", .if_class = "", .sampling = {}};
  configured.description = "peer: six";
  config_.exporters = {{.address = exporter_, .shown_as = {}, .name = "", .sampling = {}, .interfaces = {configured}}};
  config_.interface_classes = {by_description("transit:*", "transit"), by_description("peer:*", "peering")};
  EXPECT_EQ(class_of(1), "transit");
  EXPECT_EQ(class_of(2), "peering");
  EXPECT_EQ(class_of(3), "(unknown)");
  exporters_.of(exporter_).describe_interface(3, strings_.intern("Transit: announced"));
  EXPECT_EQ(class_of(3), "transit") << "announced while it runs";
  exporters_.of(exporter_).describe_interface(3, strings_.intern("Peer: changed"));
  EXPECT_EQ(class_of(3), "peering");
}

TEST_F(InterfacesTest, ANewTableOfTheRoutersIsTakenOver) {
  config_.interface_classes = {by_description("transit:*", "transit")};
  EXPECT_EQ(class_of(1), "(unknown)");
  tell(1, "xe-0/0/1", "Transit: PCCW");
  EXPECT_EQ(class_of(1), "transit");
  tell(1, "xe-0/0/1", "unused");
  EXPECT_EQ(class_of(1), "(unknown)");
}

TEST_F(InterfacesTest, InterfacesOfOneNameMayHaveSeveralDescriptions) {
  flow::InterfaceTable table;
  table.set({exporter_, 1}, {.name = "lag", .description = "Transit: A", .speed_bps = 0});
  table.set({exporter_, 2}, {.name = "lag", .description = "other", .speed_bps = 0});
  told_.set(std::make_shared<const flow::InterfaceTable>(std::move(table)));
  config_.interface_classes = {by_description("transit:*", "transit")};
  EXPECT_EQ(class_of(1), "transit");
  EXPECT_EQ(class_of(2), "(unknown)");
}

}  // namespace
}  // namespace weir::enrich
