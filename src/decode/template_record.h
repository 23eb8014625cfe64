// Template Records as they are on the wire: NetFlow v9 (RFC 3954 sections 5.2 and 6.1) and IPFIX (RFC 7011
// section 3.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"

namespace weir::decode {

/// The two protocols that have Templates.
enum class Dialect : std::uint8_t { netflow9, ipfix };

/// Set IDs below this are not Data Sets (both protocols).
inline constexpr std::uint16_t kFirstDataSet = 256;
/// The length of a field whose records hold their own length.
inline constexpr std::uint16_t kVariableLength = 0xffff;
/// A Template with more fields than this is refused. The largest real ones have about a hundred.
inline constexpr std::size_t kMostFields = 1024;

struct FieldSpecifier {
  std::uint32_t enterprise = 0;  ///< kNetflow9Scope for the scope fields of NetFlow v9 options
  std::uint16_t id = 0;
  std::uint16_t length = 0;
  bool operator==(const FieldSpecifier&) const = default;
};

/// What one Template Record defines.
struct TemplateRecord {
  std::uint16_t id = 0;
  bool options = false;
  std::uint16_t scope_fields = 0;  ///< how many of `fields`, from the first on, are the scope
  std::vector<FieldSpecifier> fields;
  bool operator==(const TemplateRecord&) const = default;

  /// The fewest octets a Data Record can have; a variable-length field counts its length octet.
  [[nodiscard]] std::size_t least_octets() const;
  [[nodiscard]] bool has_variable_length() const;
};

/// What was read from a Template Set.
enum class TemplateOutcome : std::uint8_t {
  definition,
  withdrawal,  ///< IPFIX only: field count 0; the id says which, 2 and 3 mean all (RFC 7011 section 8.1)
  padding,     ///< nothing but zeros is left
  malformed,   ///< breaks the protocol; the reader stands behind the record
  cut_short,   ///< the Set ends inside the record; nothing after it can be read
};

/// Reads the next record of a (Options) Template Set into `out`, which keeps its memory.
///
/// malformed: an id below 256, a field count of 0 (NetFlow v9), more than kMostFields fields, a scope that is empty
/// (IPFIX) or longer than the record, records that would be 0 or more than 65535 octets long.
TemplateOutcome read_template(ByteReader& set, Dialect dialect, bool options, TemplateRecord& out);

/// Writes the record as read_template() reads it.
void write_template(ByteWriter& out, Dialect dialect, const TemplateRecord& record);

}  // namespace weir::decode
