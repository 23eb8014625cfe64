// BGP-4 messages (RFC 4271) to values and back. No socket, no clock, no session state: what a session negotiated is handed
// in. Decoding and encoding are inverse for everything that Weir itself sends.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/byte_reader.h"
#include "base/error.h"
#include "bgp/wire/flowspec.h"
#include "bgp/wire/nlri.h"
#include "bgp/wire/path_attributes.h"

namespace weir::bgp {

inline constexpr std::size_t kHeaderOctets = 19;
inline constexpr std::size_t kMostOctets = 4096;
inline constexpr std::size_t kMostOctetsExtended = 65'535;  ///< RFC 8654

enum class MessageType : std::uint8_t { open = 1, update = 2, notification = 3, keepalive = 4, route_refresh = 5 };

/// RFC 4271 section 4.5 and the registry: why a session ends.
struct Notification {
  std::uint8_t code = 6;
  std::uint8_t subcode = 0;
  std::vector<std::byte> data;
};
/// "Cease: Administrative Shutdown: maintenance at 2" (RFC 9003's text decoded), "Hold Timer Expired", ...
[[nodiscard]] std::string to_string(const Notification& notification);

/// An error of a message that ends the session: what to log and what to send. RFC 7606 keeps these few.
struct MessageError {
  Notification notification;
  std::string message;
};
template <typename T>
using Decoded = std::expected<T, MessageError>;

/// RFC 7911 section 4.
enum class AddPathMode : std::uint8_t { receive = 1, send = 2, both = 3 };
struct AddPathFamily {
  Family family;
  AddPathMode mode = AddPathMode::receive;
};
/// RFC 4724 section 3; families are those of kFamilies.
struct GracefulRestart {
  bool restarting = false;      ///< R
  bool notification = false;    ///< N (RFC 8538)
  std::uint16_t time_s = 0;
  struct Kept {
    Family family;
    bool forwarding = false;    ///< F
  };
  std::vector<Kept> families;
};
/// RFC 5492 capabilities that matter here. Unknown ones are passed over.
struct Capabilities {
  FamilySet families;                 ///< code 1; without any, IPv4 unicast is meant
  bool any_multiprotocol = false;     ///< whether code 1 was there at all
  bool route_refresh = false;         ///< 2, or the old 128
  bool enhanced_route_refresh = false;  ///< 70
  bool extended_messages = false;     ///< 6
  std::optional<As> four_octet_as;    ///< 65
  std::vector<AddPathFamily> add_path;  ///< 69
  std::optional<GracefulRestart> graceful_restart;  ///< 64
  FamilySet extended_next_hop;        ///< 5 (RFC 8950): IPv4 families with an IPv6 next hop
  std::string hostname;               ///< 73, as sent; escape before printing
};

struct Open {
  std::uint8_t version = 4;
  As as = 0;                  ///< the four-octet one where the capability is there
  std::uint16_t hold_time_s = 0;
  std::uint32_t bgp_id = 0;
  Capabilities capabilities;
};

/// ROUTE-REFRESH (RFC 2918, 7313).
struct RouteRefresh {
  enum class Subtype : std::uint8_t { request = 0, begin = 1, end = 2 };
  Family family;
  Subtype subtype = Subtype::request;
};

/// How the octets of an UPDATE are to be read: what both sides of the session agreed on.
struct UpdateFormat {
  bool four_octet_as = true;
  FamilySet add_path{};  ///< families whose NLRI in this direction carry a path identifier
  /// Told of another's session (BMP), not spoken on ours. Two things that routers get wrong there cost no route then,
  /// only a fault that is counted: a missing NEXT_HOP, and an AS_PATH in the other width than was said.
  bool monitored = false;
  /// For dumps of old speakers: AS4_PATH is merged when four_octet_as is false (RFC 6793 section 4.2.3).
  bool operator==(const UpdateFormat&) const = default;
};

/// What RFC 7606 made of a faulty attribute.
enum class Treatment : std::uint8_t { discarded, withdrawn };
struct AttributeFault {
  std::uint8_t type = 0;
  Treatment treatment = Treatment::discarded;
  std::string message;  ///< "AS_PATH: segment of 0 ASes"
};

/// One UPDATE. Reuse one object for many messages: its vectors keep their memory.
struct Update {
  struct Reach {
    Family family;
    IpAddress next_hop;  ///< the global one of an IPv6 pair; unspecified for what has none
    std::vector<Nlri> nlri;
  };
  struct Unreach {
    Family family;
    std::vector<Nlri> nlri;
  };
  /// Only families of kFamilies. With a fault treated as withdraw, what was announced is in `unreach` instead.
  std::vector<Reach> reach;
  std::vector<Unreach> unreach;
  PathAttributes attributes;  ///< meaningless when nothing is reached
  std::optional<Family> end_of_rib;  ///< RFC 4724 section 2
  std::vector<AttributeFault> faults;
  unsigned families_skipped = 0;  ///< MP_REACH/MP_UNREACH of families that Weir does not keep
};

/// The header of the next message in `stream`: nothing yet when fewer than its 19 octets or its whole length are there.
struct Frame {
  MessageType type = MessageType::keepalive;
  Bytes body;              ///< without the header
  std::size_t octets = 0;  ///< with it: how much of the stream this message takes
};
/// `most` is kMostOctets or kMostOctetsExtended. Errors: marker, length, type (RFC 4271 section 6.1).
[[nodiscard]] Decoded<std::optional<Frame>> next_frame(Bytes stream, std::size_t most);

[[nodiscard]] Decoded<Open> decode_open(Bytes body);
[[nodiscard]] Decoded<Notification> decode_notification(Bytes body);
/// Nothing for a family that Weir does not keep.
[[nodiscard]] Decoded<std::optional<RouteRefresh>> decode_route_refresh(Bytes body);
/// Fails only where RFC 7606 still resets the session; all else is in `out.faults`.
[[nodiscard]] Decoded<void> decode_update(Bytes body, const UpdateFormat& format, Update& out);

/// The attribute block alone, as TABLE_DUMP and TABLE_DUMP_V2 hold it (RFC 6396 section 4.3.4: MP_REACH_NLRI there is
/// only the next hop; the full form that some writers use is understood too). `next_hop` is set from NEXT_HOP or
/// MP_REACH_NLRI.
struct AttributeBlock {
  PathAttributes attributes;
  IpAddress next_hop;
  std::vector<AttributeFault> faults;
};
void decode_attributes(Bytes block, bool four_octet_as, AttributeBlock& out);

// Encoders: whole messages with their header, ready to send.
[[nodiscard]] std::vector<std::byte> encode_open(const Open& open);
[[nodiscard]] std::vector<std::byte> encode_keepalive();
[[nodiscard]] std::vector<std::byte> encode_notification(const Notification& notification);
[[nodiscard]] std::vector<std::byte> encode_route_refresh(const RouteRefresh& refresh);
[[nodiscard]] std::vector<std::byte> encode_end_of_rib(Family family);
/// As many messages as it takes within `most` octets each. IPv4 unicast with an IPv4 next hop goes into the classic
/// fields, all else into MP_REACH_NLRI and MP_UNREACH_NLRI.
[[nodiscard]] std::vector<std::vector<std::byte>> encode_update(const Update& update, const UpdateFormat& format,
                                                                std::size_t most);
/// One Flow Specification, announced with its actions, or withdrawn where there are no attributes. Errors: as
/// encode_flowspec(), and what does not go into a message of `most` octets.
[[nodiscard]] Result<std::vector<std::byte>> encode_filter(const FlowSpec& rule, const PathAttributes* attributes,
                                                           const UpdateFormat& format, std::size_t most);

}  // namespace weir::bgp
