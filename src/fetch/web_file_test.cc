#include "fetch/web_file.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>
#include <vector>

#include "base/temporary_directory.h"

namespace weir::fetch {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// Answers each connection on a port of 127.0.0.1 with what `answer` makes of its request, and closes it.
class Server {
 public:
  using Answer = std::function<std::string(const std::string& request)>;
  explicit Server(Answer answer) : answer_(std::move(answer)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(0, ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size));
    EXPECT_EQ(0, ::listen(fd_, 8));
    EXPECT_EQ(0, ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size));
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Server() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  [[nodiscard]] std::string url(const std::string& path = "/file") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  /// Read after the answers that are looked at came back.
  std::vector<std::string> requests;

 private:
  void run() {
    for (;;) {
      const int connection = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      std::string request;
      char block[4096];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t got = ::read(connection, block, sizeof block);
        if (got <= 0) break;
        request.append(block, static_cast<std::size_t>(got));
      }
      requests.push_back(request);
      const std::string reply = answer_(request);
      if (!reply.empty()) {
        (void)::send(connection, reply.data(), reply.size(), MSG_NOSIGNAL);
      } else {  // says nothing until the client goes away
        pollfd gone{.fd = connection, .events = POLLRDHUP, .revents = 0};
        (void)::poll(&gone, 1, 20'000);
      }
      ::close(connection);
    }
  }

  Answer answer_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

std::string ok(const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

std::string moved(const std::string& to) {
  return "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + "\r\n\r\n";
}

class WebFileTest : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("no_proxy", "127.0.0.1", 1);
  }

  [[nodiscard]] WebFileOptions options(const std::string& url) const {
    return {.url = url, .file = directory_ / "deep" / "file", .interval_ms = kHourMs};
  }
  [[nodiscard]] static std::string content(const fs::path& file) {
    std::stringstream out;
    out << std::ifstream(file).rdbuf();
    return out.str();
  }

  const TemporaryDirectory made_;
  const fs::path& directory_ = made_.path();
};

TEST_F(WebFileTest, FetchesOnceInAnInterval) {
  const Server server([](const std::string&) { return ok("one"); });
  WebFile file(options(server.url()));
  EXPECT_FALSE(file.status().present);
  EXPECT_TRUE(file.check(1000));
  EXPECT_EQ("one", content(file.file()));
  EXPECT_FALSE(file.check(1000 + kHourMs - 1));
  EXPECT_EQ(1U, server.requests.size());
  EXPECT_TRUE(file.check(1000 + kHourMs));
  EXPECT_EQ(2U, file.status().fetched);
  EXPECT_EQ(3U, file.status().octets);
  EXPECT_EQ("", file.status().error);
  EXPECT_FALSE(fs::exists(file.file().string() + ".new"));
}

TEST_F(WebFileTest, AsksOnlyForChangesAlsoAfterARestart) {
  const Server server([](const std::string& request) {
    if (request.find("If-None-Match: \"v1\"\r\n") != std::string::npos &&
        request.find("If-Modified-Since: Mon, 05 Jan 2026 10:00:00 GMT\r\n") != std::string::npos)
      return std::string("HTTP/1.1 304 Not Modified\r\n\r\n");
    return ok("one", "ETag: \"v1\"\r\nLast-Modified: Mon, 05 Jan 2026 10:00:00 GMT\r\n");
  });
  ASSERT_TRUE(WebFile(options(server.url())).check(0));
  WebFile again(options(server.url()));
  EXPECT_TRUE(again.status().present);
  EXPECT_FALSE(again.check(5));
  EXPECT_EQ(1U, again.status().unchanged);
  EXPECT_EQ(5, again.status().confirmed_ms);
  EXPECT_EQ("one", content(again.file()));
}

TEST_F(WebFileTest, AsksInAnyCaseWhenTheFileIsGoneOrAnotherUrls) {
  const Server server([](const std::string&) { return ok("one", "ETag: \"v1\"\r\n"); });
  ASSERT_TRUE(WebFile(options(server.url())).check(0));
  ASSERT_TRUE(WebFile(options(server.url("/other"))).check(0));
  fs::remove(options("").file);
  ASSERT_TRUE(WebFile(options(server.url("/other"))).check(0));
  for (const std::string& request : server.requests) EXPECT_THAT(request, Not(HasSubstr("If-None-Match")));
}

TEST_F(WebFileTest, AFailureKeepsTheFileAndWaitsLongerEachTime) {
  bool well = true;
  const Server server([&](const std::string&) {
    return well ? ok("one") : std::string("HTTP/1.1 500 No\r\nContent-Length: 3\r\n\r\nbad");
  });
  WebFile file(options(server.url()));
  ASSERT_TRUE(file.check(0));
  well = false;
  UnixMillis now = kHourMs;
  for (const UnixMillis wait : {30, 60, 120}) {
    EXPECT_FALSE(file.check(now));
    EXPECT_EQ(now + wait * kSecondMs, file.status().next_ms);
    now = file.status().next_ms;
  }
  EXPECT_EQ(3U, file.status().failed);
  EXPECT_EQ("the server answered 500", file.status().error);
  EXPECT_EQ("one", content(file.file()));
  EXPECT_TRUE(file.status().present);
  well = true;
  EXPECT_TRUE(file.check(now));
  EXPECT_EQ("", file.status().error);
  EXPECT_EQ(now + kHourMs, file.status().next_ms);
}

TEST_F(WebFileTest, NeverWaitsLongerThanTheInterval) {
  const Server server([](const std::string&) { return std::string("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"); });
  WebFile file(options(server.url()));
  UnixMillis now = 0;
  for (int i = 0; i < 10; ++i) {
    (void)file.check(now);
    EXPECT_LE(file.status().next_ms, now + kHourMs);
    now = file.status().next_ms;
  }
  EXPECT_EQ(10U, file.status().failed);
}

TEST_F(WebFileTest, AnAnswerCutShortKeepsTheFile) {
  bool well = true;
  const Server server([&](const std::string&) {
    return well ? ok("one") : std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  WebFile file(options(server.url()));
  ASSERT_TRUE(file.check(0));
  well = false;
  EXPECT_FALSE(file.check(kHourMs));
  EXPECT_EQ(1U, file.status().failed);
  EXPECT_EQ("one", content(file.file()));
  EXPECT_FALSE(fs::exists(file.file().string() + ".new"));
}

TEST_F(WebFileTest, AnEmptyAnswerIsAFailure) {
  const Server server([](const std::string&) { return ok(""); });
  WebFile file(options(server.url()));
  EXPECT_FALSE(file.check(0));
  EXPECT_THAT(file.status().error, HasSubstr("empty"));
}

TEST_F(WebFileTest, AnAnswerThatIsTooLargeIsAFailure) {
  const Server server([](const std::string&) { return ok(std::string(5000, 'x')); });
  WebFileOptions bounded = options(server.url());
  bounded.most_octets = 4999;
  WebFile file(bounded);
  EXPECT_FALSE(file.check(0));
  EXPECT_THAT(file.status().error, HasSubstr("larger than 4999"));
  EXPECT_FALSE(file.status().present);
}

TEST_F(WebFileTest, FollowsARedirect) {
  const Server server(
      [](const std::string& request) { return request.starts_with("GET /file ") ? moved("/there") : ok("moved"); });
  WebFile file(options(server.url()));
  EXPECT_TRUE(file.check(0));
  EXPECT_EQ("moved", content(file.file()));
}

TEST_F(WebFileTest, GivesUpAfterFiveRedirects) {
  const Server server([](const std::string&) { return moved("/file"); });
  WebFile file(options(server.url()));
  EXPECT_FALSE(file.check(0));
  EXPECT_EQ(6U, server.requests.size());
}

TEST_F(WebFileTest, ARedirectToAFileIsRefused) {
  const Server server([](const std::string&) { return moved("file:///etc/passwd"); });
  WebFile file(options(server.url()));
  EXPECT_FALSE(file.check(0));
  EXPECT_FALSE(file.status().present);
}

TEST_F(WebFileTest, OtherSchemesAreRefused) {
  WebFile file(options("file:///etc/passwd"));
  EXPECT_FALSE(file.check(0));
  EXPECT_THAT(file.status().error, HasSubstr("no URL of http or https"));
}

TEST_F(WebFileTest, ASilentServerIsGivenUp) {
  const Server server([](const std::string&) { return std::string(); });
  WebFileOptions hurried = options(server.url());
  hurried.timeout_ms = 200;
  WebFile file(hurried);
  EXPECT_FALSE(file.check(0));
  EXPECT_EQ(1U, file.status().failed);
}

TEST_F(WebFileTest, StopEndsARunningTransfer) {
  std::atomic<bool> asked{false};
  const Server server([&](const std::string&) {
    asked = true;
    asked.notify_all();
    return std::string();
  });
  WebFile file(options(server.url()));
  std::thread stopper([&] {
    asked.wait(false);
    file.stop();
  });
  EXPECT_FALSE(file.check(0));
  stopper.join();
  EXPECT_EQ(0U, file.status().failed) << "to be stopped is no failure";
  EXPECT_FALSE(file.check(kDayMs));
  EXPECT_EQ(1U, server.requests.size());
}

TEST(ShownUrl, HidesWhatMayBeSecret) {
  EXPECT_EQ("https://example.net/a/b", shown("https://user:pass@example.net/a/b?token=secret#x"));
  EXPECT_EQ("http://example.net/a@b", shown("http://example.net/a@b"));
  EXPECT_EQ("http://example.net", shown("http://example.net?key=1"));
  EXPECT_EQ("http://example.net", shown("http://u@v@example.net"));
}

}  // namespace
}  // namespace weir::fetch
