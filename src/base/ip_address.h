// IP addresses and prefixes, IPv4 and IPv6 in one type.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/byte_reader.h"
#include "base/error.h"

namespace weir {

/// An address as 128 bits in host order; IPv4 is held IPv4-mapped (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2), so that one
/// comparison and one column pair serve both. The order is numeric, all IPv4 together.
struct IpAddress {
  std::uint64_t hi = 0;
  std::uint64_t lo = 0;

  static constexpr std::uint64_t kMappedV4 = 0x0000'ffff'0000'0000;

  [[nodiscard]] static constexpr IpAddress v4(std::uint32_t address) { return {0, kMappedV4 | address}; }
  /// From 16 octets in network order; fewer bytes read as the reader's failure value (::).
  [[nodiscard]] static IpAddress v6(ByteReader& reader) {
    const std::uint64_t hi = reader.u64();
    return {hi, reader.u64()};
  }

  [[nodiscard]] constexpr bool is_v4() const { return hi == 0 && lo >> 32U == 0xffff; }
  /// The low 32 bits; the IPv4 address when is_v4().
  [[nodiscard]] constexpr std::uint32_t v4_bits() const { return static_cast<std::uint32_t>(lo); }
  /// True for :: and for 0.0.0.0.
  [[nodiscard]] constexpr bool is_unspecified() const { return hi == 0 && (lo == 0 || lo == kMappedV4); }
  /// The address with all but the first `bits` bits of its family cleared (0..32 or 0..128; more means all).
  [[nodiscard]] constexpr IpAddress masked(unsigned bits) const;

  auto operator<=>(const IpAddress&) const = default;
};

/// A network: `address` has no bit set behind `length`, which counts in the family's own bits (0..32, 0..128).
struct Prefix {
  IpAddress address;
  std::uint8_t length = 0;

  /// Clears the host bits.
  [[nodiscard]] static constexpr Prefix of(IpAddress address, unsigned length) {
    return {address.masked(length), static_cast<std::uint8_t>(length)};
  }
  [[nodiscard]] constexpr bool contains(IpAddress other) const {
    return other.is_v4() == address.is_v4() && other.masked(length) == address;
  }
  /// The last address of the network.
  [[nodiscard]] constexpr IpAddress last() const;

  auto operator<=>(const Prefix&) const = default;
};

/// RFC 5952 text; IPv4 dotted, never "::ffff:".
[[nodiscard]] std::string to_string(IpAddress address);
/// "192.0.2.0/24".
[[nodiscard]] std::string to_string(const Prefix& prefix);
/// Parses one address; "::ffff:192.0.2.1" gives the IPv4 address. The error names the text.
[[nodiscard]] Result<IpAddress> parse_ip(std::string_view text);
/// Parses "address/length", or a bare address as a host prefix. Host bits are refused, with the network in the message.
[[nodiscard]] Result<Prefix> parse_prefix(std::string_view text);

constexpr IpAddress IpAddress::masked(unsigned bits) const {
  if (is_v4()) {
    if (bits >= 32) return *this;
    const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
    return v4(v4_bits() & mask);
  }
  if (bits >= 128) return *this;
  if (bits == 0) return {0, 0};
  if (bits <= 64) return {hi & ~std::uint64_t{0} << (64 - bits), 0};
  return {hi, lo & ~std::uint64_t{0} << (128 - bits)};
}

constexpr IpAddress Prefix::last() const {
  if (address.is_v4()) {
    return length >= 32 ? address : IpAddress::v4(address.v4_bits() | (~std::uint32_t{0} >> length));
  }
  if (length >= 128) return address;
  if (length >= 64) return {address.hi, address.lo | (~std::uint64_t{0} >> (length - 64))};
  return {address.hi | (length == 0 ? ~std::uint64_t{0} : ~std::uint64_t{0} >> length), ~std::uint64_t{0}};
}

}  // namespace weir

/// Unseeded; for maps whose keys an attacker chooses use flow::KeyHash, which is seeded per process.
template <>
struct std::hash<weir::IpAddress> {
  std::size_t operator()(const weir::IpAddress& a) const noexcept {
    return static_cast<std::size_t>((a.hi ^ (a.lo * 0x9e37'79b9'7f4a'7c15)) * 0xff51'afd7'ed55'8ccd);
  }
};
