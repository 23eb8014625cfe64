#include "receive/link_layer.h"

#include <array>

namespace weir::receive {
namespace {

constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kIpv6 = 0x86dd;

bool is_tag(std::uint16_t type) {
  return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200 || type == 0x9300;
}

LinkPacket behind_ethertype(std::uint16_t type, ByteReader reader) {
  while (is_tag(type) && reader.ok()) {
    reader.skip(2);
    type = reader.u16();
  }
  if (reader.failed()) return {LinkResult::cut, {}};
  if (type != kIpv4 && type != kIpv6) return {LinkResult::not_ip, {}};
  return {LinkResult::ip, reader.peek_rest()};
}

LinkPacket ethernet(ByteReader reader) {
  reader.skip(12);
  return behind_ethertype(reader.u16(), reader);
}

/// LINKTYPE_LINUX_SLL: packet type, hardware type, address length, address, protocol.
LinkPacket linux_cooked(ByteReader reader) {
  reader.skip(14);
  return behind_ethertype(reader.u16(), reader);
}

/// LINKTYPE_LINUX_SLL2: the protocol comes first.
LinkPacket linux_cooked2(ByteReader reader) {
  const std::uint16_t type = reader.u16();
  reader.skip(18);
  return behind_ethertype(type, reader);
}

/// An address family in the byte order of the machine that captured, or (LINKTYPE_LOOP) of the network. Families are
/// below 256, so each order is told by where its zeros are. IPv6 has four numbers: those of Linux, NetBSD, FreeBSD and
/// macOS.
LinkPacket bsd_loopback(ByteReader reader) {
  std::uint32_t family = reader.u32();
  if (reader.failed()) return {LinkResult::cut, {}};
  if (family > 0xffff) family = std::byteswap(family);
  for (const std::uint32_t ip : {2U, 10U, 24U, 28U, 30U}) {
    if (family == ip) return {LinkResult::ip, reader.peek_rest()};
  }
  return {LinkResult::not_ip, {}};
}

LinkPacket raw_ip(ByteReader reader) {
  return {LinkResult::ip, reader.peek_rest()};
}

struct LinkType {
  std::uint32_t number;
  LinkPacket (*read)(ByteReader);
};
/// The link types that Weir reads.
constexpr std::array kLinkTypes = {
    LinkType{0, bsd_loopback},     // NULL
    LinkType{1, ethernet},         // ETHERNET
    LinkType{12, raw_ip},          // DLT_RAW as most systems number it
    LinkType{14, raw_ip},          // DLT_RAW of OpenBSD
    LinkType{101, raw_ip},         // RAW
    LinkType{108, bsd_loopback},   // LOOP
    LinkType{113, linux_cooked},   // LINUX_SLL
    LinkType{228, raw_ip},         // IPV4
    LinkType{229, raw_ip},         // IPV6
    LinkType{276, linux_cooked2},  // LINUX_SLL2
};

}  // namespace

LinkPacket read_link_layer(std::uint32_t link_type, Bytes frame) {
  for (const LinkType& known : kLinkTypes) {
    if (known.number == link_type) return known.read(ByteReader(frame));
  }
  return {LinkResult::unknown, {}};
}

}  // namespace weir::receive
