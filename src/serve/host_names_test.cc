#include "serve/host_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::serve {
namespace {

const std::vector<std::string> kNames = {"Weir.example.net", "noc", "*.corp.example"};

TEST(HostNames, AddressesAndTheMachineItselfAlwaysCount) {
  for (const char* host : {"127.0.0.1", "127.0.0.1:8080", "192.0.2.7:80", "[::1]:8080", "[2001:db8::1]", "localhost",
                           "LOCALHOST:8080", "weir.localhost", ""})
    EXPECT_TRUE(answers_to(host, {})) << host;
}

TEST(HostNames, NamesCountAsTheyAreConfigured) {
  for (const char* host : {"weir.example.net", "WEIR.EXAMPLE.NET:8080", "weir.example.net.", "noc:80", "a.corp.example", "a.b.corp.example"})
    EXPECT_TRUE(answers_to(host, kNames)) << host;
  for (const char* host : {"evil.example", "weir.example.net.evil.example", "xweir.example.net", "corp.example", ".corp.example",
                           "noc.example", "localhost.evil.example", "127.0.0.1.evil.example", "[weir", "1.2.3", "0x7f.1",
                           "weir.example.net@evil.example"})
    EXPECT_FALSE(answers_to(host, kNames)) << host;
  EXPECT_FALSE(answers_to(std::string(3000, 'a'), kNames));
}

TEST(HostNames, AStarIsAnyName) {
  const std::vector<std::string> any = {"*"};
  EXPECT_TRUE(answers_to("evil.example", any));
  EXPECT_TRUE(answers_to(std::string(3000, 'a'), any));
}

}  // namespace
}  // namespace weir::serve
