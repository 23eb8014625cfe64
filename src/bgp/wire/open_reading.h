// The body of an OPEN as it stands there. Inside bgp/wire/ only.
#pragma once

#include "bgp/wire/message.h"

namespace weir::bgp {

/// Fails where the octets are no OPEN; what its values say is not judged, for BMP tells of other people's sessions.
[[nodiscard]] Decoded<Open> read_open(Bytes body);

/// Whether `capabilities` announce ADD-PATH for a family in this direction.
[[nodiscard]] bool sends_paths(const Capabilities& capabilities, Family family);
[[nodiscard]] bool receives_paths(const Capabilities& capabilities, Family family);

/// Codes of the registry of capabilities that Weir reads and writes.
enum class CapabilityCode : std::uint8_t {
  multiprotocol = 1,
  route_refresh = 2,
  extended_next_hop = 5,
  extended_messages = 6,
  graceful_restart = 64,
  four_octet_as = 65,
  add_path = 69,
  enhanced_route_refresh = 70,
  hostname = 73,
  old_route_refresh = 128,
};

inline constexpr std::uint8_t kCapabilitiesParameter = 2;
/// RFC 9072 section 2: says that lengths of two octets follow.
inline constexpr std::uint8_t kExtendedParameters = 255;

/// Graceful restart (RFC 4724 section 3, RFC 8538 section 2): its two octets of flags and time, and each family's flag.
inline constexpr std::uint16_t kRestartFlag = 0x8000;
inline constexpr std::uint16_t kNotificationFlag = 0x4000;
inline constexpr std::uint16_t kRestartTimeMask = 0x0fff;
inline constexpr std::uint8_t kForwardingFlag = 0x80;

}  // namespace weir::bgp
