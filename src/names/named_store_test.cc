// Filters on names over a store of made-up addresses and a DNS server of our own.
#include "names/named_store.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <thread>

#include "query/expression_text.h"
#include "query/filter.h"
#include "store/empty_store.h"

namespace weir::names {
namespace {

/// Answers PTR questions for names it knows, NXDOMAIN for the rest, and is silent where told (RFC 1035 section 4).
class Dns {
 public:
  Dns() : fd_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Dns() {
    stop_ = true;
    thread_.join();
    ::close(fd_);
  }
  [[nodiscard]] Endpoint endpoint() const { return {IpAddress::v4(0x7f000001), port_}; }

  std::map<std::string, std::string> names = {{"1.2.0.192.in-addr.arpa", "WWW.Example.net"},
                                              {"2.2.0.192.in-addr.arpa", "mail.example.org"}};
  std::string silent_for = "3.2.0.192.in-addr.arpa";
  std::atomic<int> asked{0};

 private:
  static std::string question_name(const std::string& message) {
    std::string out;
    for (std::size_t at = 12; at < message.size() && message[at] != 0; at += static_cast<unsigned char>(message[at]) + 1U)
      out += (out.empty() ? "" : ".") + message.substr(at + 1, static_cast<unsigned char>(message[at]));
    return out;
  }
  static std::string wire(const std::string& name) {
    std::string out;
    for (std::size_t at = 0; at < name.size();) {
      const std::size_t dot = std::min(name.find('.', at), name.size());
      out += static_cast<char>(dot - at) + name.substr(at, dot - at);
      at = dot + 1;
    }
    return out + '\0';
  }
  void serve() {
    while (!stop_) {
      pollfd waiting{fd_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) != 1) continue;
      char buffer[1500];
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto got = ::recvfrom(fd_, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 17) continue;
      ++asked;
      std::string message(buffer, static_cast<std::size_t>(got));
      const std::string name = question_name(message);
      if (name == silent_for) continue;
      const auto known = names.find(name);
      message.resize(12 + name.size() + 2 + 4);
      message[2] = '\x81';
      message[3] = known == names.end() ? '\x83' : '\x80';
      for (std::size_t i = 6; i < 12; ++i) message[i] = 0;
      if (known != names.end()) {
        message[7] = 1;
        const std::string target = wire(known->second);
        message += std::string("\xc0\x0c\0\x0c\0\x01\0\0\0\x3c\0", 11) + static_cast<char>(target.size()) + target;
      }
      ::sendto(fd_, message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
  }

  int fd_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Gives four sources, and remembers what it was asked.
class FakeStore : public store::EmptyStore {
 public:
  Result<query::Answer> run(const query::Query& query, const query::CancelFlag&) override {
    filters.push_back(query.filter ? to_string(*query.filter) : "");
    query::Answer out;
    for (int i = 1; i <= 4; ++i) {
      query::Row row;
      row.key = {"192.0.2." + std::to_string(i)};
      out.rows.push_back(std::move(row));
    }
    if (too_many) out.other.emplace();
    return out;
  }
  Result<query::SearchAnswer> search(const query::Search& search, const query::CancelFlag&) override {
    filters.push_back(search.filter ? to_string(*search.filter) : "");
    return query::SearchAnswer{};
  }
  std::vector<std::string> filters;
  bool too_many = false;
};

class NamedStoreTest : public testing::Test {
 protected:
  query::Query question(std::string_view filter) {
    query::Query out;
    out.to_ms = 1000;
    out.filter = *query::parse_filter(filter);
    return out;
  }
  Dns dns;
  FakeStore inner;
  Resolver resolver{{.servers = {dns.endpoint()}, .try_ms = 100}};
  NamedStore store{inner, resolver};
  query::CancelFlag cancel{false};
};

TEST_F(NamedStoreTest, AsksInTwoSteps) {
  ASSERT_TRUE(store.run(question("src_name ~ \"example\\.net$\" and tcp"), cancel));
  EXPECT_EQ(inner.filters, (std::vector<std::string>{"any and proto = 6", "src_addr in [192.0.2.1] and proto = 6"}));
  const int asked = dns.asked;
  EXPECT_EQ(asked, 3 + 2) << "four addresses, one of them twice because nobody answers";
  inner.filters.clear();
  query::Search search;
  search.filter = *query::parse_filter("src_name in [mail.example.org www.example.net]");
  ASSERT_TRUE(store.search(search, cancel));
  EXPECT_EQ(inner.filters.back(), "src_addr in [192.0.2.1 192.0.2.2]");
  EXPECT_EQ(dns.asked, asked) << "answers are kept";
}

TEST_F(NamedStoreTest, OtherFiltersGoStraightThrough) {
  ASSERT_TRUE(store.run(question("tcp"), cancel));
  EXPECT_EQ(inner.filters, std::vector<std::string>{"proto = 6"});
  EXPECT_EQ(dns.asked, 0);
}

TEST_F(NamedStoreTest, TooManyAddressesAreRefused) {
  inner.too_many = true;
  const auto answer = store.run(question("src_name ~ x"), cancel);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::invalid);
  EXPECT_NE(answer.error().message.find("src_name"), std::string::npos);
}

TEST_F(NamedStoreTest, ALookUpEndsInTimeAndWhenItIsCancelled) {
  const std::vector<IpAddress> addresses = {IpAddress::v4(0xC0000201), IpAddress::v4(0xC0000203)};
  const auto late = resolver.look_up(addresses, steady_ms(), cancel);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->unasked, 2U);
  cancel = true;
  const auto stopped = resolver.look_up(addresses, steady_ms() + 10'000, cancel);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace weir::names
