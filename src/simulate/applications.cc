#include "simulate/applications.h"

#include <algorithm>
#include <array>

namespace weir::simulate {
namespace {

constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kEsp = 50;

constexpr Application kHttps{"https", kTcp, 443, 1320, 110};
constexpr Application kHttp{"http", kTcp, 80, 1350, 100};
constexpr Application kQuic{"quic", kUdp, 443, 1250, 100};
constexpr Application kRtmp{"rtmp", kTcp, 1935, 1380, 60};
constexpr Application kRsync{"rsync", kTcp, 873, 1400, 60};
constexpr Application kSsh{"ssh", kTcp, 22, 260, 90};
constexpr Application kGameTcp{"game", kTcp, 11000, 140, 56};
constexpr Application kGameUdp{"game", kUdp, 27015, 220, 90};
constexpr Application kBlocks{"game", kTcp, 25565, 320, 70};
constexpr Application kSmtp{"smtp", kTcp, 25, 60, 1100};
constexpr Application kSubmission{"submission", kTcp, 587, 60, 900};
constexpr Application kImaps{"imaps", kTcp, 993, 850, 80};
constexpr Application kDns{"dns", kUdp, 53, 190, 70};
constexpr Application kNtp{"ntp", kUdp, 123, 76, 76};
constexpr Application kOpenVpn{"openvpn", kUdp, 1194, 1150, 480};
constexpr Application kWireGuard{"wireguard", kUdp, 51820, 1250, 400};
constexpr Application kIpsec{"ipsec", kEsp, 0, 1200, 600};
constexpr Application kPing{"ping", kIcmp, 0, 84, 84};

struct Share {
  const Application* application;
  double weight;
};

// One row for each Business, in its order. Weights are of flows.
constexpr auto kWeb =
    std::to_array<Share>({{&kHttps, 55}, {&kHttp, 30}, {&kQuic, 5}, {&kSsh, 3}, {&kSmtp, 2}, {&kDns, 2}, {&kPing, 1}});
constexpr auto kDownloads = std::to_array<Share>({{&kHttps, 60}, {&kHttp, 34}, {&kRsync, 6}});
constexpr auto kVideo = std::to_array<Share>({{&kHttps, 50}, {&kHttp, 20}, {&kQuic, 15}, {&kRtmp, 15}});
constexpr auto kGame =
    std::to_array<Share>({{&kGameTcp, 45}, {&kGameUdp, 30}, {&kBlocks, 13}, {&kHttps, 10}, {&kPing, 2}});
constexpr auto kMail = std::to_array<Share>({{&kSmtp, 60}, {&kImaps, 25}, {&kSubmission, 12}, {&kDns, 3}});
constexpr auto kNameServers = std::to_array<Share>({{&kDns, 94}, {&kNtp, 6}});
constexpr auto kVpn = std::to_array<Share>({{&kOpenVpn, 40}, {&kIpsec, 30}, {&kWireGuard, 20}, {&kHttps, 10}});
constexpr auto kOffice = std::to_array<Share>({{&kHttps, 70}, {&kHttp, 12}, {&kImaps, 8}, {&kIpsec, 6}, {&kSsh, 4}});
constexpr std::array<std::span<const Share>, kBusinessCount> kServed = {
    kWeb, kDownloads, kVideo, kGame, kMail, kNameServers, kVpn, kOffice,
};
constexpr auto kFetched = std::to_array<Share>(
    {{&kHttps, 62}, {&kQuic, 18}, {&kHttp, 12}, {&kImaps, 2}, {&kDns, 2}, {&kSsh, 2}, {&kNtp, 1}, {&kPing, 1}});

std::vector<double> weights_of(std::span<const Share> shares) {
  std::vector<double> out;
  for (const Share& share : shares) out.push_back(share.weight);
  return out;
}

std::vector<const Application*> applications_of(std::span<const Share> shares) {
  std::vector<const Application*> out;
  for (const Share& share : shares) out.push_back(share.application);
  return out;
}

}  // namespace

ApplicationMix::ApplicationMix() : fetched_{applications_of(kFetched), WeightedChoice(weights_of(kFetched))} {
  for (const std::span<const Share> shares : kServed) {
    served_.push_back({applications_of(shares), WeightedChoice(weights_of(shares))});
  }
}

const Application& ApplicationMix::served_by(Business business, Random& random) const {
  const Menu& menu = served_[static_cast<std::size_t>(business)];
  return *menu.applications[menu.choice.draw(random)];
}

const Application& ApplicationMix::fetched(Random& random) const {
  return *fetched_.applications[fetched_.choice.draw(random)];
}

void set_conversation(const Application& application, bool from_server, Random& random, SimulatedFlow& flow) {
  const bool v6 = !flow.src_addr.is_v4();
  flow.proto = application.proto;
  flow.tos = random.chance(0.03) ? 0x28 : 0;
  if (application.proto == kIcmp) {
    flow.proto = v6 ? 58 : kIcmp;
    const std::uint8_t request = v6 ? 128 : 8;
    const std::uint8_t reply = v6 ? 129 : 0;
    flow.icmp_type = from_server ? reply : request;
    return;
  }
  if (application.port == 0) return;
  // NTP servers and many game clients aside, clients speak from ephemeral ports.
  const auto client = static_cast<std::uint16_t>(random.between(32768, 65535));
  flow.src_port = from_server ? application.port : client;
  flow.dst_port = from_server ? client : application.port;
}

std::uint32_t draw_packet_octets(const Application& application, bool from_server, Random& random) {
  const double mean = from_server ? application.reply_octets : application.request_octets;
  // Above 1200 octets most packets are full already, so the spread is towards smaller ones.
  const double spread = mean > 1200 ? 0.85 + 0.2 * random.unit() : 0.6 + 0.8 * random.unit();
  const double least = application.proto == kUdp || application.proto == kIcmp ? 64 : 40;
  return static_cast<std::uint32_t>(std::clamp(mean * spread, least, 1500.0));
}

std::uint8_t draw_tcp_flags(std::uint64_t packets, Random& random) {
  constexpr std::uint8_t kFin = 0x01;
  constexpr std::uint8_t kSyn = 0x02;
  constexpr std::uint8_t kPush = 0x08;
  constexpr std::uint8_t kAck = 0x10;
  const double at = random.unit();
  if (packets == 1) {
    if (at < 0.03) return kSyn;
    if (at < 0.05) return kSyn | kAck;
    if (at < 0.08) return kFin | kAck;
    return at < 0.25 ? kPush | kAck : kAck;
  }
  if (at < 0.06) return kSyn | kPush | kAck;
  if (at < 0.12) return kFin | kPush | kAck;
  return at < 0.55 ? kPush | kAck : kAck;
}

}  // namespace weir::simulate
