// Against a real agent: snmpd, which Debian has, on loopback and with a configuration and a state of its own.
#include "snmp/agent.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace weir::snmp {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "/usr/sbin/snmpd";

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(0, ::bind(fd, reinterpret_cast<sockaddr*>(&address), size));
  EXPECT_EQ(0, ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size));
  ::close(fd);
  return ntohs(address.sin_port);
}

class AgentTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (::access(kProgram, X_OK) != 0) return;
    std::string pattern = (fs::temp_directory_path() / "weir-snmpd-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    std::ofstream(directory_ / "snmpd.conf") << "rocommunity weirtest 127.0.0.1\n"
                                                "sysName router-1\n"
                                                "createUser nobodyknows\n"
                                                "createUser onlyauth MD5 authsecret1\n"
                                                "createUser desuser SHA authsecret1 DES privsecret1\n"
                                                "createUser aesuser SHA-256 authsecret1 AES privsecret1\n"
                                                "rouser nobodyknows noauth\n"
                                                "rouser onlyauth auth\n"
                                                "rouser desuser priv\n"
                                                "rouser aesuser priv\n";
    port_ = free_port();
    const std::vector<std::string> words{kProgram, "-f",    "-Ln",
                                         "-C",     "-c",    (directory_ / "snmpd.conf").string(),
                                         "-I",     "-smux", "udp:127.0.0.1:" + std::to_string(port_)};
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::string persistent = "SNMP_PERSISTENT_DIR=" + directory_.string();
    std::string mibs = "MIBS=";
    char* environment[] = {persistent.data(), mibs.data(), nullptr};
    ASSERT_EQ(0, ::posix_spawn(&pid_, kProgram, nullptr, nullptr, arguments.data(), environment));
    for (const std::int64_t end = steady_ms() + 20'000; steady_ms() < end;) {
      if (auto agent = open({.community = "weirtest"}, 200); agent && (*agent)->uptime()) return;
    }
    FAIL() << "snmpd does not answer";
  }
  static void TearDownTestSuite() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    if (!directory_.empty()) fs::remove_all(directory_);
  }
  void SetUp() override {
    if (pid_ <= 0) GTEST_SKIP() << "snmpd is not installed";
  }

  static Result<std::unique_ptr<Agent>> open(const Credentials& credentials, UnixMillis timeout_ms = 2000) {
    return Agent::open({IpAddress::v4(0x7f00'0001), port_}, credentials, timeout_ms);
  }
  static Result<Reading> read(const Credentials& credentials) {
    auto agent = open(credentials);
    if (!agent) return std::unexpected(agent.error());
    return (*agent)->read(never_);
  }
  static void expect_whole(const Result<Reading>& reading) {
    ASSERT_TRUE(reading) << reading.error().message;
    EXPECT_EQ("router-1", reading->name);
    EXPECT_GT(reading->uptime_cs, 0U);
    const auto loopback = std::ranges::find(reading->interfaces, "lo", [](const Interface& i) { return i.info.name; });
    ASSERT_NE(reading->interfaces.end(), loopback);
    const auto counters = std::ranges::find(reading->counters, loopback->index, &flow::InterfaceCounters::if_index);
    ASSERT_NE(reading->counters.end(), counters);
    EXPECT_GT(counters->in_octets, 0U) << "the questions themselves went over it";
    EXPECT_TRUE(counters->oper_up);
  }

  static inline const std::atomic<bool> never_{false};
  static inline fs::path directory_;
  static inline std::uint16_t port_ = 0;
  static inline pid_t pid_ = 0;
};

TEST_F(AgentTest, Version2c) {
  expect_whole(read({.community = "weirtest"}));
}

TEST_F(AgentTest, Version3WithoutSecrets) {
  expect_whole(read({.user = "nobodyknows"}));
}

TEST_F(AgentTest, Version3WithAuthentication) {
  expect_whole(read({.user = "onlyauth", .auth = 1, .auth_password = "authsecret1"}));
}

TEST_F(AgentTest, Version3WithShaAndDes) {
  const auto reading = read(
      {.user = "desuser", .auth = 2, .auth_password = "authsecret1", .privacy = 1, .privacy_password = "privsecret1"});
  expect_whole(reading);
}

TEST_F(AgentTest, Version3WithSha256AndAes) {
  const auto reading = read(
      {.user = "aesuser", .auth = 4, .auth_password = "authsecret1", .privacy = 2, .privacy_password = "privsecret1"});
  expect_whole(reading);
}

TEST_F(AgentTest, AWrongCommunityIsNotAnswered) {
  auto agent = open({.community = "wrongcommunity"}, 100);
  ASSERT_TRUE(agent);
  const auto reading = (*agent)->read(never_);
  ASSERT_FALSE(reading);
  EXPECT_TRUE(reading.error().message.contains("does not answer")) << reading.error().message;
  EXPECT_FALSE(reading.error().message.contains("wrongcommunity"));
}

TEST_F(AgentTest, AWrongPasswordIsSaidWithoutShowingIt) {
  const auto reading = read({.user = "onlyauth", .auth = 1, .auth_password = "wrongsecret"});
  ASSERT_FALSE(reading);
  EXPECT_TRUE(reading.error().message.contains("uthentication")) << reading.error().message;
  EXPECT_FALSE(reading.error().message.contains("wrongsecret"));
}

TEST_F(AgentTest, AnUnknownUserIsSaid) {
  const auto reading = read({.user = "stranger"});
  ASSERT_FALSE(reading);
  EXPECT_TRUE(reading.error().message.contains("ser")) << reading.error().message;
}

TEST_F(AgentTest, APasswordThatIsTooShortIsRefused) {
  const auto reading = read({.user = "onlyauth", .auth = 1, .auth_password = "short"});
  ASSERT_FALSE(reading);
  EXPECT_TRUE(reading.error().message.contains("8 characters")) << reading.error().message;
}

TEST_F(AgentTest, PrivacyWithoutAuthenticationIsRefused) {
  const auto reading = read({.user = "aesuser", .privacy = 2, .privacy_password = "privsecret1"});
  ASSERT_FALSE(reading);
  EXPECT_EQ(ErrorCode::invalid, reading.error().code) << "nothing may be sent in the clear instead";
}

TEST_F(AgentTest, AStopEndsTheReading) {
  auto agent = open({.community = "weirtest"});
  ASSERT_TRUE(agent);
  const std::atomic<bool> stop{true};
  const auto reading = (*agent)->read(stop);
  ASSERT_FALSE(reading);
  EXPECT_EQ(ErrorCode::cancelled, reading.error().code);
}

}  // namespace
}  // namespace weir::snmp
