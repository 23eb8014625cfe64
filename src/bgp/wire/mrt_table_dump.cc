// TABLE_DUMP (RFC 6396 section 4.2), the form before 2008: two-octet ASes, one entry a record, or in the oldest files
// many.
#include "bgp/wire/mrt_decoder.h"

namespace weir::bgp {
namespace {

// Not in the RFC, but written by patched Zebras and read by others: the same with four-octet ASes.
constexpr std::uint16_t kIpv4 = 1, kIpv4As4 = 3, kIpv6As4 = 4;  // 2 is IPv6

bool is_known(std::uint16_t subtype) {
  return subtype >= kIpv4 && subtype <= kIpv6As4;
}
std::size_t address_octets(std::uint16_t subtype) {
  return subtype == kIpv4 || subtype == kIpv4As4 ? 4 : 16;
}
std::size_t as_octets(std::uint16_t subtype) {
  return subtype == kIpv4As4 || subtype == kIpv6As4 ? 4 : 2;
}
IpAddress read_address(ByteReader& reader, std::uint16_t subtype) {
  return address_octets(subtype) == 4 ? IpAddress::v4(reader.u32()) : IpAddress::v6(reader);
}

}  // namespace

TableDumpLayout layout_of_table_dump(Bytes body, std::uint16_t subtype) {
  TableDumpLayout layout;
  if (!is_known(subtype)) return layout;
  ByteReader reader(body);
  reader.skip(4);  // view and sequence number, once for all entries
  while (!reader.empty()) {
    ++layout.entries;
    reader.skip(address_octets(subtype) + 1 + 1 + 4 + address_octets(subtype) + as_octets(subtype));
    const std::uint16_t block = reader.u16();
    if (!reader.ok()) return layout;
    if (reader.remaining() + 4 == block) {
      layout.four_more = true;
      return layout;
    }
    reader.skip(block);
  }
  return layout;
}

bool MrtDecoder::is_four_short(Bytes body, std::uint16_t subtype) {
  const TableDumpLayout layout = layout_of_table_dump(body, subtype);
  // A single entry that is four octets short is taken for broken, unless such records were seen before.
  if (!layout.four_more || (layout.entries < 2 && !four_short_)) return false;
  four_short_ = true;
  return true;
}

MrtDecoder::Outcome MrtDecoder::decode_table_dump(const MrtRecord& record) {
  const std::uint16_t subtype = record.header.subtype;
  if (!is_known(subtype)) return unsupported(record, "TABLE_DUMP subtype " + std::to_string(subtype));
  ByteReader reader(record.body);
  reader.skip(4);
  Outcome outcome = Outcome::well;
  do {
    const IpAddress address = read_address(reader, subtype);
    const unsigned length = reader.u8();
    reader.skip(1);  // status: always 1
    route_.originated_ms = UnixMillis{reader.u32()} * kSecondMs;
    route_.peer = {};
    route_.peer.address = read_address(reader, subtype);
    route_.peer.as = static_cast<As>(reader.unsigned_be(as_octets(subtype)));
    const Bytes block = reader.bytes(reader.u16());
    if (!reader.ok()) return malformed(record, "TABLE_DUMP: the entry is longer than its record");
    if (length > address_octets(subtype) * 8) {
      outcome = malformed(record, "TABLE_DUMP: prefix length " + std::to_string(length));
      continue;
    }
    route_.nlri = {};
    route_.nlri.prefix = Prefix::of(address, length);
    route_.family = {address_octets(subtype) == 4 ? Afi::ipv4 : Afi::ipv6, Safi::unicast};
    if (take_attributes(record, block, as_octets(subtype) == 4) != Outcome::well) outcome = Outcome::malformed;
  } while (!reader.empty());
  return outcome;
}

}  // namespace weir::bgp
