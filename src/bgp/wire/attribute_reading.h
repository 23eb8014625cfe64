// One walk over the path attributes of an UPDATE or of a dump's entry. Inside bgp/wire/ only.
#pragma once

#include <bitset>
#include <optional>
#include <vector>

#include "bgp/wire/attribute_table.h"
#include "bgp/wire/message.h"

namespace weir::bgp {

/// Numbers of the attributes that are more than a row of the table.
inline constexpr std::uint8_t kOrigin = 1;
inline constexpr std::uint8_t kAsPath = 2;
inline constexpr std::uint8_t kNextHop = 3;
inline constexpr std::uint8_t kMultiExitDisc = 4;
inline constexpr std::uint8_t kLocalPref = 5;
inline constexpr std::uint8_t kAtomicAggregate = 6;
inline constexpr std::uint8_t kAggregator = 7;
inline constexpr std::uint8_t kCommunities = 8;
inline constexpr std::uint8_t kOriginatorId = 9;
inline constexpr std::uint8_t kClusterList = 10;
inline constexpr std::uint8_t kMpReachNlri = 14;
inline constexpr std::uint8_t kMpUnreachNlri = 15;
inline constexpr std::uint8_t kExtendedCommunities = 16;
inline constexpr std::uint8_t kAs4Path = 17;
inline constexpr std::uint8_t kAs4Aggregator = 18;
inline constexpr std::uint8_t kLargeCommunity = 32;
inline constexpr std::uint8_t kBgpsecPath = 33;

/// UPDATE Message Error and its subcodes (RFC 4271 section 6.3).
inline constexpr std::uint8_t kUpdateError = 3;
inline constexpr std::uint8_t kMalformedAttributeList = 1;
inline constexpr std::uint8_t kUnrecognizedWellKnown = 2;
inline constexpr std::uint8_t kOptionalAttributeError = 9;
inline constexpr std::uint8_t kInvalidNetworkField = 10;

[[nodiscard]] MessageError update_error(std::uint8_t subcode, std::string message, Bytes data = {});

/// What a walk fills. `attributes` and `faults` are the caller's, so that their memory is used again.
struct AttributeReading {
  AttributeReading(PathAttributes& into, std::vector<AttributeFault>& faulty, bool four_octets)
      : attributes(into), faults(faulty), four_octet_as(four_octets) {}

  PathAttributes& attributes;
  std::vector<AttributeFault>& faults;
  bool four_octet_as = true;
  bool monitored = false;    ///< see UpdateFormat
  bool dumped = false;       ///< of a table's dump: BIRD writes flags of 0 for what its filters set
  std::bitset<256> seen;       ///< whatever its fault
  bool any = false;            ///< there was an attribute, or octets that should have been one
  IpAddress next_hop;          ///< of NEXT_HOP
  Bytes mp_reach, mp_unreach;  ///< the values, to be read by the caller
  AsPath as4_path;
  bool has_as4_path = false;
  std::optional<Aggregator> as4_aggregator;
  /// The first fault that RFC 7606 leaves to a session reset.
  std::optional<MessageError> reset;

  void fault(std::uint8_t type, OnFault on_fault, std::string message);
  /// The treatment of the strongest fault.
  [[nodiscard]] bool withdrawn() const;
};

/// Walks over `block`. Everything that `into` borrows lives as long as `block`.
void read_attributes(Bytes block, AttributeReading& into);

/// Readers of single values: see AttributeReader.
std::string_view read_as_path(Bytes value, bool four_octet_as, AsPath& out);
/// RFC 8205 section 3.1: the AS path that a BGPsec_Path says.
std::string_view read_secure_path(Bytes value, AsPath& out);
/// RFC 6793 section 4.2.3: puts the path of four-octet ASes in place of its end.
void merge_as4_path(AsPath& path, const AsPath& as4_path);

}  // namespace weir::bgp
