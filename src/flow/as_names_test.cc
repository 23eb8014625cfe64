#include "flow/as_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::flow {
namespace {

const std::vector<AsName> kSome = {{.as = 15169, .name = "GOOGLE", .country = "US"},
                                   {.as = 151, .name = "IND-NTC-AS", .country = "US"},
                                   {.as = 3356, .name = "LEVEL3", .country = "US"},
                                   {.as = 396982, .name = "GOOGLE-CLOUD-PLATFORM", .country = "US"},
                                   {.as = 64500, .name = "Made by Google fans", .country = ""},
                                   {.as = 15169, .name = "second entry", .country = "XX"}};

std::vector<std::uint32_t> numbers(const std::vector<const AsName*>& found) {
  std::vector<std::uint32_t> out;
  for (const AsName* one : found) out.push_back(one->as);
  return out;
}

TEST(AsNames, FindsByNumberAndTheFirstEntryCounts) {
  const AsNames names(kSome);
  EXPECT_EQ(names.size(), 5U);
  ASSERT_NE(names.find(15169), nullptr);
  EXPECT_EQ(names.find(15169)->name, "GOOGLE");
  EXPECT_EQ(names.find(1), nullptr);
  EXPECT_EQ(names.find(4294967295), nullptr);
  EXPECT_EQ(AsNames().find(1), nullptr);
}

TEST(AsNames, SearchGivesExactMatchesFirst) {
  const AsNames names(kSome);
  EXPECT_THAT(numbers(names.search("gooGLE", 10)), testing::ElementsAre(15169, 396982, 64500));
  EXPECT_THAT(numbers(names.search("151", 10)), testing::ElementsAre(151, 15169));
  EXPECT_THAT(numbers(names.search("AS15169", 10)), testing::ElementsAre(15169));
  EXPECT_THAT(numbers(names.search("cloud", 10)), testing::ElementsAre(396982));
  EXPECT_THAT(numbers(names.search("gle", 1)), testing::ElementsAre(15169));
  EXPECT_TRUE(names.search("", 10).empty());
  EXPECT_TRUE(names.search("nobody", 10).empty());
}

TEST(CurrentAsNames, IsNeverNull) {
  CurrentAsNames current;
  ASSERT_NE(current.get(), nullptr);
  current.set(std::make_shared<const AsNames>(kSome));
  EXPECT_EQ(current.get()->find(3356)->name, "LEVEL3");
}

}  // namespace
}  // namespace weir::flow
