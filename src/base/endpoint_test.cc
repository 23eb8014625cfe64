#include "base/endpoint.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Endpoint, RoundTrips) {
  for (const std::string text : {"192.0.2.1:2055", "[2001:db8::1]:4739", "0.0.0.0:0", "[::]:65535"}) {
    const auto parsed = parse_endpoint(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(to_string(*parsed), text);
  }
}

TEST(Endpoint, RefusesWhatIsNoEndpoint) {
  for (const std::string text :
       {"", "2055", ":2055", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2.1:20x",
        "2001:db8::1:2055", "[192.0.2.1]:2055", "[2001:db8::1]", "router:2055", "192.0.2.1:+5"}) {
    const auto parsed = parse_endpoint(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find("'" + text + "'"), std::string::npos);
  }
}

}  // namespace
}  // namespace weir
