// Path attributes to octets. Inside bgp/wire/ only.
#pragma once

#include "base/byte_writer.h"
#include "bgp/wire/path_attributes.h"

namespace weir::bgp {

/// One attribute: flags (the extended length is set where it is needed), type, length, value.
void write_attribute(std::uint8_t type, std::uint8_t flags, Bytes value, ByteWriter& out);

/// All attributes of a route but the next hop and the NLRI, in the order of their types. Towards a speaker without
/// four-octet ASes AS_TRANS stands for what it cannot read, and AS4_PATH and AS4_AGGREGATOR carry the truth (RFC 6793
/// section 4.2.2).
void write_attributes(const PathAttributes& attributes, IpAddress classic_next_hop, bool four_octet_as,
                      ByteWriter& out);

}  // namespace weir::bgp
