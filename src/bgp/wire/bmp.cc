// BMP messages to values.
#include "bgp/wire/bmp.h"

#include <algorithm>
#include <array>

#include "bgp/wire/bmp_format.h"
#include "bgp/wire/open_reading.h"
#include "bgp/wire/printable.h"

namespace weir::bgp {
namespace {

std::unexpected<Error> malformed(std::string_view message, std::string_view what) {
  std::string text = "BMP ";
  text.append(message).append(": ").append(what);
  return fail(ErrorCode::malformed, std::move(text));
}

/// 16 octets, of which an IPv4 address takes the last four.
IpAddress read_padded_address(ByteReader& reader, bool v6) {
  const IpAddress address = IpAddress::v6(reader);
  const bool fits_v4 = address.hi == 0 && address.lo >> 32U == 0;
  return v6 || !fits_v4 ? address : IpAddress::v4(static_cast<std::uint32_t>(address.lo));
}

RibKind rib_of(BmpPeerType type, std::uint8_t flags) {
  if (type == BmpPeerType::loc_rib) return RibKind::loc_rib;
  const bool post = (flags & kPostPolicy) != 0;
  if ((flags & kAdjRibOut) != 0) return post ? RibKind::adj_rib_out_post : RibKind::adj_rib_out_pre;
  return post ? RibKind::adj_rib_in_post : RibKind::adj_rib_in_pre;
}

/// RFC 7854 section 4.2.
Result<BmpPeer> read_peer(ByteReader& reader) {
  BmpPeer peer;
  peer.type = reader.u8();
  const std::uint8_t flags = reader.u8();
  peer.distinguisher.bits = reader.u64();
  const bool loc_rib = peer.type == static_cast<std::uint8_t>(BmpPeerType::loc_rib);
  const bool v6 = loc_rib || (flags & kIpv6Peer) != 0;
  peer.address = read_padded_address(reader, v6);
  peer.as = reader.u32();
  peer.bgp_id = reader.u32();
  const UnixMillis seconds = reader.u32();
  peer.time_ms = seconds * kSecondMs + reader.u32() / 1000;
  if (reader.failed()) return malformed("message", "shorter than its per-peer header");
  if (peer.type > static_cast<std::uint8_t>(BmpPeerType::loc_rib)) {
    return fail(ErrorCode::unsupported, "BMP message: peer type " + std::to_string(peer.type));
  }
  peer.rib = rib_of(static_cast<BmpPeerType>(peer.type), flags);
  peer.two_octet_as = !loc_rib && (flags & kTwoOctetAs) != 0;
  peer.loc_rib_filtered = loc_rib && (flags & kLocRibFiltered) != 0;
  return peer;
}

/// Calls `take(type, value)` for each TLV; false when the last one is longer than what is left.
template <typename Take>
bool for_each_tlv(ByteReader& reader, const Take& take) {
  while (!reader.empty()) {
    const std::uint16_t type = reader.u16();
    const Bytes value = reader.bytes(reader.u16());
    if (reader.failed()) return false;
    take(type, value);
  }
  return true;
}

Result<BmpMessage> read_initiation(ByteReader reader) {
  BmpInitiation out;
  const bool whole = for_each_tlv(reader, [&out](std::uint16_t type, Bytes value) {
    if (type == kInformationText) out.texts.push_back(printable(as_text(value)));
    if (type == kSysDescr) out.sys_descr = printable(as_text(value));
    if (type == kSysName) out.sys_name = printable(as_text(value));
  });
  if (!whole) return malformed("Initiation", "a TLV longer than what is left");
  return out;
}

Result<BmpMessage> read_termination(ByteReader reader) {
  BmpTermination out;
  const bool whole = for_each_tlv(reader, [&out](std::uint16_t type, Bytes value) {
    if (type == kTerminationText) out.text = printable(as_text(value));
    if (type == kTerminationReason && value.size() == 2) out.reason = ByteReader(value).u16();
  });
  if (!whole) return malformed("Termination", "a TLV longer than what is left");
  return out;
}

/// The BGP message of a type at the front of what is left.
Result<Bytes> read_wrapped(ByteReader& reader, MessageType type, std::string_view within) {
  const auto frame = next_frame(reader.peek_rest(), kMostOctetsExtended);
  if (!frame) return malformed(within, frame.error().message);
  if (!*frame) return malformed(within, "a BGP message longer than what is left");
  if ((*frame)->type != type) {
    return malformed(within, "holds BGP message type " + std::to_string(static_cast<unsigned>((*frame)->type)));
  }
  reader.skip((*frame)->octets);
  return (*frame)->body;
}

Result<Open> read_wrapped_open(ByteReader& reader) {
  const auto body = read_wrapped(reader, MessageType::open, "Peer Up");
  if (!body) return std::unexpected(body.error());
  auto open = read_open(*body);
  if (!open) return malformed("Peer Up", open.error().message);
  return *std::move(open);
}

Result<BmpMessage> read_peer_up(const BmpPeer& peer, ByteReader reader) {
  BmpPeerUp out;
  out.peer = peer;
  out.local_address = read_padded_address(reader, !peer.address.is_v4());
  out.local_port = reader.u16();
  out.remote_port = reader.u16();
  if (reader.failed()) return malformed("Peer Up", "too short");
  auto sent = read_wrapped_open(reader);
  if (!sent) return std::unexpected(sent.error());
  auto received = read_wrapped_open(reader);
  if (!received) return std::unexpected(received.error());
  out.sent = *std::move(sent);
  out.received = *std::move(received);
  const bool whole = for_each_tlv(reader, [&out](std::uint16_t type, Bytes value) {
    if (type == kInformationText) out.texts.push_back(printable(as_text(value)));
    if (type == kTableName) out.table_name = printable(as_text(value));
  });
  if (!whole) return malformed("Peer Up", "a TLV longer than what is left");
  return out;
}

/// The NOTIFICATION that a Peer Down holds, in words.
std::string wrapped_notification(ByteReader reader) {
  const auto body = read_wrapped(reader, MessageType::notification, "Peer Down");
  const auto notification = body ? decode_notification(*body) : Decoded<Notification>{};
  return body && notification ? to_string(*notification) : "a notification that cannot be read";
}

std::string peer_down_text(std::uint8_t reason, ByteReader reader) {
  switch (reason) {
    case kLocalNotification:
      return "the router closed the session: " + wrapped_notification(reader);
    case kLocalWithout: {
      const unsigned event = reader.u16();
      return event == 0 ? "the router closed the session without a notification"
                        : "the router closed the session without a notification, after event " + std::to_string(event) +
                              " of its state machine";
    }
    case kRemoteNotification:
      return "the peer closed the session: " + wrapped_notification(reader);
    case kRemoteWithout:
      return "the peer closed the session without a notification";
    case kNoLongerMonitored:
      return "the router no longer tells of this peer";
    case kLocalTlvs: {
      std::string table;
      (void)for_each_tlv(reader, [&table](std::uint16_t type, Bytes value) {
        if (type == kTableName) table = printable(as_text(value));
      });
      return table.empty() ? "the router closed its table" : "the router closed its table " + table;
    }
    default:
      return "reason " + std::to_string(reason);
  }
}

Result<BmpMessage> read_peer_down(const BmpPeer& peer, ByteReader reader) {
  BmpPeerDown out{peer, reader.u8(), {}};
  if (reader.failed()) return malformed("Peer Down", "too short");
  out.text = peer_down_text(out.reason, reader);
  return out;
}

Result<BmpMessage> read_route_monitoring(const BmpPeer& peer, ByteReader reader) {
  const auto update = read_wrapped(reader, MessageType::update, "Route Monitoring");
  if (!update) return std::unexpected(update.error());
  if (!reader.empty()) return malformed("Route Monitoring", "octets behind the UPDATE");
  return BmpRouteMonitoring{peer, *update};
}

/// RFC 7854 section 4.8: values of 4 and 8 octets, and behind a family those of one family.
Result<BmpMessage> read_statistics(const BmpPeer& peer, ByteReader reader) {
  constexpr std::size_t kFamilyOctets = 3;
  BmpStatistics out{peer, {}};
  const std::uint32_t count = reader.u32();
  if (reader.failed()) return malformed("Statistics Report", "too short");
  for (std::uint32_t i = 0; i < count; ++i) {
    BmpStatistics::Value one;
    one.type = reader.u16();
    ByteReader value = reader.sub(reader.u16());
    if (reader.failed()) return malformed("Statistics Report", "a value longer than what is left");
    const std::size_t octets = value.remaining();
    if (octets == kFamilyOctets + 8) {
      const auto afi = static_cast<Afi>(value.u16());
      one.family = Family{afi, static_cast<Safi>(value.u8())};
    } else if (octets != 4 && octets != 8) {
      continue;
    }
    one.value = value.unsigned_be(value.remaining());
    out.values.push_back(one);
  }
  return out;
}

Result<BmpMessage> read_route_mirroring(const BmpPeer& peer, ByteReader) {
  return BmpRouteMirroring{peer};
}

/// Messages with a per-peer header.
struct PeerMessageRow {
  BmpType type;
  Result<BmpMessage> (*read)(const BmpPeer& peer, ByteReader reader);
};
constexpr std::array kPeerMessages = std::to_array<PeerMessageRow>({{BmpType::route_monitoring, read_route_monitoring},
                                                                    {BmpType::statistics, read_statistics},
                                                                    {BmpType::peer_down, read_peer_down},
                                                                    {BmpType::peer_up, read_peer_up},
                                                                    {BmpType::route_mirroring, read_route_mirroring}});

/// RFC 7854 section 4.8, RFC 8671 section 6.2; the place is the type.
constexpr std::array kStatistics = std::to_array<std::string_view>({
    "prefixes rejected by inbound policy",
    "duplicate prefix advertisements",
    "duplicate withdrawals",
    "updates invalidated by a CLUSTER_LIST loop",
    "updates invalidated by an AS_PATH loop",
    "updates invalidated by ORIGINATOR_ID",
    "updates invalidated by an AS_CONFED loop",
    "routes in Adj-RIBs-In",
    "routes in Loc-RIB",
    "routes in Adj-RIB-In of a family",
    "routes in Loc-RIB of a family",
    "updates treated as withdrawals",
    "prefixes treated as withdrawals",
    "duplicate update messages",
    "routes in pre-policy Adj-RIB-Out",
    "routes in post-policy Adj-RIB-Out",
    "routes in pre-policy Adj-RIB-Out of a family",
    "routes in post-policy Adj-RIB-Out of a family",
});

}  // namespace

std::string_view to_string(RibKind kind) {
  constexpr std::array<std::string_view, 5> kNames = {"adj-rib-in pre-policy", "adj-rib-in post-policy",
                                                      "adj-rib-out pre-policy", "adj-rib-out post-policy", "loc-rib"};
  const auto at = static_cast<std::size_t>(kind);
  return at < kNames.size() ? kNames[at] : "?";
}

std::string_view bmp_statistic_name(std::uint16_t type) {
  return type < kStatistics.size() ? kStatistics[type] : std::string_view();
}

UpdateFormat BmpPeerUp::format() const {
  UpdateFormat out;
  out.four_octet_as = !peer.two_octet_as;
  out.monitored = true;
  const Capabilities& router = sent.capabilities;
  const Capabilities& neighbour = received.capabilities;
  for (std::size_t i = 0; i < kFamilies.size(); ++i) {
    const Family family = kFamilies[i];
    const bool in = sends_paths(neighbour, family) && receives_paths(router, family);
    const bool out_to = sends_paths(router, family) && receives_paths(neighbour, family);
    const bool is_out = peer.rib == RibKind::adj_rib_out_pre || peer.rib == RibKind::adj_rib_out_post;
    // The OPENs of a Loc-RIB are made up to say what it holds; they have no direction.
    const bool paths = peer.rib == RibKind::loc_rib ? in || out_to : is_out ? out_to : in;
    if (paths) out.add_path.add(i);
  }
  return out;
}

Result<std::optional<BmpFrame>> next_bmp_frame(Bytes stream) {
  ByteReader reader(stream);
  if (reader.empty()) return std::nullopt;
  const std::uint8_t version = reader.u8();
  if (version != kBmpVersion)
    return fail(ErrorCode::malformed, "BMP version " + std::to_string(version) + ", expected 3");
  if (stream.size() < kBmpHeaderOctets) return std::nullopt;
  const std::size_t length = reader.u32();
  const std::uint8_t type = reader.u8();
  if (length < kBmpHeaderOctets || length > kMostBmpOctets) {
    return fail(ErrorCode::malformed, "a BMP message of " + std::to_string(length) + " octets");
  }
  if (stream.size() < length) return std::nullopt;
  return BmpFrame{type, reader.bytes(length - kBmpHeaderOctets), length};
}

Result<BmpMessage> decode_bmp(const BmpFrame& frame) {
  ByteReader reader(frame.body);
  const auto type = static_cast<BmpType>(frame.type);
  if (type == BmpType::initiation) return read_initiation(reader);
  if (type == BmpType::termination) return read_termination(reader);
  const auto row = std::ranges::find(kPeerMessages, type, &PeerMessageRow::type);
  if (row == kPeerMessages.end()) {
    return fail(ErrorCode::unsupported, "BMP message type " + std::to_string(frame.type));
  }
  const auto peer = read_peer(reader);
  if (!peer) return std::unexpected(peer.error());
  return row->read(*peer, reader);
}

}  // namespace weir::bgp
