// TABLE_DUMP_V2 (RFC 6396 section 4.3, RFC 8050 section 4): a table of peers, then a record for each prefix with an
// entry for each peer that has it.
#include "bgp/wire/mrt_decoder.h"
#include "bgp/wire/nlri_codec.h"

namespace weir::bgp {
namespace {

constexpr std::uint16_t kPeerIndexTable = 1, kRibIpv4Unicast = 2, kRibIpv4Multicast = 3, kRibIpv6Unicast = 4,
                        kRibIpv6Multicast = 5, kRibGeneric = 6, kRibIpv4UnicastAddPath = 8,
                        kRibIpv4MulticastAddPath = 9, kRibIpv6UnicastAddPath = 10, kRibIpv6MulticastAddPath = 11,
                        kRibGenericAddPath = 12;

}  // namespace

MrtDecoder::Outcome MrtDecoder::decode_table_dump_v2(const MrtRecord& record) {
  constexpr Family kIpv4{Afi::ipv4, Safi::unicast}, kIpv6{Afi::ipv6, Safi::unicast};
  switch (record.header.subtype) {
    case kPeerIndexTable:
      return decode_peer_index_table(record);
    case kRibIpv4Unicast:
      return decode_rib(record, kIpv4, false);
    case kRibIpv6Unicast:
      return decode_rib(record, kIpv6, false);
    case kRibIpv4UnicastAddPath:
      return decode_rib(record, kIpv4, true);
    case kRibIpv6UnicastAddPath:
      return decode_rib(record, kIpv6, true);
    case kRibGeneric:
      return decode_rib_generic(record, false);
    case kRibGenericAddPath:
      return decode_rib_generic(record, true);
    case kRibIpv4Multicast:
    case kRibIpv6Multicast:
    case kRibIpv4MulticastAddPath:
    case kRibIpv6MulticastAddPath:
      return unsupported(record, "TABLE_DUMP_V2: a multicast route");
    default:
      return unsupported(record, "TABLE_DUMP_V2 subtype " + std::to_string(record.header.subtype));
  }
}

MrtDecoder::Outcome MrtDecoder::decode_peer_index_table(const MrtRecord& record) {
  peers_.clear();  // a file may hold several dumps, each with its own table
  ByteReader reader(record.body);
  reader.skip(4);             // the collector's BGP ID
  reader.skip(reader.u16());  // view name
  const std::size_t count = reader.u16();
  if (!reader.ok()) return malformed(record, "PEER_INDEX_TABLE: no room for the number of peers");
  for (std::size_t index = 0; index < count; ++index) {
    const unsigned type = reader.u8();
    MrtPeer peer;
    peer.bgp_id = reader.u32();
    peer.address = (type & 1U) != 0 ? IpAddress::v6(reader) : IpAddress::v4(reader.u32());
    peer.as = static_cast<As>(reader.unsigned_be((type & 2U) != 0 ? 4 : 2));
    if (!reader.ok()) {
      return malformed(
          record, "PEER_INDEX_TABLE: " + std::to_string(index) + " of " + std::to_string(count) + " peers are there");
    }
    peers_.push_back(peer);
  }
  return Outcome::well;
}

MrtDecoder::Outcome MrtDecoder::decode_rib(const MrtRecord& record, Family family, bool add_path) {
  ByteReader reader(record.body);
  reader.skip(4);  // sequence number
  return decode_rib_of(record, reader, family, add_path);
}

MrtDecoder::Outcome MrtDecoder::decode_rib_generic(const MrtRecord& record, bool add_path) {
  ByteReader reader(record.body);
  reader.skip(4);
  const std::uint16_t afi = reader.u16();
  const std::uint8_t safi = reader.u8();
  if (!reader.ok()) return malformed(record, "RIB_GENERIC: no room for the family");
  const Family family{static_cast<Afi>(afi), static_cast<Safi>(safi)};
  if (!has_prefixes(family)) {
    return unsupported(record, "RIB_GENERIC: family " + std::to_string(afi) + "/" + std::to_string(safi));
  }
  return decode_rib_of(record, reader, family, add_path);
}

MrtDecoder::Outcome MrtDecoder::decode_rib_of(const MrtRecord& record, ByteReader& reader, Family family,
                                              bool add_path) {
  // One prefix; with ADD-PATH too its path identifiers are in the entries.
  const std::size_t bits = ByteReader(reader).u8();
  const Bytes field = reader.bytes(1 + (bits + 7) / 8);
  if (!reader.ok()) return malformed(record, "TABLE_DUMP_V2: no room for the prefix");
  nlri_.clear();
  const NlriOutcome read = read_nlri(field, family, false, nlri_);
  if (!read.problem.empty()) return malformed(record, "TABLE_DUMP_V2: " + std::string(read.problem));
  if (nlri_.empty()) return unsupported(record, "TABLE_DUMP_V2: an IPv4-mapped IPv6 prefix");
  return decode_rib_entries(record, reader, nlri_.front(), family, add_path);
}

MrtDecoder::Outcome MrtDecoder::decode_rib_entries(const MrtRecord& record, ByteReader& reader, const Nlri& nlri,
                                                   Family family, bool add_path) {
  Outcome outcome = Outcome::well;
  const std::size_t count = reader.u16();
  if (!reader.ok()) return malformed(record, "TABLE_DUMP_V2: no room for the number of entries");
  for (std::size_t entry = 0; entry < count; ++entry) {
    const std::size_t peer = reader.u16();
    route_.originated_ms = UnixMillis{reader.u32()} * kSecondMs;
    route_.nlri = nlri;
    if (add_path) route_.nlri.path_id = reader.u32();
    const Bytes block = reader.bytes(reader.u16());
    if (!reader.ok()) {
      return malformed(
          record, "TABLE_DUMP_V2: " + std::to_string(entry) + " of " + std::to_string(count) + " entries are there");
    }
    if (peer >= peers_.size()) {
      // The framing holds, so only this entry is lost.
      outcome = malformed(record, "TABLE_DUMP_V2: peer index " + std::to_string(peer) + " of " +
                                      std::to_string(peers_.size()) +
                                      (peers_.empty() ? ", no PEER_INDEX_TABLE came before" : ""));
      continue;
    }
    route_.peer = peers_[peer];
    route_.family = family;
    if (take_attributes(record, block, true) != Outcome::well) outcome = Outcome::malformed;
  }
  return outcome;
}

}  // namespace weir::bgp
