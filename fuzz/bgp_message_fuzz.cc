// A stream of BGP messages behind an octet that chooses the format.
#include "bgp_octets.h"

namespace {

using namespace weir;
using namespace weir::bgp;

void open_message(Bytes body) {
  const auto open = decode_open(body);
  if (!open) return;
  const auto message = encode_open(*open);
  const auto frame = next_frame(message, kMostOctets);
  if (!frame) return;  // with more families than fit
  fuzz::require(frame->has_value());
  const auto back = decode_open((*frame)->body);
  fuzz::require(back && back->as == open->as && back->capabilities.families == open->capabilities.families);
}

void notification_message(Bytes body) {
  const auto notification = decode_notification(body);
  if (notification) fuzz::require(!to_string(*notification).contains('\n'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Bytes stream = std::as_bytes(std::span(data, size)).subspan(1);
  const UpdateFormat format = fuzz::format_of(data[0]);
  Update update;
  for (;;) {
    const auto frame = next_frame(stream, (data[0] & 8U) != 0 ? kMostOctetsExtended : kMostOctets);
    if (!frame || !*frame) return 0;
    const Bytes body = (*frame)->body;
    switch ((*frame)->type) {
      case MessageType::open:
        open_message(body);
        break;
      case MessageType::update:
        (void)decode_update(body, format, update);
        break;
      case MessageType::notification:
        notification_message(body);
        break;
      case MessageType::keepalive:
        fuzz::require(body.empty());
        break;
      case MessageType::route_refresh:
        (void)decode_route_refresh(body);
        break;
    }
    stream = stream.subspan((*frame)->octets);
  }
}
