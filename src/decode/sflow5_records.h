// The parts that sFlow v5 samples are made of: tagged records, addresses, interfaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/byte_reader.h"
#include "base/ip_address.h"

namespace weir::decode {

/// A data_format: 20 bits of enterprise, 12 of format. The standard's own have enterprise 0.
struct Sflow5Tag {
  std::uint32_t value = 0;
  [[nodiscard]] std::uint32_t enterprise() const { return value >> 12U; }
  [[nodiscard]] std::uint32_t format() const { return value & 0xfffU; }
};

/// One tagged, counted piece of XDR (RFC 4506 section 4.10): a sample, or a record of a sample.
struct Sflow5Piece {
  Sflow5Tag tag;
  ByteReader body;
};
/// Reads a piece and the zero octets that align the next one to 4. Nothing, with the reader failed, when it is cut
/// short.
[[nodiscard]] inline std::optional<Sflow5Piece> read_sflow5_piece(ByteReader& reader) {
  Sflow5Piece piece;
  piece.tag.value = reader.u32();
  const std::size_t length = reader.u32();
  piece.body = reader.sub(length);
  if (reader.failed()) return std::nullopt;
  const std::size_t padding = (4 - length % 4) % 4;
  // Some agents leave the padding of the last piece away.
  reader.skip(padding < reader.remaining() ? padding : reader.remaining());
  return piece;
}

/// An address with its type. :: for the type "unknown", which has no octets; the reader fails on other types.
[[nodiscard]] inline IpAddress read_sflow5_address(ByteReader& reader) {
  switch (reader.u32()) {
    case 0:
      return {};
    case 1:
      return IpAddress::v4(reader.u32());
    case 2: {
      const IpAddress address = IpAddress::v6(reader);
      return address;
    }
    default:
      reader.skip(reader.remaining() + 1);
      return {};
  }
}

/// Where a sampled packet came in or went out.
struct Sflow5Interface {
  enum class Format : std::uint32_t { index = 0, discarded = 1, several = 2 };
  /// The value that stands for the device itself.
  static constexpr std::uint32_t kLocal = 0x3fffffff;

  Format format = Format::index;
  std::uint32_t value = 0;  ///< ifIndex (0 unknown), reason of the discard, or number of interfaces (0 unknown)

  /// The compact form: format in the two high bits.
  [[nodiscard]] static Sflow5Interface compact(std::uint32_t word) {
    return {static_cast<Format>(word >> 30U), word & 0x3fffffffU};
  }
  /// The ifIndex, 0 for the device itself; nothing when it is unknown or not one interface.
  [[nodiscard]] std::optional<std::uint32_t> index() const {
    if (format != Format::index || value == 0) return std::nullopt;
    return value == kLocal ? 0 : value;
  }
};

}  // namespace weir::decode
