#include "query/name_tests.h"

#include <gtest/gtest.h>

#include "query/expression_text.h"
#include "query/filter.h"

namespace weir::query {
namespace {

ExpressionPtr parsed(std::string_view text) {
  auto filter = parse_filter(text);
  EXPECT_TRUE(filter) << show_error(text, filter.error());
  return *filter;
}

std::string resolved(std::string_view text) {
  const std::vector<AddressName> names = {{*parse_ip("192.0.2.1"), "www.example.net"},
                                          {*parse_ip("192.0.2.2"), "mail.example.org"},
                                          {*parse_ip("2001:db8::1"), "six.example.net"}};
  const auto done = with_names(parsed(text), names);
  EXPECT_TRUE(done);
  return to_string(**done);
}

TEST(NameTests, BecomeTheAddressesThatMeetThem) {
  EXPECT_EQ(resolved("src_name ~ \"EXAMPLE\\.net$\" and tcp"), "src_addr in [192.0.2.1 2001:db8::1] and proto = 6");
  EXPECT_EQ(resolved("dst_name = Mail.Example.org"), "dst_addr in [192.0.2.2]");
  EXPECT_EQ(resolved("dst_name in [mail.example.org six.example.net]"), "dst_addr in [192.0.2.2 2001:db8::1]");
  EXPECT_EQ(resolved("src_name ~ nowhere"), "not any");
  EXPECT_EQ(resolved("src_name !~ \"net$\""),
            "src_addr in [192.0.2.1 192.0.2.2 2001:db8::1] and not src_addr in [192.0.2.1 2001:db8::1]");
  EXPECT_EQ(resolved("not (src_name is known or tcp)"),
            "not (src_addr in [192.0.2.1 192.0.2.2 2001:db8::1] or proto = 6)");
}

TEST(NameTests, WithoutThemAFilterTakesMore) {
  const auto wider = [](std::string_view text) { return to_string(*without_names(parsed(text))); };
  EXPECT_EQ(wider("src_name ~ x and tcp"), "any and proto = 6");
  EXPECT_EQ(wider("not (src_name ~ x and tcp)"), "not (not any and proto = 6)");
  EXPECT_EQ(wider("not not src_name ~ x"), "not not any");
}

TEST(NameTests, TheColumnsAreTold) {
  EXPECT_TRUE(named_columns(*parsed("tcp and src net 10/8")).empty());
  EXPECT_EQ(named_columns(*parsed("tcp and not (dst_name ~ x or dst_name ~ y)")),
            std::vector{flow::Column::dst_addr});
  EXPECT_EQ(named_columns(*parsed("name ~ x")), (std::vector{flow::Column::src_addr, flow::Column::dst_addr}));
}

}  // namespace
}  // namespace weir::query
