#include "store/duckdb/part_names.h"

#include <gtest/gtest.h>

namespace weir::store {
namespace {

TEST(PartNames, ATableNameIsNeverGivenTwice) {
  PartNames names;
  const std::string first = names.new_table(Kind::rollup_new, 0);
  names.release(first);
  const std::string second = names.new_table(Kind::rollup_new, 0);
  EXPECT_NE(second, first);
  names.release(second);
  const std::string third = names.new_table(Kind::rollup_new, 0);
  EXPECT_NE(third, first);
  EXPECT_NE(third, second);
}

TEST(PartNames, ANameOfAnEarlierProcessIsPassedOver) {
  PartNames names;
  PartNames fresh;
  const std::string taken = fresh.new_table(Kind::flows, 0);
  names.take(taken);
  EXPECT_NE(names.new_table(Kind::flows, 0), taken);
}

TEST(PartNames, AFileNameComesBackWhenItsFileIsGone) {
  PartNames names;
  const std::string first = names.new_file(Kind::flows, 0);
  EXPECT_NE(names.new_file(Kind::flows, 0), first);
  names.release(first);
  EXPECT_EQ(names.new_file(Kind::flows, 0), first);
}

}  // namespace
}  // namespace weir::store
