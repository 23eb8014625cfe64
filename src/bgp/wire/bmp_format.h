// Numbers of BMP's registries. Inside bgp/wire/ only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::bgp {

inline constexpr std::uint8_t kBmpVersion = 3;
inline constexpr std::size_t kPerPeerOctets = 42;

enum class BmpType : std::uint8_t {
  route_monitoring = 0,
  statistics = 1,
  peer_down = 2,
  peer_up = 3,
  initiation = 4,
  termination = 5,
  route_mirroring = 6,
};

/// Per-Peer Header (RFC 7854 section 4.2).
enum class BmpPeerType : std::uint8_t { global = 0, rd = 1, local = 2, loc_rib = 3 };
inline constexpr std::uint8_t kIpv6Peer = 0x80;        ///< V
inline constexpr std::uint8_t kPostPolicy = 0x40;      ///< L
inline constexpr std::uint8_t kTwoOctetAs = 0x20;      ///< A
inline constexpr std::uint8_t kAdjRibOut = 0x10;       ///< O (RFC 8671 section 4)
inline constexpr std::uint8_t kLocRibFiltered = 0x80;  ///< F, in place of V (RFC 9069 section 4.2)

/// Information TLVs of Initiation and Peer Up (RFC 7854 section 4.4, RFC 9069 section 4.4), TLVs of Termination (4.5).
inline constexpr std::uint16_t kInformationText = 0;
inline constexpr std::uint16_t kSysDescr = 1;
inline constexpr std::uint16_t kSysName = 2;
inline constexpr std::uint16_t kTableName = 3;
inline constexpr std::uint16_t kTerminationText = 0;
inline constexpr std::uint16_t kTerminationReason = 1;

/// Peer Down (RFC 7854 section 4.9, RFC 9069 section 4.5): what follows the reason.
inline constexpr std::uint8_t kLocalNotification = 1;
inline constexpr std::uint8_t kLocalWithout = 2;
inline constexpr std::uint8_t kRemoteNotification = 3;
inline constexpr std::uint8_t kRemoteWithout = 4;
inline constexpr std::uint8_t kNoLongerMonitored = 5;
inline constexpr std::uint8_t kLocalTlvs = 6;

}  // namespace weir::bgp
