#include "receive/udp_receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "receive/source_steering.h"

namespace weir::receive {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr milliseconds kPatience{2000};
constexpr milliseconds kNone{0};

Endpoint endpoint(const std::string& text) {
  return *parse_endpoint(text);
}

/// A sender bound to an address of its own.
class Sender {
 public:
  explicit Sender(const std::string& from) {
    const SocketAddress address = to_socket_address(endpoint(from));
    descriptor_ = ::socket(address.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bound_ = descriptor_ >= 0 && ::bind(descriptor_, &address.any, length_of(address)) == 0;
  }
  ~Sender() { ::close(descriptor_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  [[nodiscard]] bool bound() const { return bound_; }
  [[nodiscard]] Endpoint local() const {
    SocketAddress address{};
    socklen_t length = sizeof address;
    EXPECT_EQ(::getsockname(descriptor_, &address.any, &length), 0);
    return to_endpoint(address);
  }
  void send(const Endpoint& to, const std::string& text) const {
    const SocketAddress address = to_socket_address(to);
    const ssize_t sent = ::sendto(descriptor_, text.data(), text.size(), 0, &address.any, length_of(address));
    EXPECT_EQ(sent, static_cast<ssize_t>(text.size())) << std::strerror(errno);
  }

 private:
  int descriptor_ = -1;
  bool bound_ = false;
};

bool have_ipv6() {
  return Sender("[::1]:0").bound();
}

std::vector<std::unique_ptr<UdpReceiver>> open(const std::vector<Endpoint>& endpoints, const UdpOptions& options = {}) {
  auto receivers = UdpReceiver::open(endpoints, options);
  EXPECT_TRUE(receivers.has_value()) << receivers.error().message;
  return receivers ? std::move(*receivers) : std::vector<std::unique_ptr<UdpReceiver>>{};
}
Endpoint bound_to(const UdpReceiver& receiver, std::size_t socket = 0) {
  return receiver.sockets()[socket].endpoint();
}

std::uint64_t read(const std::atomic<std::uint64_t>& counter) {
  return counter.load(std::memory_order_relaxed);
}

/// Receives until `count` datagrams came or none comes any more.
std::vector<std::string> collect(UdpReceiver& receiver, std::size_t count, milliseconds patience = kPatience) {
  std::vector<std::string> out;
  while (out.size() < count) {
    const auto batch = receiver.receive(patience);
    if (batch.empty()) break;
    for (const auto& datagram : batch) out.emplace_back(as_text(datagram.payload));
  }
  return out;
}

void exchange(const std::string& listen, const std::string& from) {
  const auto receivers = open({endpoint(listen)});
  ASSERT_EQ(receivers.size(), 1U);
  const Endpoint to = bound_to(*receivers[0]);
  EXPECT_NE(to.port, 0) << "a free port was got";
  const Sender sender(from);
  ASSERT_TRUE(sender.bound());
  const UnixMillis before = now_ms();
  sender.send({sender.local().address, to.port}, "flows");
  const auto batch = receivers[0]->receive(kPatience);
  ASSERT_EQ(batch.size(), 1U);
  EXPECT_EQ(as_text(batch[0].payload), "flows");
  const flow::TransportSession expected{sender.local().address, sender.local().port, to.port};
  EXPECT_EQ(batch[0].session, expected);
  EXPECT_GE(batch[0].received_ms, before);
  EXPECT_LE(batch[0].received_ms, now_ms());
  const UdpCounters& counters = receivers[0]->sockets()[0].counters();
  EXPECT_EQ(read(counters.datagrams), 1U);
  EXPECT_EQ(read(counters.octets), 5U);
  EXPECT_EQ(read(counters.kernel_drops), 0U);
  EXPECT_GT(read(counters.buffer_octets), 0U);
}

TEST(UdpReceiver, ReceivesOverIpv4) {
  exchange("127.0.0.1:0", "127.0.0.1:0");
  exchange("0.0.0.0:0", "127.0.0.1:0");
}

TEST(UdpReceiver, ReceivesOverIpv6) {
  if (!have_ipv6()) GTEST_SKIP() << "::1 is absent: IPv6 sockets are not tested on this machine";
  exchange("[::1]:0", "[::1]:0");
  exchange("[::]:0", "[::1]:0");
}

TEST(UdpReceiver, Ipv6AndIpv4ListenOnTheSamePort) {
  if (!have_ipv6()) GTEST_SKIP() << "::1 is absent: IPv6 sockets are not tested on this machine";
  const auto ipv4 = open({endpoint("0.0.0.0:0")});
  const Endpoint both{parse_ip("::").value(), bound_to(*ipv4[0]).port};
  const auto ipv6 = open({both});
  ASSERT_EQ(ipv6.size(), 1U);
  const Sender sender("127.0.0.1:0");
  sender.send({IpAddress::v4(0x7f000001), both.port}, "over IPv4");
  EXPECT_EQ(collect(*ipv4[0], 1).size(), 1U);
  EXPECT_TRUE(ipv6[0]->receive(kNone).empty());
}

TEST(UdpReceiver, EveryEndpointIsServedAndToldApart) {
  const auto receivers = open({endpoint("127.0.0.1:0"), endpoint("127.0.0.1:0"), endpoint("127.0.0.1:0")});
  const Sender sender("127.0.0.1:0");
  std::set<std::uint16_t> expected;
  for (std::size_t i = 0; i < 3; ++i) {
    for (int n = 0; n < 5; ++n) sender.send(bound_to(*receivers[0], i), "flows");
    expected.insert(bound_to(*receivers[0], i).port);
  }
  std::set<std::uint16_t> seen;
  for (int calls = 0; calls < 3; ++calls) {
    const auto batch = receivers[0]->receive(kPatience);
    ASSERT_EQ(batch.size(), 5U) << "a batch is from one socket, and each gets its turn";
    seen.insert(batch[0].session.local_port);
  }
  EXPECT_EQ(seen, expected);
}

TEST(UdpReceiver, BatchesAreBoundedAndKeepTheOrder) {
  const auto receivers = open({endpoint("127.0.0.1:0")}, {.batch = 4});
  const Sender sender("127.0.0.1:0");
  std::vector<std::string> sent;
  for (int i = 0; i < 10; ++i) {
    sent.push_back(std::to_string(i));
    sender.send(bound_to(*receivers[0]), sent.back());
  }
  std::vector<std::string> got;
  for (const std::size_t expected : {4, 4, 2}) {
    const auto batch = receivers[0]->receive(kPatience);
    EXPECT_EQ(batch.size(), expected);
    for (const auto& datagram : batch) got.emplace_back(as_text(datagram.payload));
  }
  EXPECT_EQ(got, sent);
}

TEST(UdpReceiver, LargestDatagramsFit) {
  const auto receivers = open({endpoint("127.0.0.1:0")});
  const Sender sender("127.0.0.1:0");
  for (const char fill : {'a', 'b', 'c'}) sender.send(bound_to(*receivers[0]), std::string(65'507, fill));
  const auto got = collect(*receivers[0], 3);
  EXPECT_EQ(got, (std::vector{std::string(65'507, 'a'), std::string(65'507, 'b'), std::string(65'507, 'c')}));
  EXPECT_EQ(read(receivers[0]->sockets()[0].counters().truncated), 0U);
}

TEST(UdpReceiver, EmptyDatagramsAreDatagrams) {
  const auto receivers = open({endpoint("127.0.0.1:0")});
  Sender("127.0.0.1:0").send(bound_to(*receivers[0]), "");
  EXPECT_EQ(collect(*receivers[0], 1), std::vector<std::string>{""});
}

TEST(UdpReceiver, DatagramsLongerThanASlotAreCountedAndLeftOut) {
  const auto receivers = open({endpoint("127.0.0.1:0")}, {.slot_octets = 100});
  const Sender sender("127.0.0.1:0");
  const std::string fits(100, 'x');
  sender.send(bound_to(*receivers[0]), fits + "y");
  sender.send(bound_to(*receivers[0]), fits);
  EXPECT_EQ(collect(*receivers[0], 1), std::vector{fits});
  EXPECT_EQ(read(receivers[0]->sockets()[0].counters().truncated), 1U);
  EXPECT_EQ(read(receivers[0]->sockets()[0].counters().datagrams), 1U);
}

TEST(UdpReceiver, KernelDropsAreCountedToTheLast) {
  const auto receivers = open({endpoint("127.0.0.1:0")}, {.buffer_octets = 4096});
  const Sender sender("127.0.0.1:0");
  constexpr std::size_t kSent = 500;
  for (std::size_t i = 0; i < kSent; ++i) sender.send(bound_to(*receivers[0]), std::string(500, 'x'));
  const std::size_t got = collect(*receivers[0], kSent, kNone).size();
  const UdpCounters& counters = receivers[0]->sockets()[0].counters();
  EXPECT_LT(got, kSent);
  EXPECT_EQ(got + read(counters.kernel_drops), kSent) << "seen when nothing more comes";
  sender.send(bound_to(*receivers[0]), "one more");
  EXPECT_EQ(collect(*receivers[0], 1).size(), 1U);
  EXPECT_EQ(got + read(counters.kernel_drops), kSent) << "not counted twice";
}

TEST(UdpReceiver, ReportsTheBufferThatTheKernelGave) {
  const auto receivers = open({endpoint("127.0.0.1:0")}, {.buffer_octets = 100'000});
  EXPECT_EQ(read(receivers[0]->sockets()[0].counters().buffer_octets), 200'000U) << "the kernel doubles it";
}

TEST(UdpReceiver, PatienceEndsTheWait) {
  const auto receivers = open({endpoint("127.0.0.1:0")});
  EXPECT_TRUE(receivers[0]->receive(milliseconds(1)).empty());
}

TEST(UdpReceiver, WakeEndsTheWaitFromAnotherThread) {
  const auto receivers = open({endpoint("127.0.0.1:0")});
  std::thread waker([&] { receivers[0]->wake(); });
  EXPECT_TRUE(receivers[0]->receive(std::chrono::hours(1)).empty());
  waker.join();
  EXPECT_TRUE(receivers[0]->receive(kNone).empty());
  Sender("127.0.0.1:0").send(bound_to(*receivers[0]), "flows");
  EXPECT_EQ(collect(*receivers[0], 1).size(), 1U);
}

TEST(UdpReceiver, TakenPortIsAnErrorThatNamesItAndSaysWhatToDo) {
  for (const std::uint32_t others : {1, 2}) {
    for (const std::uint32_t workers : {1, 2}) {
      const auto first = open({endpoint("127.0.0.1:0")}, {.workers = others});
      const std::vector taken{bound_to(*first[0])};
      const auto second = UdpReceiver::open(taken, {.workers = workers});
      ASSERT_FALSE(second.has_value()) << "also when the other one shares its port";
      EXPECT_EQ(second.error().code, ErrorCode::busy);
      EXPECT_THAT(second.error().message,
                  HasSubstr("UDP " + to_string(taken[0]) +
                            " is already in use: 'ss -lunp sport = :" + std::to_string(taken[0].port)));
    }
  }
}

TEST(UdpReceiver, ForeignAddressIsAnErrorThatNamesIt) {
  const std::vector foreign{endpoint("203.0.113.77:2055")};
  const auto receivers = UdpReceiver::open(foreign, {});
  ASSERT_FALSE(receivers.has_value());
  EXPECT_EQ(receivers.error().code, ErrorCode::invalid);
  EXPECT_THAT(receivers.error().message, HasSubstr("UDP 203.0.113.77:2055: this machine does not have that address"));
}

TEST(UdpReceiver, NonsenseOptionsAreRefused) {
  EXPECT_FALSE(UdpReceiver::open({}, {.workers = 0}).has_value());
  EXPECT_FALSE(UdpReceiver::open({}, {.batch = 0}).has_value());
  EXPECT_FALSE(UdpReceiver::open({}, {.slot_octets = 0}).has_value());
}

/// Sends from each source, from several ports, to every endpoint; returns which workers got something of each source.
std::map<std::string, std::set<std::size_t>> spread(const std::vector<std::unique_ptr<UdpReceiver>>& receivers,
                                                    const std::vector<std::string>& sources) {
  constexpr std::size_t kPorts = 8;
  std::size_t sent = 0;
  for (const std::string& source : sources) {
    for (std::size_t port = 0; port < kPorts; ++port) {
      const Sender sender(source);
      EXPECT_TRUE(sender.bound()) << source;
      for (const UdpSocket& socket : receivers[0]->sockets()) {
        sender.send(socket.endpoint(), source);
        ++sent;
      }
    }
  }
  std::map<std::string, std::set<std::size_t>> out;
  std::size_t got = 0;
  for (std::size_t worker = 0; worker < receivers.size(); ++worker) {
    for (auto batch = receivers[worker]->receive(kNone); !batch.empty(); batch = receivers[worker]->receive(kNone)) {
      got += batch.size();
      for (const auto& datagram : batch) out[std::string(as_text(datagram.payload))].insert(worker);
    }
  }
  EXPECT_EQ(got, sent) << "nothing is lost between the workers";
  return out;
}

TEST(UdpReceiver, WorkersShareByIpv4SourceAddress) {
  const auto receivers = open({endpoint("127.0.0.1:0"), endpoint("127.0.0.1:0")}, {.workers = 3});
  ASSERT_EQ(receivers.size(), 3U);
  ASSERT_TRUE(receivers[0]->steered());
  for (const auto& receiver : receivers) EXPECT_EQ(bound_to(*receiver), bound_to(*receivers[0]));
  std::vector<std::string> sources;
  for (int i = 2; i < 26; ++i) sources.push_back("127.0.0." + std::to_string(i) + ":0");
  const auto workers_of = spread(receivers, sources);
  EXPECT_EQ(workers_of.size(), sources.size());
  std::set<std::size_t> used;
  for (const auto& [source, workers] : workers_of) {
    EXPECT_EQ(workers.size(), 1U) << source << " reached several workers";
    used.insert(workers.begin(), workers.end());
  }
  EXPECT_EQ(used.size(), 3U) << "every worker has exporters";
}

TEST(UdpReceiver, WorkersShareByIpv6SourceAddress) {
  if (!have_ipv6()) GTEST_SKIP() << "::1 is absent: IPv6 sockets are not tested on this machine";
  const auto receivers = open({endpoint("[::1]:0"), endpoint("[::1]:0")}, {.workers = 4});
  ASSERT_TRUE(receivers[0]->steered());
  const auto workers_of = spread(receivers, {"[::1]:0"});
  EXPECT_EQ(workers_of.at("[::1]:0").size(), 1U);
}

TEST(SourceSteering, ProgramsReadTheWholeSourceAddress) {
  const auto loads = [](const std::vector<sock_filter>& program) {
    std::vector<std::uint32_t> out;
    for (const auto& instruction : program) {
      if (instruction.code == (BPF_LD | BPF_W | BPF_ABS))
        out.push_back(instruction.k - static_cast<std::uint32_t>(SKF_NET_OFF));
    }
    return out;
  };
  EXPECT_EQ(loads(source_steering_program(false, 2)), (std::vector<std::uint32_t>{12}));
  EXPECT_EQ(loads(source_steering_program(true, 2)), (std::vector<std::uint32_t>{8, 12, 16, 20}));
}

TEST(SourceSteering, KernelRefusalIsAnError) {
  const auto refused = steer_by_source(-1, false, 2);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("the kernel refuses to steer datagrams by source"));
}

}  // namespace
}  // namespace weir::receive
