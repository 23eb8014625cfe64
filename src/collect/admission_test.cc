#include "collect/admission.h"

#include <gtest/gtest.h>

namespace weir::collect {
namespace {

IpAddress ip(std::string_view text) { return parse_ip(text).value(); }

TEST(Admission, everybody_is_taken_unless_it_says_otherwise) {
  Admission admission;
  EXPECT_TRUE(admission.admits(ip("192.0.2.1")));
  admission.configure({.refuse_unknown = false, .known = {parse_prefix("198.51.100.0/24").value()}}, {});
  EXPECT_TRUE(admission.admits(ip("192.0.2.1")));
  EXPECT_EQ(admission.refused(), 0U);
}

TEST(Admission, who_is_not_on_the_list_is_refused_and_counted) {
  Admission admission;
  admission.configure({.refuse_unknown = true,
                       .known = {parse_prefix("198.51.100.0/24").value(), parse_prefix("2001:db8::/32").value()}},
                      {ip("203.0.113.9"), ip("192.0.2.7")});
  for (const char* known : {"198.51.100.0", "198.51.100.255", "2001:db8:1::1", "203.0.113.9", "192.0.2.7"}) {
    EXPECT_TRUE(admission.admits(ip(known))) << known;
  }
  for (const char* unknown : {"198.51.101.0", "192.0.2.8", "2001:db9::1", "::"}) EXPECT_FALSE(admission.admits(ip(unknown))) << unknown;
  EXPECT_EQ(admission.refused(), 4U);
  admission.configure({.refuse_unknown = true, .known = {}}, {ip("192.0.2.8")});
  EXPECT_TRUE(admission.admits(ip("192.0.2.8")));
  EXPECT_FALSE(admission.admits(ip("192.0.2.7")));
}

}  // namespace
}  // namespace weir::collect
