// A stream of BMP messages; UPDATEs are read in the format of the last Peer Up.
#include "bgp/wire/bmp.h"
#include "bgp_octets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  using namespace weir::bgp;
  Bytes stream = std::as_bytes(std::span(data, size));
  UpdateFormat format;
  Update update;
  for (;;) {
    const auto frame = next_bmp_frame(stream);
    if (!frame || !*frame) return 0;
    stream = stream.subspan((*frame)->octets);
    const auto message = decode_bmp(**frame);
    if (!message) {
      fuzz::require(!message.error().message.empty());
      continue;
    }
    if (const auto* up = std::get_if<BmpPeerUp>(&*message)) {
      format = up->format();
      (void)encode_bmp_peer_up(*up);
    }
    if (const auto* down = std::get_if<BmpPeerDown>(&*message)) fuzz::require(!down->text.contains('\n'));
    if (const auto* monitoring = std::get_if<BmpRouteMonitoring>(&*message)) {
      (void)decode_update(monitoring->update, format, update);
    }
  }
}
