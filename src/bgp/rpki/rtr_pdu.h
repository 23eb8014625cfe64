// Protocol data units between an RPKI cache and a router: RFC 8210 (version 1) and RFC 6810 (version 0), section 5.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/byte_reader.h"
#include "base/error.h"
#include "bgp/rpki/validator.h"

namespace weir::bgp::rtr {

inline constexpr std::size_t kHeaderSize = 8;
/// The longest that is taken; only Router Keys and Error Reports are longer than 32 octets.
inline constexpr std::size_t kMostSize = 65'536;

/// Codes of Error Reports, section 12.
enum class ErrorReason : std::uint16_t {
  corrupt_data = 0,
  internal = 1,
  no_data = 2,
  invalid_request = 3,
  unsupported_version = 4,
  unsupported_type = 5,
  withdrawal_of_unknown = 6,
  duplicate_announcement = 7,
  unexpected_version = 8,
};

struct Header {
  std::uint8_t version = 0;
  std::uint8_t type = 0;
  std::uint16_t session = 0;  ///< in an Error Report the code
  std::uint32_t length = 0;   ///< with the header
};

struct SerialNotify {
  std::uint32_t serial = 0;
};
struct CacheResponse {};
struct CacheReset {};
struct PrefixChange {
  bool announced = false;
  Vrp vrp;
};
/// Intervals in seconds; 0 in version 0, which has none.
struct EndOfData {
  std::uint32_t serial = 0, refresh = 0, retry = 0, expire = 0;
};
struct ErrorReport {
  ErrorReason reason = ErrorReason::corrupt_data;
  std::string text;
};
/// Well-formed, and not for us: a Router Key, an ASPA, a type of a later version.
struct Other {};

using Body = std::variant<SerialNotify, CacheResponse, CacheReset, PrefixChange, EndOfData, ErrorReport, Other>;

/// The first eight octets. malformed: a length that cannot be.
[[nodiscard]] Result<Header> read_header(ByteReader& reader);
/// What follows; `reader` holds exactly the rest of the PDU. malformed: a length that does not suit the type, a prefix
/// that is none.
[[nodiscard]] Result<Body> read_body(const Header& header, ByteReader& reader);

[[nodiscard]] std::vector<std::byte> reset_query(std::uint8_t version);
[[nodiscard]] std::vector<std::byte> serial_query(std::uint8_t version, std::uint16_t session, std::uint32_t serial);
[[nodiscard]] std::vector<std::byte> error_report(std::uint8_t version, ErrorReason reason, std::string_view text);

}  // namespace weir::bgp::rtr
