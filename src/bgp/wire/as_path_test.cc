#include <gtest/gtest.h>

#include "bgp/wire/path_attributes.h"

namespace weir::bgp {
namespace {

AsPath path(std::string_view text) {
  const auto parsed = parse_as_path(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(AsPath{});
}

TEST(AsPathText, RoundTrips) {
  for (const char* text : {"", "64500", "3356 3491 45352 45352", "{1,2}", "64500 {1,2,3}", "(65001 65002) 64500",
                           "(65001) [65002,65003] 64500 {7}", "4226809914 64496"}) {
    EXPECT_EQ(to_string(path(text)), text);
  }
}

TEST(AsPathText, ReadsSpacesAndAsdot) {
  EXPECT_EQ(to_string(path("  1\t2 { 3 , 4 } ")), "1 2 {3,4}");
  EXPECT_EQ(to_string(path("1.10 64500")), "65546 64500");
}

TEST(AsPathText, ErrorsNameTheWord) {
  const auto error = [](std::string_view text) { return parse_as_path(text).error().message; };
  EXPECT_EQ(error("1 x 2"), "AS path: 'x' is not an AS number");
  EXPECT_EQ(error("4294967296"), "AS path: '4294967296' is not an AS number");
  EXPECT_EQ(error("1.65536"), "AS path: '1.65536' is not an AS number");
  EXPECT_EQ(error("-1"), "AS path: '-1' is not an AS number");
  EXPECT_EQ(error("{1,2"), "AS path: '{' is not closed");
  EXPECT_EQ(error("1}"), "AS path: '}' closes what was not opened");
  EXPECT_EQ(error("{1)"), "AS path: ')' closes what was not opened");
  EXPECT_EQ(error("{1 {2}}"), "AS path: '{' opens within another bracket");
  EXPECT_EQ(error("{}"), "AS path: '}' closes an empty segment");
}

TEST(AsPath, OriginIsTheLastOfASequence) {
  EXPECT_EQ(path("1 2 3").origin(), 3U);
  EXPECT_EQ(path("").origin(), std::nullopt);
  EXPECT_EQ(path("1 {2,3}").origin(), std::nullopt);
  EXPECT_EQ(path("(65001 65002)").origin(), std::nullopt);
  EXPECT_EQ(path("(65001) 7").origin(), 7U);
  EXPECT_EQ(path("{2} 7").origin(), 7U);
}

TEST(AsPath, FirstPassesOverConfederations) {
  EXPECT_EQ(path("1 2").first(), 1U);
  EXPECT_EQ(path("(65001) [65002] 7 8").first(), 7U);
  EXPECT_EQ(path("{1,2} 3").first(), std::nullopt);
  EXPECT_EQ(path("(65001)").first(), std::nullopt);
  EXPECT_EQ(path("").first(), std::nullopt);
}

TEST(AsPath, LengthAsInTheDecisionProcess) {
  EXPECT_EQ(path("1 1 1 2").length(), 4U);
  EXPECT_EQ(path("1 {2,3,4}").length(), 2U);
  EXPECT_EQ(path("(65001 65002) [65003] 7").length(), 1U);
  EXPECT_EQ(path("").length(), 0U);
}

TEST(OriginText, NamesAllThree) {
  EXPECT_EQ(to_string(Origin::igp), "igp");
  EXPECT_EQ(to_string(Origin::egp), "egp");
  EXPECT_EQ(to_string(Origin::incomplete), "incomplete");
}

}  // namespace
}  // namespace weir::bgp
