// The reference page in docs/ is the one that the tables give.
#include "query/filter_reference.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "query/filter.h"

namespace weir::query {
namespace {

TEST(FilterReference, IsTheFileInDocs) {
  std::ifstream file(WEIR_SOURCE_DIR "/docs/reference/filter.md");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::string expected = filter_reference_markdown();
  if (text != expected) {
    std::ofstream("filter.md.new") << expected;
    FAIL() << "docs/reference/filter.md is not what the tables give; the new page is in filter.md.new";
  }
}

TEST(FilterReference, ItsFiltersParse) {
  const std::string page = filter_reference_markdown();
  for (const std::string_view filter :
       {"src net 103.64.13.0/24 and dst port in [80 443] and proto tcp", "dst as 15169 and not (port 443 or port 80)",
        "src_customer in (\"Acme\", \"Beta\") and as_path ~ \"3491 .* 4134\"", "bytes > 1M and duration < 5s",
        "flags S and not flags AFRPU", "src or dst port != 80", "vrf is unknown", "in_if_name = \"xe-0/0/0\""}) {
    EXPECT_NE(page.find(filter), std::string::npos) << filter;
    EXPECT_TRUE(parse_filter(filter)) << filter;
  }
  const std::string_view wrong = "src net 10/8 and prot tcp";
  const auto error = parse_filter(wrong);
  ASSERT_FALSE(error);
  EXPECT_NE(page.find("unknown word 'prot'; did you mean 'proto'?\n      src net 10/8 and prot tcp\n" +
                      std::string(6 + error.error().position, ' ') + "^~~~"),
            std::string::npos);
}

}  // namespace
}  // namespace weir::query
