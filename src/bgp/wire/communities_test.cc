#include <gtest/gtest.h>

#include "bgp/wire/path_attributes.h"

namespace weir::bgp {
namespace {

TEST(CommunitiesText, WritesEachKindInOrder) {
  PathAttributes a;
  a.communities = {0x0da3'0190, 0xffff'029a};
  a.extended_communities = {0x0002'fbf4'0000'0001, 0x0103'c000'0201'0064, 0x0202'fc00'0001'0007, 0x8006'0000'0000'0000};
  a.large_communities = {{64500, 1, 2}, {4'294'967'295, 0, 4'294'967'295}};
  EXPECT_EQ(communities_text(a),
            "3491:400 65535:666 rt:64500:1 soo:192.0.2.1:100 rt:4227858433:7 ext:0x8006000000000000 64500:1:2 "
            "4294967295:0:4294967295");
  EXPECT_EQ(communities_text({}), "");
}

TEST(CommunitiesText, WhatIsWrittenIsRead) {
  PathAttributes a;
  a.communities = {0, 0xffff'ffff, 0xfbf4'0001};
  // A four-octet AS community of an AS that two octets could hold is another than the two-octet one.
  a.extended_communities = {0x0202'0000'fbf4'0001, 0x0002'fbf4'ffff'ffff, 0x4002'fbf4'0000'0001, 0x0303'0000'0000'0001,
                            0x0102'c000'0201'ffff};
  a.large_communities = {{1, 2, 3}};
  const std::string text = communities_text(a);
  PathAttributes back;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    EXPECT_TRUE(parse_community(text.substr(at, end - at), back).has_value()) << text.substr(at, end - at);
    at = end + 1;
  }
  EXPECT_EQ(back, a) << text;
}

TEST(CommunitiesText, ReadsNamesThatRoutersShow) {
  PathAttributes a;
  for (const char* name : {"no-export", "no-advertise", "local-AS", "blackhole", "graceful-shutdown"}) {
    EXPECT_TRUE(parse_community(name, a).has_value()) << name;
  }
  EXPECT_EQ(communities_text(a), "65535:65281 65535:65282 65535:65283 65535:666 65535:0");
}

TEST(CommunitiesText, RefusesWhatIsNone) {
  for (const char* word : {"",
                           "1",
                           "65536:1",
                           "1:65536",
                           "1:2:3:4",
                           "1:2:4294967296",
                           "rt:1",
                           "rt:64500:4294967296",
                           "rt:65536:65536",
                           "rt:1.2.3:4",
                           "rt:192.0.2.1:65536",
                           "rt:64500L:65536",
                           "ext:0x12",
                           "ext:1",
                           "ext:0x01234567890abcdeg",
                           ":",
                           "a:b",
                           "-1:2",
                           "1: 2",
                           "soo:"}) {
    PathAttributes a;
    EXPECT_FALSE(parse_community(word, a).has_value()) << word;
    EXPECT_EQ(a, PathAttributes{}) << word;
  }
}

}  // namespace
}  // namespace weir::bgp
