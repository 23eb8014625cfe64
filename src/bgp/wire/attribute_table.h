// THE table of path attributes: what Weir knows of each, and what becomes of a route whose attribute is faulty (RFC
// 7606 section 7 and the attributes' own RFCs). Inside bgp/wire/ only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/byte_reader.h"

namespace weir::bgp {

struct AttributeReading;

/// Octets of an attribute's value.
struct LengthRule {
  std::uint16_t least = 0;
  std::uint16_t most = 0xffff;
  std::uint16_t multiple_of = 1;
  [[nodiscard]] constexpr bool allows(std::size_t octets) const {
    return octets >= least && octets <= most && octets % multiple_of == 0;
  }
};

/// In the order of strength (RFC 7606 section 2).
enum class OnFault : std::uint8_t { discard, withdraw, reset };

/// The two flag bits that an attribute's specification fixes.
inline constexpr std::uint8_t kOptional = 0x80;
inline constexpr std::uint8_t kTransitive = 0x40;
inline constexpr std::uint8_t kPartial = 0x20;
inline constexpr std::uint8_t kExtendedLength = 0x10;

/// Reads a value whose length the rule allows; gives what is wrong with it, or "".
using AttributeReader = std::string_view (*)(Bytes value, AttributeReading& into);

struct AttributeRow {
  std::uint8_t type = 0;
  std::string_view name;
  std::uint8_t flags = 0;
  LengthRule length;
  OnFault on_fault = OnFault::discard;
  AttributeReader read = nullptr;  ///< null: checked, but not kept
};

/// Null for an attribute that Weir does not know.
[[nodiscard]] const AttributeRow* find_attribute(std::uint8_t type);

}  // namespace weir::bgp
