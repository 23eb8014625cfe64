// BGP4MP and BGP4MP_ET (RFC 6396 section 4.4 and 4.5, RFC 8050 section 3): messages as they came, and states.
#include <array>

#include "bgp/wire/mrt_decoder.h"

namespace weir::bgp {
namespace {

struct Subtype {
  std::uint16_t number;
  bool message;  ///< else a change of state
  bool four_octet_as;
  bool local;
  bool add_path;
};
// 2 and 3 (ENTRY, SNAPSHOT) were never in use (RFC 6396 B.2.7).
constexpr std::array kSubtypes = {
    Subtype{0, false, false, false, false},  // STATE_CHANGE
    Subtype{1, true, false, false, false},   // MESSAGE
    Subtype{4, true, true, false, false},    // MESSAGE_AS4
    Subtype{5, false, true, false, false},   // STATE_CHANGE_AS4
    Subtype{6, true, false, true, false},    // MESSAGE_LOCAL
    Subtype{7, true, true, true, false},     // MESSAGE_AS4_LOCAL
    Subtype{8, true, false, false, true},    // MESSAGE_ADDPATH
    Subtype{9, true, true, false, true},     // MESSAGE_AS4_ADDPATH
    Subtype{10, true, false, true, true},    // MESSAGE_LOCAL_ADDPATH
    Subtype{11, true, true, true, true},     // MESSAGE_AS4_LOCAL_ADDPATH
};

const Subtype* find_subtype(std::uint16_t number) {
  for (const Subtype& subtype : kSubtypes) {
    if (subtype.number == number) return &subtype;
  }
  return nullptr;
}

/// Which families of an ADD-PATH session carry path identifiers is not written down: RFC 8050 has all of a record do.
FamilySet all_families() {
  FamilySet all;
  for (std::size_t index = 0; index < kFamilies.size(); ++index) all.add(index);
  return all;
}

}  // namespace

MrtDecoder::Outcome MrtDecoder::decode_bgp4mp(const MrtRecord& record, ByteReader reader, UnixMillis time_ms) {
  const Subtype* subtype = find_subtype(record.header.subtype);
  if (subtype == nullptr) return unsupported(record, "BGP4MP subtype " + std::to_string(record.header.subtype));
  MrtPeer peer;
  peer.as = static_cast<As>(reader.unsigned_be(subtype->four_octet_as ? 4 : 2));
  reader.skip(subtype->four_octet_as ? 4 : 2);  // the collector's
  reader.skip(2);                               // interface index
  const std::uint16_t afi = reader.u16();
  if (afi != static_cast<std::uint16_t>(Afi::ipv4) && afi != static_cast<std::uint16_t>(Afi::ipv6)) {
    return malformed(record, "BGP4MP: address family " + std::to_string(afi));
  }
  const bool v4 = afi == static_cast<std::uint16_t>(Afi::ipv4);
  peer.address = v4 ? IpAddress::v4(reader.u32()) : IpAddress::v6(reader);
  reader.skip(v4 ? 4 : 16);  // the collector's
  if (!reader.ok()) return malformed(record, "BGP4MP: no room for the addresses");
  if (!subtype->message) return state_change(record, reader, peer, time_ms);
  update_.local = subtype->local;
  return decode_bgp4mp_message(record, reader, peer, time_ms);
}

MrtDecoder::Outcome MrtDecoder::decode_bgp4mp_message(const MrtRecord& record, ByteReader& reader, const MrtPeer& peer,
                                                      UnixMillis time_ms) {
  reader.skip(16);  // the marker; some writers leave it zero
  const std::uint16_t length = reader.u16();
  const auto type = static_cast<MessageType>(reader.u8());
  if (!reader.ok() || length < kHeaderOctets || length - kHeaderOctets > reader.remaining()) {
    return malformed(record, "BGP4MP: a message of " + std::to_string(length) + " octets does not fit");
  }
  const Bytes body = reader.bytes(length - kHeaderOctets);
  if (type != MessageType::update) {
    ++counts_.other_messages;
    return Outcome::well;
  }
  const Subtype* subtype = find_subtype(record.header.subtype);
  update_.peer = peer;
  update_.time_ms = time_ms;
  return take_update(
      record, body,
      {.four_octet_as = subtype->four_octet_as, .add_path = subtype->add_path ? all_families() : FamilySet{}});
}

}  // namespace weir::bgp
