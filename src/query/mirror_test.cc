// The traffic the other way.
#include "query/mirror.h"

#include <gtest/gtest.h>

#include "query/expression_text.h"
#include "query/filter.h"

namespace weir::query {
namespace {

using flow::Column;

std::string mirror_of(std::string_view text) {
  const auto filter = parse_filter(text);
  if (!filter) return "not a filter";
  const auto other = mirrored(*filter);
  return other ? to_string(**other) : other.error().message;
}

TEST(Mirror, EveryColumnIsItsOppositesOpposite) {
  for (const flow::ColumnInfo& info : flow::kColumns) {
    EXPECT_EQ(mirrored(mirrored(info.column)), info.column) << info.name;
    EXPECT_EQ(flow::info(mirrored(info.column)).type, info.type) << info.name;
    // What is named after one end has an opposite.
    const bool sided = info.name.starts_with("src_") || info.name.starts_with("in_if") || info.name.starts_with("nat_src");
    EXPECT_EQ(mirrored(info.column) != info.column, sided || info.name.starts_with("dst_") ||
                                                        info.name.starts_with("out_if") || info.name.starts_with("nat_dst"))
        << info.name;
  }
  EXPECT_EQ(mirrored(Column::src_addr), Column::dst_addr);
  EXPECT_EQ(mirrored(Column::in_if_class), Column::out_if_class);
  EXPECT_EQ(mirrored(Column::as_path), Column::as_path);
}

TEST(Mirror, FiltersAreMirroredAsAWhole) {
  EXPECT_EQ(mirror_of("src net 10.0.0.0/8 and (dst port 443 or not in if 3) and proto tcp"),
            to_string(**parse_filter("dst net 10.0.0.0/8 and (src port 443 or not out if 3) and proto tcp")));
  EXPECT_EQ(mirror_of("src_as = dst_as"), to_string(**parse_filter("dst_as = src_as")));
  EXPECT_EQ(mirror_of("src_customer ~ 'A.*' and dst_region is known"),
            to_string(**parse_filter("dst_customer ~ 'A.*' and src_region is known")));
  EXPECT_EQ(*mirrored(ExpressionPtr()), nullptr);
}

TEST(Mirror, DirectionTurnsAround) {
  EXPECT_EQ(mirror_of("direction = in"), to_string(**parse_filter("direction = out")));
  EXPECT_EQ(mirror_of("direction in (in, other)"), to_string(**parse_filter("direction in (out, other)")));
  EXPECT_EQ(mirror_of("direction ~ 'i'"), "direction can be asked for both ways only as equal to 'in' or 'out'");
}

TEST(Mirror, QuestionsAreMirrored) {
  Query query;
  query.by = {Column::src_addr, Column::exporter, Column::out_if};
  const auto other = mirrored(query);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->by, (std::vector<Column>{Column::dst_addr, Column::exporter, Column::in_if}));
  query.by = {Column::direction};
  EXPECT_FALSE(mirrored(query));
}

}  // namespace
}  // namespace weir::query
