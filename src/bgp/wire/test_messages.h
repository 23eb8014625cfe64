// Octets as routers send them, for tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "base/byte_writer.h"
#include "bgp/wire/message.h"

namespace weir::bgp {

using Octets = std::vector<std::byte>;

/// "40 01 01 00", with or without spaces.
inline Octets hex(std::string_view text) {
  Octets out;
  unsigned value = 0;
  bool half = false;
  for (const char c : text) {
    if (c == ' ') continue;
    value = value << 4U | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    if (half) out.push_back(static_cast<std::byte>(value & 0xffU));
    half = !half;
  }
  return out;
}

inline Octets joined(std::initializer_list<Octets> parts) {
  Octets out;
  for (const Octets& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

/// The body of an UPDATE.
inline Octets update_body(const Octets& withdrawn, const Octets& attributes, const Octets& nlri) {
  ByteWriter out;
  out.u16(withdrawn.size());
  out.bytes(withdrawn);
  out.u16(attributes.size());
  out.bytes(attributes);
  out.bytes(nlri);
  return out.take();
}

/// One attribute with a length of one octet.
inline Octets attribute(unsigned flags, unsigned type, const Octets& value) {
  ByteWriter out;
  out.u8(flags);
  out.u8(type);
  out.u8(value.size());
  out.bytes(value);
  return out.take();
}

inline const Octets kOriginIgp = hex("40 01 01 00");
inline const Octets kPath64500 = hex("40 02 06 02 01 0000fbf4");
inline const Octets kNextHop192 = hex("40 03 04 c0000201");
/// What every route needs.
inline const Octets kMandatory = joined({kOriginIgp, kPath64500, kNextHop192});
/// 203.0.113.0/24
inline const Octets kNlri203 = hex("18 cb0071");

inline constexpr Family kIpv4{Afi::ipv4, Safi::unicast};
inline constexpr Family kIpv6{Afi::ipv6, Safi::unicast};
inline constexpr Family kVpn4{Afi::ipv4, Safi::vpn};
inline constexpr Family kVpn6{Afi::ipv6, Safi::vpn};
inline constexpr Family kLabelled4{Afi::ipv4, Safi::labelled};

inline Nlri route(std::string_view prefix, std::uint32_t path_id = 0, std::string_view rd = "",
                  std::uint32_t label = 0) {
  return {*parse_prefix(prefix), rd.empty() ? RouteDistinguisher{} : *parse_rd(rd), path_id, label};
}
inline FamilySet families(std::initializer_list<Family> members) {
  FamilySet out;
  for (const Family member : members) out.add(*index_of(member));
  return out;
}

/// Decodes what must not reset the session.
inline Update decoded(const Octets& body, const UpdateFormat& format = {}) {
  Update out;
  const auto done = decode_update(body, format, out);
  EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().message);
  return out;
}
/// Decodes what must reset the session; its subcode of UPDATE Message Error and its message.
inline std::pair<unsigned, std::string> reset_of(const Octets& body, const UpdateFormat& format = {}) {
  Update out;
  const auto done = decode_update(body, format, out);
  EXPECT_TRUE(out.reach.empty() && out.unreach.empty());
  if (done) return {0, "no reset"};
  EXPECT_EQ(done.error().notification.code, 3);
  return {done.error().notification.subcode, done.error().message};
}
/// "withdrawn: ORIGIN: ...", one for each fault.
inline std::vector<std::string> faults_of(const Update& update) {
  std::vector<std::string> out;
  for (const AttributeFault& fault : update.faults) {
    out.push_back((fault.treatment == Treatment::withdrawn ? "withdrawn: " : "discarded: ") + fault.message);
  }
  return out;
}

}  // namespace weir::bgp
