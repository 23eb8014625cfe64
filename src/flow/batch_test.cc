#include "flow/batch.h"

#include <gtest/gtest.h>

#include "flow/exporter_table.h"
#include "flow/string_pool.h"
#include "flow/value_text.h"

namespace weir::flow {
namespace {

TEST(FlowBatch, RowsStartUnknownEvenInRecycledMemory) {
  FlowBatch batch;
  batch.add_rows(1);
  batch.set<Column::src_port>(0, 443);
  batch.clear();
  batch.add_rows(1);
  EXPECT_FALSE(batch.masks()[0].has(Column::src_port));
  EXPECT_EQ(batch.get_or<Column::src_port>(0, 7), 7);
}

TEST(FlowBatch, GrowingKeepsWhatWasThere) {
  FlowBatch batch;
  batch.add_rows(3);
  batch.set<Column::dst_addr>(2, IpAddress::v4(0x01020304));
  batch.add_rows(50'000);
  EXPECT_EQ(batch.get_or<Column::dst_addr>(2, {}), IpAddress::v4(0x01020304));
  EXPECT_EQ(batch.size(), 50'003U);
}

TEST(FlowBatch, PresenceTellsAnyFromAll) {
  FlowBatch batch;
  batch.add_rows(2);
  batch.set<Column::proto>(0, 6);
  batch.set<Column::proto>(1, 17);
  batch.set<Column::vrf>(1, 0);
  const auto presence = batch.presence();
  EXPECT_TRUE(presence.all.has(Column::proto));
  EXPECT_TRUE(presence.any.has(Column::vrf));
  EXPECT_FALSE(presence.all.has(Column::vrf));
  EXPECT_FALSE(presence.any.has(Column::bytes));
}

TEST(FlowBatch, JsonHoldsOnlyWhatTheRowHas) {
  StringPool strings;
  FlowBatch batch;
  batch.add_rows(2);
  batch.set<Column::src_addr>(0, IpAddress::v4(0xc0a80101));
  batch.set<Column::bytes>(0, ~std::uint64_t{0});
  batch.set<Column::src_mac>(0, 0x0a0b0c0d0e0f);
  batch.set<Column::in_if_name>(0, strings.intern("ge-0/0/0 \"up\"\x01\xff"));
  std::string text;
  append_json(text, batch, 0, strings);
  EXPECT_EQ(text, "{\"in_if_name\":\"ge-0/0/0 \\\"up\\\"\\u0001\xef\xbf\xbd\",\"src_addr\":\"192.168.1.1\","
                  "\"bytes\":18446744073709551615,\"src_mac\":\"0a:0b:0c:0d:0e:0f\"}");
  text.clear();
  append_json(text, batch, 1, strings);
  EXPECT_EQ(text, "{}");
}

TEST(StringPool, GivesTheSameIdForTheSameTextAndBoundsItself) {
  StringPool pool(4);
  EXPECT_EQ(pool.intern(""), 0U);
  const StringId a = pool.intern("xe-0/0/0");
  EXPECT_EQ(pool.intern("xe-0/0/0"), a);
  EXPECT_EQ(pool.text(a), "xe-0/0/0");
  (void)pool.intern("b");
  EXPECT_EQ(pool.text(pool.intern("c")), "(too many names)");
  EXPECT_EQ(pool.refused(), 1U);
  EXPECT_EQ(pool.text(12345), "");
}

TEST(ExporterTable, SharesOneEntryBehindItsBound) {
  ExporterTable table(2);
  ExporterState& first = table.of(IpAddress::v4(1));
  table.of(IpAddress::v4(2)).add(Counter::flows, 5);
  EXPECT_EQ(&table.of(IpAddress::v4(1)), &first);
  EXPECT_EQ(&table.of(IpAddress::v4(3)), &table.of(IpAddress::v4(4)));
  EXPECT_EQ(table.all().size(), 3U);
  EXPECT_EQ(table.of(IpAddress::v4(2)).get(Counter::flows), 5U);
}

TEST(Columns, AreFoundByNameAndAlias) {
  EXPECT_EQ(find_column("src_addr"), Column::src_addr);
  EXPECT_EQ(find_column("das"), Column::dst_as);
  EXPECT_EQ(find_column(""), std::nullopt);
  EXPECT_EQ(find_column("nonsense"), std::nullopt);
  for (std::size_t i = 0; i < kColumnCount; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kColumns[i].column), i);
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(kColumns[i].name, kColumns[j].name);
      if (!kColumns[i].alias.empty()) {
        EXPECT_NE(kColumns[i].alias, kColumns[j].alias);
      }
    }
  }
}

}  // namespace
}  // namespace weir::flow
