// A raw HTTP client over POSIX sockets, for tests: sends exactly the octets it is given.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace weir::serve {

struct TestResponse {
  int status = 0;                              ///< 0: no response came
  std::map<std::string, std::string> headers;  ///< names in small letters
  std::string body;
};

class TestClient {
 public:
  explicit TestClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~TestClient() { close(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Waits until `wanted` was received, the server closed, or 10 s passed. What was received and not taken is in
  /// `seen`.
  bool wait_for(std::string_view wanted) {
    std::size_t looked = 0;
    while (seen.find(wanted, looked) == std::string::npos) {
      looked = seen.size() < wanted.size() ? 0 : seen.size() - wanted.size();
      if (!receive()) return false;
    }
    return true;
  }
  /// True when the server closes the connection within 10 s.
  bool closed_by_server() {
    while (receive()) {
    }
    return ended_;
  }
  /// Reads one response. With `head`, none has a body.
  TestResponse response(bool head = false) {
    TestResponse out;
    if (!wait_for("\r\n\r\n")) return out;
    const auto end = seen.find("\r\n\r\n") + 4;
    parse_head(std::string_view(seen).substr(0, end), out);
    seen.erase(0, end);
    if (head || out.status == 304) return out;
    const auto length = out.headers.find("content-length");
    if (length == out.headers.end()) return out;
    std::size_t size = 0;
    std::from_chars(length->second.data(), length->second.data() + length->second.size(), size);
    while (seen.size() < size && receive()) {
    }
    out.body = seen.substr(0, size);
    seen.erase(0, size);
    return out;
  }
  /// Sends a request with a Host header and reads the response.
  TestResponse get(std::string_view target, std::string_view more_headers = {}) {
    send("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more_headers) + "\r\n");
    return response();
  }
  TestResponse post(std::string_view target, std::string_view type, std::string_view body) {
    send("POST " + std::string(target) + " HTTP/1.1\r\nHost: test\r\nContent-Type: " + std::string(type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
    return response();
  }

  std::string seen;

 private:
  bool receive() {
    pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
    if (ended_ || ::poll(&waiting, 1, 10'000) != 1) return false;
    char buffer[16384];
    const auto size = ::recv(fd_, buffer, sizeof buffer, 0);
    if (size <= 0) {
      ended_ = true;
      return false;
    }
    seen.append(buffer, static_cast<std::size_t>(size));
    return true;
  }
  static void parse_head(std::string_view head, TestResponse& out) {
    std::from_chars(head.data() + 9, head.data() + 12, out.status);
    for (auto at = head.find("\r\n"); at + 4 < head.size(); at = head.find("\r\n", at + 2)) {
      const auto line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
      const auto colon = line.find(": ");
      if (colon == std::string_view::npos) continue;
      std::string name(line.substr(0, colon));
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      out.headers[name] = line.substr(colon + 2);
    }
  }

  int fd_;
  bool connected_ = false;
  bool ended_ = false;
};

}  // namespace weir::serve
