// NLRI and next hops between octets and values. Inside bgp/wire/ only.
#pragma once

#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "bgp/wire/nlri.h"

namespace weir::bgp {

/// What read_nlri() found beside the routes.
struct NlriOutcome {
  std::string_view problem;  ///< the field is syntactically incorrect (RFC 7606 section 5.3); "" when it is sound
  unsigned not_kept = 0;     ///< IPv6 prefixes within ::ffff:0:0/96, which are no routes and would be taken for IPv4
};
/// Appends the routes of a whole NLRI field of one of kFamilies: RFC 4271 section 4.3, with a path identifier each (RFC
/// 7911 section 3), labels (RFC 8277 section 2) and a route distinguisher (RFC 4364 section 4.3.4) where they belong.
[[nodiscard]] NlriOutcome read_nlri(Bytes field, Family family, bool add_path, std::vector<Nlri>& out);

/// What the label field of a route that is announced or withdrawn holds.
enum class LabelField : std::uint8_t { announced, withdrawn };
/// The inverse of read_nlri() for one route; a label that is withdrawn is written as 0x800000 (RFC 8277 section 2.4).
void write_nlri(const Nlri& nlri, Family family, bool add_path, LabelField label, ByteWriter& out);

/// The next hop of MP_REACH_NLRI: 4, 16 or 32 octets (RFC 4760, 2545, 8950); behind route distinguishers for VPN
/// families, 12, 24 or 48 (RFC 4364, 4659, 8950). Nothing for another length. Of an IPv6 pair the global address, or
/// the link-local one where the global one is left unspecified.
[[nodiscard]] std::optional<IpAddress> read_next_hop(Bytes field, Family family);
/// The length octet and the next hop, IPv6 families with an IPv4 one as IPv4-mapped (RFC 4659 section 3.2.1.2).
void write_next_hop(IpAddress next_hop, Family family, ByteWriter& out);

/// An address in its 4 or 16 octets.
void write_address(IpAddress address, ByteWriter& out);
void write_v6(IpAddress address, ByteWriter& out);

}  // namespace weir::bgp
