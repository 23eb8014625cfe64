#include "flow/interface_table.h"

#include <gtest/gtest.h>

namespace weir::flow {
namespace {

TEST(InterfaceTable, FindsByExporterAndIndex) {
  const IpAddress a = IpAddress::v4(0xc0000201);
  const IpAddress b = IpAddress::v4(0xc0000202);
  InterfaceTable table;
  table.set({a, 1}, {.name = "xe-0/0/1", .description = "old", .speed_bps = 1});
  table.set({a, 1}, {.name = "xe-0/0/1", .description = "Transit", .speed_bps = 10'000'000'000});
  table.set({b, 1}, {.name = "ge-0/0/1", .description = "", .speed_bps = 0});
  EXPECT_EQ(table.size(), 2U);
  ASSERT_NE(table.find(a, 1), nullptr);
  EXPECT_EQ(table.find(a, 1)->description, "Transit");
  EXPECT_EQ(table.find(b, 1)->name, "ge-0/0/1");
  EXPECT_EQ(table.find(a, 2), nullptr);
}

TEST(CurrentInterfaceTable, IsNeverNullAndKeepsTheOldOneAlive) {
  CurrentInterfaceTable current;
  ASSERT_NE(current.get(), nullptr);
  InterfaceTable table;
  table.set({IpAddress::v4(1), 1}, {.name = "a", .description = "", .speed_bps = 0});
  current.set(std::make_shared<const InterfaceTable>(std::move(table)));
  const auto held = current.get();
  current.set(std::make_shared<const InterfaceTable>());
  EXPECT_EQ(held->find(IpAddress::v4(1), 1)->name, "a");
  EXPECT_EQ(current.get()->size(), 0U);
}

}  // namespace
}  // namespace weir::flow
