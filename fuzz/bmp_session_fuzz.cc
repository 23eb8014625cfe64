// What a BMP router says, of any octets, in pieces of any size, over two connections; with and without a peer that is up.
#include "base/log.h"
#include "bgp/session/bmp_session.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  using namespace weir::bgp;
  log::configure(log::Format::text, log::Level::error);
  ByteReader input(std::as_bytes(std::span(data, size)));
  const std::uint8_t choice = input.u8();
  Rib rib;
  BmpRouterStatus status;
  Moment now{.wall = 1'700'000'000'000, .steady = 1000};
  const SourceId source = rib.set_source({.name = "fuzz", .kind = SourceKind::bmp, .exporters = {}});
  for (int connection = 0; connection < 2; ++connection) {
    BmpSession session(rib, source, IpAddress::v4(0xc0000201), status);
    if ((choice >> connection & 1) != 0) {
      BmpPeerUp up;  // the peer of zeros, which is the one that a fuzzer finds
      up.peer.address = IpAddress::v4(0);
      (void)session.take(encode_bmp_peer_up(up), now);
    }
    while (!input.empty()) {
      const std::uint8_t length = input.u8();
      if (!session.take(input.bytes(std::min<std::size_t>(length, input.remaining())), now)) break;
      now.wall += length;
    }
    session.tell_peers(status);
    session.end(now);
    while (rib.upkeep(now.wall)) {
    }
  }
  return 0;
}
