#include "base/byte_writer.h"
#include "bgp/wire/bmp.h"
#include "bgp/wire/bmp_format.h"
#include "bgp/wire/nlri_codec.h"

namespace weir::bgp {
namespace {

void start_bmp(BmpType type, ByteWriter& out) {
  out.u8(kBmpVersion);
  out.u32(0);
  out.u8(static_cast<std::uint8_t>(type));
}
std::vector<std::byte> finish_bmp(ByteWriter& out) {
  constexpr std::size_t kLengthOffset = 1;
  out.patch_u32(kLengthOffset, out.size());
  return out.take();
}

void write_padded_address(IpAddress address, ByteWriter& out) {
  constexpr std::size_t kPadding = 12;
  if (address.is_v4()) out.zeros(kPadding);
  write_address(address, out);
}

std::uint8_t flags_of(const BmpPeer& peer) {
  if (peer.rib == RibKind::loc_rib) return peer.loc_rib_filtered ? kLocRibFiltered : 0;
  const bool out = peer.rib == RibKind::adj_rib_out_pre || peer.rib == RibKind::adj_rib_out_post;
  const bool post = peer.rib == RibKind::adj_rib_in_post || peer.rib == RibKind::adj_rib_out_post;
  return static_cast<std::uint8_t>((peer.address.is_v4() ? 0U : kIpv6Peer) | (post ? kPostPolicy : 0U) |
                                   (out ? kAdjRibOut : 0U) | (peer.two_octet_as ? kTwoOctetAs : 0U));
}

void write_peer(const BmpPeer& peer, ByteWriter& out) {
  const bool loc_rib = peer.rib == RibKind::loc_rib;
  out.u8(loc_rib ? static_cast<std::uint8_t>(BmpPeerType::loc_rib) : peer.type);
  out.u8(flags_of(peer));
  out.u64(peer.distinguisher.bits);
  if (loc_rib) {
    write_v6({}, out);
  } else {
    write_padded_address(peer.address, out);
  }
  out.u32(peer.as);
  out.u32(peer.bgp_id);
  out.u32(static_cast<std::uint64_t>(peer.time_ms / kSecondMs));
  out.u32(static_cast<std::uint64_t>(peer.time_ms % kSecondMs * 1000));
}

void write_tlv(std::uint16_t type, std::string_view text, ByteWriter& out) {
  text = text.substr(0, 0xffff);
  out.u16(type);
  out.u16(text.size());
  out.text(text);
}

}  // namespace

std::vector<std::byte> encode_bmp_initiation(const BmpInitiation& message) {
  ByteWriter out;
  start_bmp(BmpType::initiation, out);
  write_tlv(kSysDescr, message.sys_descr, out);
  write_tlv(kSysName, message.sys_name, out);
  for (const std::string& text : message.texts) write_tlv(kInformationText, text, out);
  return finish_bmp(out);
}

std::vector<std::byte> encode_bmp_peer_up(const BmpPeerUp& message) {
  ByteWriter out;
  start_bmp(BmpType::peer_up, out);
  write_peer(message.peer, out);
  if (message.peer.rib == RibKind::loc_rib) {
    write_v6({}, out);
  } else {
    write_padded_address(message.local_address, out);
  }
  out.u16(message.local_port);
  out.u16(message.remote_port);
  out.bytes(encode_open(message.sent));
  out.bytes(encode_open(message.received));
  for (const std::string& text : message.texts) write_tlv(kInformationText, text, out);
  if (!message.table_name.empty()) write_tlv(kTableName, message.table_name, out);
  return finish_bmp(out);
}

std::vector<std::byte> encode_bmp_peer_down(const BmpPeer& peer, std::uint8_t reason) {
  ByteWriter out;
  start_bmp(BmpType::peer_down, out);
  write_peer(peer, out);
  out.u8(reason);
  if (reason == kLocalNotification || reason == kRemoteNotification) out.bytes(encode_notification({}));  // Cease
  if (reason == kLocalWithout) out.u16(0);
  return finish_bmp(out);
}

std::vector<std::byte> encode_bmp_route_monitoring(const BmpPeer& peer, Bytes update) {
  ByteWriter out;
  start_bmp(BmpType::route_monitoring, out);
  write_peer(peer, out);
  out.bytes(update);
  return finish_bmp(out);
}

}  // namespace weir::bgp
