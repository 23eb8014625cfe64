// NOTIFICATION (RFC 4271 section 4.5) and its words.
#include <algorithm>
#include <array>

#include "bgp/wire/message.h"
#include "bgp/wire/printable.h"

namespace weir::bgp {
namespace {

constexpr std::uint8_t kCease = 6;
constexpr std::uint8_t kMaximumPrefixes = 1;
constexpr std::uint8_t kAdministrativeShutdown = 2;
constexpr std::uint8_t kAdministrativeReset = 4;
constexpr std::uint8_t kHardReset = 9;

/// The registries of error codes and subcodes; subcode 0 is the code's own name.
struct Name {
  std::uint8_t code, subcode;
  std::string_view name;
  constexpr auto operator<=>(const Name& other) const {
    return code != other.code ? code <=> other.code : subcode <=> other.subcode;
  }
  constexpr bool operator==(const Name& other) const { return code == other.code && subcode == other.subcode; }
};
constexpr std::array kNames = std::to_array<Name>({
    {1, 0, "Message Header Error"},
    {1, 1, "Connection Not Synchronized"},
    {1, 2, "Bad Message Length"},
    {1, 3, "Bad Message Type"},
    {2, 0, "OPEN Message Error"},
    {2, 1, "Unsupported Version Number"},
    {2, 2, "Bad Peer AS"},
    {2, 3, "Bad BGP Identifier"},
    {2, 4, "Unsupported Optional Parameter"},
    {2, 5, "Authentication Failure"},
    {2, 6, "Unacceptable Hold Time"},
    {2, 7, "Unsupported Capability"},
    {2, 11, "Role Mismatch"},
    {3, 0, "UPDATE Message Error"},
    {3, 1, "Malformed Attribute List"},
    {3, 2, "Unrecognized Well-known Attribute"},
    {3, 3, "Missing Well-known Attribute"},
    {3, 4, "Attribute Flags Error"},
    {3, 5, "Attribute Length Error"},
    {3, 6, "Invalid ORIGIN Attribute"},
    {3, 7, "AS Routing Loop"},
    {3, 8, "Invalid NEXT_HOP Attribute"},
    {3, 9, "Optional Attribute Error"},
    {3, 10, "Invalid Network Field"},
    {3, 11, "Malformed AS_PATH"},
    {4, 0, "Hold Timer Expired"},
    {5, 0, "Finite State Machine Error"},
    {5, 1, "Unexpected Message in OpenSent State"},
    {5, 2, "Unexpected Message in OpenConfirm State"},
    {5, 3, "Unexpected Message in Established State"},
    {6, 0, "Cease"},
    {6, 1, "Maximum Number of Prefixes Reached"},
    {6, 2, "Administrative Shutdown"},
    {6, 3, "Peer De-configured"},
    {6, 4, "Administrative Reset"},
    {6, 5, "Connection Rejected"},
    {6, 6, "Other Configuration Change"},
    {6, 7, "Connection Collision Resolution"},
    {6, 8, "Out of Resources"},
    {6, 9, "Hard Reset"},
    {6, 10, "BFD Down"},
    {7, 0, "ROUTE-REFRESH Message Error"},
    {7, 1, "Invalid Message Length"},
    {8, 0, "Send Hold Timer Expired"},
});
static_assert(std::ranges::is_sorted(kNames, std::ranges::less_equal{}), "in order, each once");

std::string_view name_of(std::uint8_t code, std::uint8_t subcode) {
  const auto at = std::ranges::find(kNames, Name{code, subcode, {}});
  return at == kNames.end() ? std::string_view() : at->name;
}

/// RFC 9003 section 2: one octet of length and so much UTF-8. "" where there is no text, or none that keeps to that.
std::string shutdown_communication(Bytes data) {
  ByteReader reader(data);
  const std::string_view text = as_text(reader.bytes(reader.u8()));
  if (reader.failed() || text.empty()) return "";
  if (!is_utf8(text)) return "(a text that is not UTF-8) " + printable(text);
  return printable(text);
}

/// RFC 4486 section 4: the family and its bound.
std::string maximum_prefixes(Bytes data) {
  ByteReader reader(data);
  const Family family{static_cast<Afi>(reader.u16()), static_cast<Safi>(reader.u8())};
  const std::uint32_t most = reader.u32();
  if (reader.failed()) return "";
  return std::string(to_string(family)) + ", at most " + std::to_string(most);
}

std::string detail_of(const Notification& notification) {
  if (notification.code != kCease) return "";
  switch (notification.subcode) {
    case kMaximumPrefixes:
      return maximum_prefixes(notification.data);
    case kAdministrativeShutdown:
    case kAdministrativeReset:
      return shutdown_communication(notification.data);
    default:
      return "";
  }
}

std::string own_text(const Notification& notification) {
  const std::string_view code = name_of(notification.code, 0);
  std::string out = code.empty() ? "code " + std::to_string(notification.code) : std::string(code);
  if (notification.subcode != 0) {
    const std::string_view subcode = name_of(notification.code, notification.subcode);
    out += ": ";
    out += subcode.empty() ? "subcode " + std::to_string(notification.subcode) : std::string(subcode);
  }
  return out;
}

}  // namespace

std::string to_string(const Notification& notification) {
  std::string out = own_text(notification);
  std::string detail;
  ByteReader reader(notification.data);
  if (notification.code == kCease && notification.subcode == kHardReset && reader.remaining() >= 2) {
    // RFC 8538 section 3: the reason stands within. One within one is not unfolded further.
    Notification inner{reader.u8(), reader.u8(), {}};
    const Bytes rest = reader.rest();
    inner.data.assign(rest.begin(), rest.end());
    detail = own_text(inner);
    if (const std::string more = detail_of(inner); !more.empty()) detail += ": " + more;
  } else {
    detail = detail_of(notification);
  }
  if (!detail.empty()) out += ": " + detail;
  return out;
}

Decoded<Notification> decode_notification(Bytes body) {
  ByteReader reader(body);
  Notification out;
  out.code = reader.u8();
  out.subcode = reader.u8();
  if (reader.failed()) {
    // Never answered by a NOTIFICATION (RFC 4271 section 6.4); this one is for the log.
    return std::unexpected(MessageError{{1, 2, {}}, "NOTIFICATION: too short"});
  }
  const Bytes data = reader.rest();
  out.data.assign(data.begin(), data.end());
  return out;
}

}  // namespace weir::bgp
