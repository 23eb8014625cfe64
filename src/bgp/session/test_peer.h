// The other side of BGP sessions, played without a network.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "bgp/session/speaker.h"

namespace weir::bgp {

inline constexpr IpAddress kPeerAddress = IpAddress::v4(0xc0000201);   // 192.0.2.1
inline constexpr IpAddress kLocalAddress = IpAddress::v4(0xc0000264);  // 192.0.2.100
inline constexpr std::uint32_t kPeerId = 0x0a000001, kLocalId = 0x0a0000ff;
inline constexpr As kLocalAs = 64500, kPeerAs = 64501;

class FakeTransport : public Transport {
 public:
  void call(Peer& peer) override { calls.push_back(&peer); }
  void cancel_call(Peer&) override { ++cancelled; }
  void send(LinkId link, std::vector<std::byte> octets) override {
    EXPECT_FALSE(closed.contains(link)) << "sent after close";
    sent[link].insert(sent[link].end(), octets.begin(), octets.end());
  }
  void close(LinkId link) override { closed.insert(link); }

  struct Message {
    MessageType type;
    std::vector<std::byte> body;
  };
  /// What was sent on a link and not looked at yet.
  std::vector<Message> take(LinkId link) {
    std::vector<Message> out;
    std::vector<std::byte>& stream = sent[link];
    Bytes rest = stream;
    while (true) {
      const auto frame = next_frame(rest, kMostOctetsExtended);
      if (!frame) ADD_FAILURE() << "malformed by us: " << frame.error().message;
      if (!frame || !*frame) break;
      out.push_back({(*frame)->type, {(*frame)->body.begin(), (*frame)->body.end()}});
      rest = rest.subspan((*frame)->octets);
    }
    stream.clear();
    return out;
  }
  /// The NOTIFICATION that was the last word on a link.
  Notification last_word(LinkId link) {
    const auto messages = take(link);
    if (messages.empty() || messages.back().type != MessageType::notification) {
      ADD_FAILURE() << "no NOTIFICATION";
      return {.code = 0, .subcode = 0, .data = {}};
    }
    return decode_notification(messages.back().body).value();
  }

  std::vector<Peer*> calls;
  int cancelled = 0;
  std::map<LinkId, std::vector<std::byte>> sent;
  std::set<LinkId> closed;
};

inline Nlri nlri(std::string_view prefix, std::uint32_t path_id = 0) {
  return {.prefix = parse_prefix(prefix).value(), .rd = {}, .path_id = path_id, .label = 0};
}

/// One UPDATE of IPv4 unicast.
inline std::vector<std::byte> announce_message(std::string_view prefix, std::string_view path = "64501 64999",
                                               std::uint32_t path_id = 0, bool add_path = false) {
  Update update;
  update.attributes.origin = Origin::igp;
  update.attributes.as_path = parse_as_path(path).value();
  update.reach.push_back(
      {.family = kFamilies[0], .next_hop = kPeerAddress, .nlri = {nlri(prefix, path_id)}});
  UpdateFormat format;
  if (add_path) format.add_path.add(0);
  return encode_update(update, format, kMostOctets).at(0);
}
inline std::vector<std::byte> withdraw_message(std::string_view prefix) {
  Update update;
  update.unreach.push_back({.family = kFamilies[0], .nlri = {nlri(prefix)}});
  return encode_update(update, {}, kMostOctets).at(0);
}

/// "10.0.0.0/8 10.1.0.0/16*": the prefixes of the table, with '*' where a route is stale.
inline std::string table_text(const Rib& rib, TableId table = kGlobalTable) {
  std::string out;
  rib.for_each(table, [&](const Prefix& prefix, std::span<const Candidate> candidates) {
    for (const Candidate& candidate : candidates)
      out += (out.empty() ? "" : " ") + to_string(prefix) + (candidate.stale ? "*" : "");
    return true;
  });
  return out;
}

inline PeerConfig peer_config() {
  PeerConfig config;
  config.name = "edge";
  config.remote = {kPeerAddress, 32};
  config.as = kPeerAs;
  return config;
}

inline Open peer_open() {
  Open open;
  open.as = kPeerAs;
  open.hold_time_s = 90;
  open.bgp_id = kPeerId;
  open.capabilities.any_multiprotocol = true;
  open.capabilities.families.add(0);
  open.capabilities.families.add(1);
  open.capabilities.four_octet_as = kPeerAs;
  open.capabilities.route_refresh = true;
  return open;
}

/// One Peer with a network that the test plays.
class PeerTest : public testing::Test {
 protected:
  PeerTest() { remake(peer_config()); }
  void remake(const PeerConfig& config) {
    peer = std::make_unique<Peer>(config, kPeerAddress, source, out, around, now);
  }
  void pass(std::int64_t ms) {
    now.wall += ms;
    now.steady += ms;
    peer->tick(now);
  }
  /// Time as it goes: a tick every second.
  void live(std::int64_t seconds) {
    for (std::int64_t i = 0; i < seconds; ++i) pass(kSecondMs);
  }
  void feed(LinkId link, Bytes octets) { peer->received(link, octets, now); }
  void come_up(LinkId link, const Open& open) {
    ASSERT_TRUE(peer->accept(link, kLocalAddress, now));
    feed(link, encode_open(open));
    feed(link, encode_keepalive());
    ASSERT_EQ(state(), BgpState::established) << peer->status().last_error;
    transport.take(link);
  }
  BgpState state() const { return peer->status().state; }
  std::string table() const { return table_text(rib); }
  /// What the table does by itself as time goes.
  void upkeep() {
    while (rib.upkeep(now.wall)) {
    }
  }

  Moment now{.wall = 1'700'000'000'000, .steady = 5'000'000};
  FakeTransport transport;
  Rib rib;
  LocalSpeaker local{.as = kLocalAs, .router_id = kLocalId};
  PeerSurroundings around{.local = local,
                          .rib = rib,
                          .transport = transport,
                          .hold_ms = RibOptions{}.hold_ms,
                          .connect_retry_ms = 30 * kSecondMs};
  SourceId source = rib.set_source({.name = "edge", .kind = SourceKind::bgp, .exporters = {}});
  AdjRibOut out;
  std::unique_ptr<Peer> peer;
};

}  // namespace weir::bgp
