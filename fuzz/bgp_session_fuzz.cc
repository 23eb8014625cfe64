// What a BGP peer says, of any octets: from the first on, and behind a good OPEN. The first octet chooses; then each piece
// begins with its length, and time goes on between them.
#include <set>

#include "base/log.h"
#include "bgp/session/peer.h"

namespace {

using namespace weir;
using namespace weir::bgp;

class Nowhere : public Transport {
 public:
  void call(Peer&) override {}
  void cancel_call(Peer&) override {}
  void send(LinkId link, std::vector<std::byte>) override {
    if (closed.contains(link)) std::abort();
  }
  void close(LinkId link) override { closed.insert(link); }
  std::set<LinkId> closed;
};

Open good_open() {
  Open open;
  open.as = 64501;
  open.hold_time_s = 90;
  open.bgp_id = 1;
  Capabilities& can = open.capabilities;
  can.any_multiprotocol = can.route_refresh = can.enhanced_route_refresh = can.extended_messages = true;
  can.families.bits = 0x3f;
  can.four_octet_as = 64501;
  can.add_path = {{kFamilies[1], AddPathMode::both}, {kFamilies[4], AddPathMode::send}};
  can.graceful_restart = GracefulRestart{
      .restarting = false, .notification = true, .time_s = 60, .families = {{kFamilies[0], true}}};
  return open;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::configure(log::Format::text, log::Level::error);
  ByteReader input(std::as_bytes(std::span(data, size)));
  const std::uint8_t choice = input.u8();
  Rib rib;
  Nowhere nowhere;
  const LocalSpeaker local{.as = 64500, .router_id = 2};
  const PeerSurroundings around{
      .local = local, .rib = rib, .transport = nowhere, .hold_ms = kMinuteMs, .connect_retry_ms = kMinuteMs};
  PeerConfig config;
  config.remote = {IpAddress::v4(0xc0000201), 32};
  config.families.assign(kFamilies.begin(), kFamilies.end());
  AdjRibOut out;
  Moment now{.wall = 1'700'000'000'000, .steady = 1000};
  Peer peer(config, config.remote.address, rib.set_source({.name = "fuzz", .kind = SourceKind::bgp, .exporters = {}}), out,
            around, now);
  LinkId link = 1;
  for (; link < 5 && !input.empty(); ++link) {
    if (!peer.accept(link, IpAddress::v4(0xc0000202), now)) break;
    if ((choice >> link & 1U) != 0) {
      peer.received(link, encode_open(good_open()), now);
      peer.received(link, encode_keepalive(), now);
    }
    while (!input.empty() && !nowhere.closed.contains(link)) {
      const std::uint8_t length = input.u8();
      const Bytes piece = input.bytes(std::min<std::size_t>(length, input.remaining()));
      peer.received(link, piece, now);
      now.wall += length;
      now.steady += length * 10;
      peer.tick(now);
    }
    peer.lost(link, "end of input", now);
    while (rib.upkeep(now.wall)) {
    }
  }
  return 0;
}
