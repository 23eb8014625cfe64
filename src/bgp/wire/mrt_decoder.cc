// What all kinds of records share: dispatch by type, counting, complaints; and the BGP type of before 2000.
#include "bgp/wire/mrt_decoder.h"

namespace weir::bgp {

void MrtDecoder::decode(const MrtRecord& record) {
  ++counts_.records;
  switch (dispatch(record)) {
    case Outcome::well:
      break;
    case Outcome::malformed:
      ++counts_.malformed;
      break;
    case Outcome::unsupported:
      ++counts_.unsupported;
      break;
  }
}

MrtDecoder::Outcome MrtDecoder::dispatch(const MrtRecord& record) {
  ByteReader reader(record.body);
  const UnixMillis time_ms = UnixMillis{record.header.time_s} * kSecondMs;
  switch (static_cast<MrtType>(record.header.type)) {
    case MrtType::bgp:
      return decode_bgp(record);
    case MrtType::table_dump:
      return decode_table_dump(record);
    case MrtType::table_dump_v2:
      return decode_table_dump_v2(record);
    case MrtType::bgp4mp:
      return decode_bgp4mp(record, reader, time_ms);
    case MrtType::bgp4mp_et: {
      const std::uint32_t microseconds = reader.u32();
      if (!reader.ok()) return malformed(record, "no room for the microseconds");
      // More than a second of them is no reason to lose the record: they only refine its time.
      return decode_bgp4mp(record, reader, time_ms + (microseconds < 1'000'000 ? microseconds / 1000 : 0));
    }
    case MrtType::ospf2:
    case MrtType::isis:
    case MrtType::isis_et:
    case MrtType::ospf3:
    case MrtType::ospf3_et:
      break;
  }
  return unsupported(record, "type " + std::to_string(record.header.type));
}

// RFC 6396 B.2: two-octet ASes, IPv4 peers, and UPDATEs without their header.
MrtDecoder::Outcome MrtDecoder::decode_bgp(const MrtRecord& record) {
  constexpr std::uint16_t kNull = 0, kUpdate = 1, kStateChange = 3, kOpen = 5, kNotify = 6, kKeepalive = 7;
  const std::uint16_t subtype = record.header.subtype;
  if (subtype == kNull || subtype == kOpen || subtype == kNotify || subtype == kKeepalive) {
    ++counts_.other_messages;
    return Outcome::well;
  }
  if (subtype != kUpdate && subtype != kStateChange)
    return unsupported(record, "BGP subtype " + std::to_string(subtype));
  ByteReader reader(record.body);
  MrtPeer peer;
  peer.as = reader.u16();
  peer.address = IpAddress::v4(reader.u32());
  const UnixMillis time_ms = UnixMillis{record.header.time_s} * kSecondMs;
  if (subtype == kStateChange) return state_change(record, reader, peer, time_ms);
  reader.skip(2 + 4);  // the collector's own AS and address
  if (!reader.ok()) return malformed(record, "BGP_UPDATE: no room for the peer");
  update_.peer = peer;
  update_.time_ms = time_ms;
  update_.local = false;
  return take_update(record, reader.rest(), {.four_octet_as = false, .monitored = true});
}

MrtDecoder::Outcome MrtDecoder::state_change(const MrtRecord& record, ByteReader& reader, const MrtPeer& peer,
                                             UnixMillis time_ms) {
  constexpr std::uint16_t kEstablished = 6;
  reader.skip(2);  // the old state
  const std::uint16_t state = reader.u16();
  if (!reader.ok()) return malformed(record, "STATE_CHANGE: no room for the states");
  ++counts_.state_changes;
  if (handler_.state_change)
    handler_.state_change({.peer = peer, .time_ms = time_ms, .established = state == kEstablished});
  return Outcome::well;
}

MrtDecoder::Outcome MrtDecoder::take_update(const MrtRecord& record, Bytes body, const UpdateFormat& format) {
  if (const auto decoded = decode_update(body, format, update_.update); !decoded) {
    return malformed(record, "UPDATE: " + decoded.error().message);
  }
  ++counts_.updates;
  if (update_.local) ++counts_.local_updates;
  for (const Update::Reach& reach : update_.update.reach) counts_.announced += reach.nlri.size();
  for (const Update::Unreach& unreach : update_.update.unreach) counts_.withdrawn += unreach.nlri.size();
  counts_.attribute_faults += update_.update.faults.size();
  if (!update_.update.faults.empty()) complain(record, "UPDATE: " + update_.update.faults.front().message);
  if (update_.update.families_skipped != 0) ++counts_.unsupported;
  if (handler_.update) handler_.update(update_);
  return Outcome::well;
}

MrtDecoder::Outcome MrtDecoder::take_attributes(const MrtRecord& record, Bytes block, bool four_octet_as) {
  decode_attributes(block, four_octet_as, block_);
  counts_.attribute_faults += block_.faults.size();
  for (const AttributeFault& fault : block_.faults) {
    complain(record, fault.message + ", prefix " + to_string(route_.nlri.prefix));
    // In a dump there is nothing to withdraw from: the entry is none (RFC 7606 section 2).
    if (fault.treatment == Treatment::withdrawn) return Outcome::malformed;
  }
  route_.attributes = std::move(block_.attributes);
  route_.next_hop = block_.next_hop;
  ++counts_.routes;
  if (handler_.route) handler_.route(route_);
  return Outcome::well;
}

MrtDecoder::Outcome MrtDecoder::malformed(const MrtRecord& record, const std::string& what) {
  complain(record, what);
  return Outcome::malformed;
}

MrtDecoder::Outcome MrtDecoder::unsupported(const MrtRecord& record, const std::string& what) {
  complain(record, what + " is not kept");
  return Outcome::unsupported;
}

void MrtDecoder::complain(const MrtRecord& record, const std::string& what) {
  if (complaints_.size() >= MrtReader::kMostComplaints) return;
  complaints_.push_back("record " + std::to_string(counts_.records) + " at offset " + std::to_string(record.offset) +
                        ": " + what);
}

}  // namespace weir::bgp
