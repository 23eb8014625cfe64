// From a captured frame to its IP packet.
#pragma once

#include <cstdint>
#include <optional>

#include "base/byte_reader.h"

namespace weir::receive {

enum class LinkResult : std::uint8_t {
  ip,       ///< `packet` begins with an IP header
  not_ip,   ///< ARP, LLDP, ...
  unknown,  ///< a link type that Weir does not read
  cut,      ///< too short for its own headers
};

struct LinkPacket {
  LinkResult result = LinkResult::not_ip;
  Bytes packet;
};

/// Reads Ethernet, BSD null and loopback, raw IP, and Linux cooked (versions 1 and 2), each with any number of VLAN
/// tags where the link type can carry them. `link_type` is the capture file's LINKTYPE_ number. Whether the packet is
/// IPv4 or IPv6 is left to its version field.
[[nodiscard]] LinkPacket read_link_layer(std::uint32_t link_type, Bytes frame);

}  // namespace weir::receive
