#include "decode/packet_header_link.h"

namespace weir::decode {
namespace {

enum EtherType : std::uint16_t {
  kIpv4 = 0x0800,
  kArp = 0x0806,
  kTransparentEthernet = 0x6558,
  kVlan = 0x8100,
  kIpv6 = 0x86dd,
  kMplsUnicast = 0x8847,
  kMplsMulticast = 0x8848,
  kPppoeSession = 0x8864,
  kServiceVlan = 0x88a8,
  kQinq9100 = 0x9100,
  kQinq9200 = 0x9200,
  kQinq9300 = 0x9300,
};
// An EtherType field below this is an IEEE 802.3 length.
constexpr std::uint16_t kLeastEtherType = 0x0600;
constexpr unsigned kMostDepth = 8;

bool is_tag(std::uint16_t type) {
  return type == kVlan || type == kServiceVlan || type == kQinq9100 || type == kQinq9200 || type == kQinq9300;
}

bool is_usual(std::uint16_t type) {
  return is_tag(type) || type == kIpv4 || type == kIpv6 || type == kArp || type == kMplsUnicast ||
         type == kPppoeSession;
}

std::uint8_t peek_u8(ByteReader reader) {
  return reader.u8();
}

/// The EtherType of the Ethernet frame that would start `skip` octets on; 0 when there is none.
std::uint16_t peek_ethertype(ByteReader reader, std::size_t skip) {
  reader.skip(skip + 12);
  return reader.u16();
}

/// LLC; with SNAP and no vendor's code it announces an EtherType (RFC 1042).
Network read_llc(ByteReader& reader, LinkHeader& link) {
  const std::uint32_t llc = reader.u24();
  if (reader.failed()) return Network::malformed;
  if (llc != 0xaaaa03) return Network::other;
  const std::uint32_t vendor = reader.u24();
  const std::uint16_t type = reader.u16();
  if (reader.failed()) return Network::malformed;
  // 0000f8 is the bridge-tunnel encapsulation of IEEE 802.1H.
  if (vendor != 0 && vendor != 0x0000f8) return Network::other;
  return read_ethertype(type, reader, link);
}

Network read_pppoe(ByteReader& reader, LinkHeader& link) {
  reader.skip(6);
  if (reader.failed()) return Network::malformed;
  return read_ppp(reader, link);
}

void set_macs(LinkHeader& link, std::uint64_t dst, std::uint64_t src) {
  if (link.has_macs) return;
  link.has_macs = true;
  link.dst_mac = dst;
  link.src_mac = src;
}

/// What follows the bottom of a label stack is not announced (RFC 4928): it is told by its first octets.
Network read_behind_labels(ByteReader& reader, LinkHeader& link) {
  if (reader.empty()) return Network::malformed;
  const unsigned nibble = peek_u8(reader) >> 4U;
  // An address that begins with 4 or 6 looks like IP; a usual EtherType in its place says that it is Ethernet after
  // all.
  const bool ethernet_here = is_usual(peek_ethertype(reader, 0));
  if (nibble == 4 || nibble == 6) {
    ByteReader ahead = reader;
    const std::uint16_t first = ahead.u16();
    const std::uint16_t length = ahead.u16();
    const bool like_ipv4 = (first >> 8U & 0xfU) >= 5 && length >= 20;
    if (nibble == 6 || like_ipv4 || !ethernet_here) return network_by_version(reader);
    return read_ethernet(reader, link);
  }
  if (nibble == 0 && is_usual(peek_ethertype(reader, 4))) {
    reader.skip(4);  // the control word
    return read_ethernet(reader, link);
  }
  if (ethernet_here) return read_ethernet(reader, link);
  return Network::other;
}

}  // namespace

Network network_by_version(const ByteReader& reader) {
  if (reader.empty()) return Network::malformed;
  switch (peek_u8(reader) >> 4U) {
    case 4:
      return Network::ipv4;
    case 6:
      return Network::ipv6;
    default:
      return Network::malformed;
  }
}

Network read_ethernet(ByteReader& reader, LinkHeader& link) {
  const std::uint64_t dst = reader.unsigned_be(6);
  const std::uint64_t src = reader.unsigned_be(6);
  const std::uint16_t type = reader.u16();
  if (reader.failed()) return Network::malformed;
  set_macs(link, dst, src);
  return read_ethertype(type, reader, link);
}

Network read_ethertype(std::uint16_t type, ByteReader& reader, LinkHeader& link) {
  if (++link.depth > kMostDepth) return Network::other;
  while (is_tag(type)) {
    const std::uint16_t tag = reader.u16();
    type = reader.u16();
    if (reader.failed()) return Network::malformed;
    // The service provider's tag is the outer one; a tag behind MPLS belongs to somebody else's network.
    if (link.vlan == 0 && link.label_count == 0) link.vlan = tag & 0x0fffU;
  }
  if (type < kLeastEtherType) return read_llc(reader, link);
  switch (type) {
    case kIpv4:
      return Network::ipv4;
    case kIpv6:
      return Network::ipv6;
    case kMplsUnicast:
    case kMplsMulticast:
      return read_mpls(reader, link);
    case kPppoeSession:
      return read_pppoe(reader, link);
    case kTransparentEthernet:
      return read_ethernet(reader, link);
    default:
      return Network::other;
  }
}

Network read_mpls(ByteReader& reader, LinkHeader& link) {
  const bool outermost = link.label_count == 0;
  for (bool bottom = false; !bottom;) {
    const std::uint32_t entry = reader.u32();
    if (reader.failed()) return Network::malformed;
    if (outermost && link.label_count < link.labels.size()) link.labels[link.label_count++] = entry >> 12U;
    bottom = (entry & 0x100U) != 0;
  }
  return read_behind_labels(reader, link);
}

Network read_ppp(ByteReader& reader, LinkHeader& link) {
  if (ByteReader ahead = reader; ahead.u16() == 0xff03) reader.skip(2);
  // A protocol number whose first octet is odd is one octet long (RFC 1661 section 6.5).
  std::uint16_t protocol = reader.u8();
  if ((protocol & 1U) == 0) protocol = static_cast<std::uint16_t>(protocol << 8U | reader.u8());
  if (reader.failed()) return Network::malformed;
  switch (protocol) {
    case 0x0021:
      return Network::ipv4;
    case 0x0057:
      return Network::ipv6;
    case 0x0281:
    case 0x0283:
      return read_mpls(reader, link);
    default:
      return Network::other;
  }
}

Network read_pos(ByteReader& reader, LinkHeader& link) {
  ByteReader ahead = reader;
  const std::uint16_t address = ahead.u16();
  if (address != 0x0f00 && address != 0x8f00) return read_ppp(reader, link);
  reader.skip(2);
  const std::uint16_t type = reader.u16();
  if (reader.failed()) return Network::malformed;
  return read_ethertype(type, reader, link);
}

Network read_ieee80211(ByteReader& reader, LinkHeader& link) {
  const std::uint8_t kind = reader.u8();
  const std::uint8_t flags = reader.u8();
  reader.skip(2);
  if (reader.failed()) return Network::malformed;
  const bool data = (kind >> 2U & 3U) == 2;
  const bool qos = (kind & 0x80U) != 0;
  const bool null = (kind & 0x40U) != 0;
  if (!data || null) return Network::other;
  const std::uint64_t first = reader.unsigned_be(6);
  const std::uint64_t second = reader.unsigned_be(6);
  const std::uint64_t third = reader.unsigned_be(6);
  reader.skip(2);
  const bool to_ds = (flags & 0x01U) != 0;
  const bool from_ds = (flags & 0x02U) != 0;
  const std::uint64_t fourth = to_ds && from_ds ? reader.unsigned_be(6) : 0;
  const std::uint8_t qos_control = qos ? reader.u8() : 0;
  if (qos) reader.skip((flags & 0x80U) != 0 ? 5 : 1);
  if (reader.failed()) return Network::malformed;
  set_macs(link, to_ds ? third : first, !from_ds ? second : to_ds ? fourth : third);
  // Encrypted frames and aggregates (A-MSDU) hold no header that could be read here.
  if ((flags & 0x40U) != 0 || (qos_control & 0x80U) != 0) return Network::other;
  return read_llc(reader, link);
}

}  // namespace weir::decode
