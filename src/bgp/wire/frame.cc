// The header of BGP messages (RFC 4271 section 4.1), and the messages that are little more than it.
#include <algorithm>
#include <array>

#include "bgp/wire/message.h"
#include "bgp/wire/message_writer.h"

namespace weir::bgp {
namespace {

constexpr std::uint8_t kHeaderError = 1;
constexpr std::uint8_t kNotSynchronized = 1;
constexpr std::uint8_t kBadLength = 2;
constexpr std::uint8_t kBadType = 3;
constexpr std::uint8_t kRouteRefreshError = 7;
constexpr std::uint8_t kInvalidRefreshLength = 1;

/// Lengths that a type allows, with the header (RFC 4271 section 6.1; RFC 8654 section 4: OPEN and KEEPALIVE never
/// grow).
struct TypeRow {
  MessageType type;
  std::size_t least;
  std::size_t most;
};
constexpr std::array kTypes = std::to_array<TypeRow>({{MessageType::open, 29, kMostOctets},
                                                      {MessageType::update, 23, kMostOctetsExtended},
                                                      {MessageType::notification, 21, kMostOctetsExtended},
                                                      {MessageType::keepalive, kHeaderOctets, kHeaderOctets},
                                                      {MessageType::route_refresh, 23, kMostOctetsExtended}});

std::unexpected<MessageError> header_error(std::uint8_t subcode, std::string message, std::uint64_t data,
                                           std::size_t octets) {
  ByteWriter out;
  out.unsigned_be(data, octets);
  return std::unexpected(MessageError{{kHeaderError, subcode, out.take()}, std::move(message)});
}

}  // namespace

Decoded<std::optional<Frame>> next_frame(Bytes stream, std::size_t most) {
  if (stream.size() < kHeaderOctets) return std::nullopt;
  ByteReader reader(stream);
  if ((reader.u64() & reader.u64()) != ~std::uint64_t{0}) {
    return header_error(kNotSynchronized, "the marker is not all ones", 0, 0);
  }
  const std::size_t length = reader.u16();
  const std::uint8_t code = reader.u8();
  const auto type = static_cast<MessageType>(code);
  const auto row = std::ranges::find(kTypes, type, &TypeRow::type);
  // The length comes first, as RFC 4271 has it; what bounds every type bounds an unknown one.
  const std::size_t type_least = row == kTypes.end() ? kHeaderOctets : row->least;
  const std::size_t type_most = row == kTypes.end() ? most : std::min(most, row->most);
  if (length < type_least || length > type_most) {
    return header_error(
        kBadLength, "message type " + std::to_string(code) + " of " + std::to_string(length) + " octets", length, 2);
  }
  if (row == kTypes.end()) return header_error(kBadType, "unknown message type " + std::to_string(code), code, 1);
  if (stream.size() < length) return std::nullopt;
  return Frame{type, reader.bytes(length - kHeaderOctets), length};
}

Decoded<std::optional<RouteRefresh>> decode_route_refresh(Bytes body) {
  constexpr std::size_t kBodyOctets = 4;
  ByteReader reader(body);
  const auto afi = static_cast<Afi>(reader.u16());
  const std::uint8_t subtype = reader.u8();
  const auto safi = static_cast<Safi>(reader.u8());
  // RFC 7313 section 5. A request may be longer: it carries filters (RFC 5291), which Weir never agreed to.
  const bool demarcation = subtype == 1 || subtype == 2;
  if (reader.failed() || (demarcation && body.size() != kBodyOctets)) {
    ByteWriter whole;
    start_message(MessageType::route_refresh, whole);
    whole.bytes(body);
    return std::unexpected(MessageError{{kRouteRefreshError, kInvalidRefreshLength, finish_message(whole)},
                                        "ROUTE-REFRESH of " + std::to_string(body.size()) + " octets"});
  }
  const Family family{afi, safi};
  if (subtype > 2 || !index_of(family)) return std::nullopt;
  return RouteRefresh{family, static_cast<RouteRefresh::Subtype>(subtype)};
}

std::vector<std::byte> encode_keepalive() {
  ByteWriter out;
  start_message(MessageType::keepalive, out);
  return finish_message(out);
}

std::vector<std::byte> encode_notification(const Notification& notification) {
  ByteWriter out;
  start_message(MessageType::notification, out);
  out.u8(notification.code);
  out.u8(notification.subcode);
  // What would make it too long is left away: the data is for people.
  const Bytes data = notification.data;
  out.bytes(data.first(std::min(data.size(), kMostOctets - out.size())));
  return finish_message(out);
}

std::vector<std::byte> encode_route_refresh(const RouteRefresh& refresh) {
  ByteWriter out;
  start_message(MessageType::route_refresh, out);
  out.u16(static_cast<std::uint16_t>(refresh.family.afi));
  out.u8(static_cast<std::uint8_t>(refresh.subtype));
  out.u8(static_cast<std::uint8_t>(refresh.family.safi));
  return finish_message(out);
}

}  // namespace weir::bgp
