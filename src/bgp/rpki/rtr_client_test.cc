// Against a real cache: stayrtr, which Debian has.
#include "bgp/rpki/rtr_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "base/temporary_directory.h"

extern char** environ;

namespace weir::bgp {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "/usr/bin/stayrtr";

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(0, ::bind(fd, reinterpret_cast<sockaddr*>(&address), size));
  EXPECT_EQ(0, ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size));
  ::close(fd);
  return ntohs(address.sin_port);
}

/// A stayrtr that serves one file.
class Cache {
 public:
  explicit Cache(fs::path file) : port(free_port()), file_(std::move(file)) {}
  ~Cache() { stop(); }
  void start() {
    const std::string bind = "127.0.0.1:" + std::to_string(port);
    const std::vector<std::string> words{kProgram,           "-bind",         bind, "-cache",   file_.string(),
                                         "-checktime=false", "-metrics.addr", "",   "-refresh", "1",
                                         "-loglevel",        "fatal"};
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ASSERT_EQ(0, ::posix_spawn(&pid_, kProgram, nullptr, nullptr, arguments.data(), environ));
  }
  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  const std::uint16_t port;

 private:
  fs::path file_;
  pid_t pid_ = 0;
};

class RtrClientTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::access(kProgram, X_OK) != 0) GTEST_SKIP() << "stayrtr is not installed";
  }

  [[nodiscard]] fs::path write(const std::string& name, const std::string& roas) const {
    std::ofstream(directory_ / "new") << R"({"metadata": {}, "roas": [)" << roas << "]}";
    fs::rename(directory_ / "new", directory_ / name);
    return directory_ / name;
  }
  static std::string roa(const std::string& prefix, int as) {
    return R"({"prefix": ")" + prefix + R"(", "maxLength": 48, "asn": ")" + std::to_string(as) + R"(", "ta": "x"})";
  }
  static std::string roa4(const std::string& prefix, int as) {
    return R"({"prefix": ")" + prefix + R"(", "maxLength": 24, "asn": )" + std::to_string(as) + R"(, "ta": "x"})";
  }
  static RtrClientOptions options(std::initializer_list<std::pair<const Cache*, int>> caches) {
    RtrClientOptions out;
    for (const auto& [cache, preference] : caches) out.caches.push_back({"127.0.0.1", cache->port, preference});
    out.times.retry_ms = kSecondMs;
    return out;
  }
  /// Looks after the client until `true_now`.
  static ::testing::AssertionResult wait(RtrClient& client, const std::function<bool()>& true_now) {
    const std::int64_t end = steady_ms() + 30'000;
    while (steady_ms() < end) {
      (void)client.turn(now_ms(), 100);
      if (true_now()) return ::testing::AssertionSuccess();
    }
    auto out = ::testing::AssertionFailure() << "not within 30 s;";
    for (const RtrClientStatus& s : client.status()) {
      out << ' ' << s.name << ' ' << to_string(s.state) << " in use " << s.in_use << " vrps " << s.vrps4 << '+'
          << s.vrps6 << " error '" << s.error << "';";
    }
    return out;
  }

  const TemporaryDirectory made_;
  const fs::path& directory_ = made_.path();
  VrpTable table_;
};

TEST_F(RtrClientTest, TakesVrpsOverAndFollowsTheirChanges) {
  Cache cache(write("a.json", roa4("192.0.2.0/24", 64496) + "," + roa("2001:db8::/32", 64497)));
  cache.start();
  RtrClient client(options({{&cache, 100}}), table_, 0);
  ASSERT_TRUE(wait(client, [&] { return table_.size() == 2; }));
  VrpTable::Reader reader(table_);
  EXPECT_EQ(Validity::valid, reader.validate(*parse_prefix("192.0.2.0/24"), 64496));
  EXPECT_EQ(Validity::valid, reader.validate(*parse_prefix("2001:db8:1::/48"), 64497));
  EXPECT_EQ(Validity::invalid, reader.validate(*parse_prefix("2001:db8:1:1::/64"), 64497));
  const RtrClientStatus status = client.status().at(0);
  EXPECT_EQ(RtrState::established, status.state);
  EXPECT_TRUE(status.in_use);
  EXPECT_EQ(1U, status.vrps4);
  EXPECT_EQ(1U, status.vrps6);
  EXPECT_NE(0, status.updated_ms);
  EXPECT_EQ("", status.error);

  (void)write("a.json", roa4("192.0.2.0/24", 64511));
  ASSERT_TRUE(wait(client, [&] { return table_.size() == 1; }));
  EXPECT_EQ(Validity::invalid, reader.validate(*parse_prefix("192.0.2.0/24"), 64496));
  EXPECT_EQ(0U, client.status().at(0).vrps6);
}

TEST_F(RtrClientTest, ALostCachesVrpsStayAndItIsTakenUpAgain) {
  Cache cache(write("a.json", roa4("192.0.2.0/24", 64496)));
  cache.start();
  RtrClient client(options({{&cache, 100}}), table_, 0);
  ASSERT_TRUE(wait(client, [&] { return table_.size() == 1; }));
  // stayrtr takes the number of its session from the clock's seconds: in the same second it would begin the same again.
  const UnixMillis second = now_ms() / kSecondMs;
  ASSERT_TRUE(wait(client, [&] { return now_ms() / kSecondMs != second; }));
  cache.stop();
  ASSERT_TRUE(wait(client, [&] { return client.status().at(0).state == RtrState::lost; }));
  EXPECT_EQ(1U, table_.size());
  EXPECT_TRUE(client.status().at(0).in_use);
  EXPECT_NE("", client.status().at(0).error);
  (void)write("a.json", roa4("192.0.2.0/24", 64496) + "," + roa4("198.51.100.0/24", 64496));
  cache.start();
  ASSERT_TRUE(wait(client, [&] { return table_.size() == 2; }));
  EXPECT_EQ(RtrState::established, client.status().at(0).state);
}

TEST_F(RtrClientTest, TheNextOneIsUsedWhileABetterOneIsAway) {
  Cache better(write("a.json", roa4("192.0.2.0/24", 1)));
  Cache worse(write("b.json", roa4("192.0.2.0/24", 2) + "," + roa4("198.51.100.0/24", 2)));
  worse.start();
  RtrClient client(options({{&worse, 10}, {&better, 20}}), table_, 0);
  ASSERT_TRUE(wait(client, [&] { return table_.size() == 2; }));
  EXPECT_EQ(RtrState::lost, client.status().at(0).state);
  EXPECT_TRUE(client.status().at(1).in_use);
  better.start();
  ASSERT_TRUE(wait(client, [&] { return table_.size() == 1; }));
  EXPECT_TRUE(client.status().at(0).in_use);
  EXPECT_EQ(RtrState::stopped, client.status().at(1).state);
  EXPECT_FALSE(client.status().at(1).in_use);
}

TEST_F(RtrClientTest, AWakeEndsTheWaiting) {
  RtrClient client({}, table_, 0);
  std::thread waker([&] { client.wake(); });
  const std::int64_t before = steady_ms();
  EXPECT_FALSE(client.turn(0, 60'000));
  EXPECT_LT(steady_ms() - before, 50'000);
  waker.join();
}

TEST_F(RtrClientTest, ANameThatIsNoneIsSaid) {
  RtrClientOptions options;
  options.caches.push_back({"no-such-host.invalid", 323, 100});
  RtrClient client(options, table_, 0);
  ASSERT_TRUE(wait(client, [&] { return client.status().at(0).state == RtrState::lost; }));
  EXPECT_TRUE(client.status().at(0).error.contains("no-such-host.invalid")) << client.status().at(0).error;
}

}  // namespace
}  // namespace weir::bgp
