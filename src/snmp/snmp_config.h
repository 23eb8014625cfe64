// What the poller can be told. Communities and passwords are secrets: never logged, never shown.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/ip_address.h"

namespace weir::snmp {

/// Names as Net-SNMP knows them (RFC 3414, RFC 7860; RFC 3826 and the draft for longer AES keys).
inline constexpr std::array<std::string_view, 7> kAuthProtocols{"none",    "MD5",     "SHA",    "SHA-224",
                                                                "SHA-256", "SHA-384", "SHA-512"};
inline constexpr std::array<std::string_view, 5> kPrivacyProtocols{"none", "DES", "AES", "AES-192", "AES-256"};
/// RFC 3414 section 11.2: shorter passwords are refused.
inline constexpr std::size_t kLeastPassword = 8;

/// SNMPv2c with a community, or SNMPv3 with a user. With both, the user.
struct Credentials {
  std::string community = {};
  std::string user = {};
  std::size_t auth = 0;  ///< place in kAuthProtocols
  std::string auth_password = {};
  std::size_t privacy = 0;  ///< place in kPrivacyProtocols; needs `auth`
  std::string privacy_password = {};
  [[nodiscard]] bool empty() const { return community.empty() && user.empty(); }
};

struct ExporterAgent {
  IpAddress exporter = {};  ///< the source of its datagrams
  IpAddress agent = {};     ///< where its SNMP agent answers; unspecified: at the exporter's address
  std::uint16_t port = 161;
  bool off = false;              ///< never asked
  Credentials credentials = {};  ///< empty: those for all
};

struct SnmpConfig {
  Credentials credentials;  ///< for every exporter that is seen; empty: only those of `exporters` are asked
  std::vector<ExporterAgent> exporters;
  UnixMillis interval_ms = 10 * kMinuteMs;
  UnixMillis timeout_ms = 2 * kSecondMs;  ///< of one request; it is tried twice
  [[nodiscard]] bool is_used() const;
};

}  // namespace weir::snmp
