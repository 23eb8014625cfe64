#include "bgp/file/prefix_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::bgp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Listed {
  std::vector<std::string> routes;
  PrefixListCounts counts;
  std::vector<std::string> complaints;
};
Listed read(std::string_view text, std::size_t chunk = std::string_view::npos) {
  Listed out;
  PrefixListReader reader([&](StaticRoute& route) {
    std::string line = to_string(route.nlri.rd) + (route.nlri.rd.bits == 0 ? "" : " ") + to_string(route.nlri.prefix) +
                       " path " + to_string(route.attributes.as_path) + " via " + to_string(route.next_hop) + " " +
                       std::string(to_string(route.attributes.origin));
    if (route.attributes.med) line += " med " + std::to_string(*route.attributes.med);
    if (route.attributes.local_pref) line += " pref " + std::to_string(*route.attributes.local_pref);
    if (const std::string text = communities_text(route.attributes); !text.empty()) line += " " + text;
    out.routes.push_back(line);
  });
  while (!text.empty()) {
    reader.take(text.substr(0, chunk));
    text.remove_prefix(std::min(chunk, text.size()));
  }
  reader.finish();
  out.counts = reader.counts();
  out.complaints = reader.complaints();
  return out;
}

TEST(PrefixList, AllColumns) {
  constexpr std::string_view kText =
      "prefix,as_path,next_hop,communities,med,local_pref,origin,rd\n"
      "10.0.0.0/8,64500 64501,192.0.2.1,64500:1 64500:2:3 rt:1:2,5,200,incomplete,64500:7\n"
      "2001:db8::/32,64502,,,,,,\n";
  const auto wanted = ElementsAre(
      "64500:7 10.0.0.0/8 path 64500 64501 via 192.0.2.1 incomplete med 5 pref 200 64500:1 rt:1:2 64500:2:3",
      "2001:db8::/32 path 64502 via :: igp");
  EXPECT_THAT(read(kText).routes, wanted);
  EXPECT_THAT(read(kText, 1).routes, wanted);
}
TEST(PrefixList, ColumnsInAnyOrderAndUnknownOnes) {
  EXPECT_THAT(read("Name;ASN;Network\r\n\"Some; name\";AS64500;10.0.0.0/8\r\n").routes,
              ElementsAre("10.0.0.0/8 path 64500 via :: igp"));
}
TEST(PrefixList, WithoutAHeading) {
  EXPECT_THAT(read("; a comment\n# another\n\n10.0.0.0/8\t64500\n11.0.0.0/8\tas64501").routes,
              ElementsAre("10.0.0.0/8 path 64500 via :: igp", "11.0.0.0/8 path 64501 via :: igp"));
}
TEST(PrefixList, ByteOrderMark) {
  EXPECT_THAT(read("\xef\xbb\xbfprefix,asn\n10.0.0.0/8,1\n").routes, ElementsAre("10.0.0.0/8 path 1 via :: igp"));
}
TEST(PrefixList, QuotesAndSets) {
  EXPECT_THAT(read("prefix,as_path\n10.0.0.0/8,\"64500 {1,2}\"\n").routes,
              ElementsAre("10.0.0.0/8 path 64500 {1,2} via :: igp"));
}

struct Bad {
  const char* line;
  const char* why;
};
class PrefixListBadLine : public ::testing::TestWithParam<Bad> {};
TEST_P(PrefixListBadLine, CostsItself) {
  const Listed listed = read("prefix,as_path,next_hop,communities,med,local_pref,origin,rd\n" +
                             std::string(GetParam().line) + "\n11.0.0.0/8,1\n");
  EXPECT_EQ(listed.routes.size(), 1U);
  EXPECT_EQ(listed.counts.not_understood, 1U);
  EXPECT_THAT(listed.complaints, ElementsAre(::testing::AllOf(HasSubstr("line 2: "), HasSubstr(GetParam().why))));
}
INSTANTIATE_TEST_SUITE_P(PrefixList, PrefixListBadLine,
                         ::testing::Values(Bad{"nowhere,1", "nowhere"}, Bad{"10.0.0.1/8,1", "10.0.0.0/8"},
                                           Bad{",1", "there is no prefix"}, Bad{"10.0.0.0/8,x", "'x'"},
                                           Bad{"10.0.0.0/8,1,here", "here"}, Bad{"10.0.0.0/8,1,,y:z", "'y:z'"},
                                           Bad{"10.0.0.0/8,1,,,many", "med: 'many' is not a number"},
                                           Bad{"10.0.0.0/8,1,,,,-1", "local_pref: '-1' is not a number"},
                                           Bad{"10.0.0.0/8,1,,,,,bgp", "none of igp, egp, incomplete"},
                                           Bad{"10.0.0.0/8,1,,,,,,7", "7"}));

TEST(PrefixList, LineWithoutEnd) {
  const Listed listed =
      read("prefix,asn\n10.0.0.0/8," + std::string(PrefixListReader::kMostLineOctets, '1') + "\n11.0.0.0/8,1\n");
  EXPECT_EQ(listed.routes.size(), 1U);
  EXPECT_THAT(listed.complaints, ElementsAre("line 2: the line is too long"));
}
TEST(PrefixList, ComplaintsAreOnePrintableLineAndBounded) {
  std::string text = "prefix,asn\n";
  for (int i = 0; i < 100; ++i) text += "\x1b[31m,1\n";
  const Listed listed = read(text);
  EXPECT_EQ(listed.complaints.size(), PrefixListReader::kMostComplaints);
  EXPECT_EQ(listed.complaints[0].find('\x1b'), std::string::npos);
  EXPECT_EQ(listed.counts.not_understood, 100U);
}
TEST(PrefixList, IsToldFromOtherFiles) {
  EXPECT_TRUE(looks_like_prefix_list("# mine\nprefix,as_path\n"));
  EXPECT_TRUE(looks_like_prefix_list("10.0.0.0/8\t64500\n"));
  EXPECT_FALSE(looks_like_prefix_list("name,asn\nx,1\n"));
  EXPECT_FALSE(looks_like_prefix_list(""));
}

}  // namespace
}  // namespace weir::bgp
