// What NetFlow v9 and IPFIX share: a Template as a table of fields, each with the function that writes its value. The
// numbers of the elements up to 127 are the same in both (RFC 7012 section 5, RFC 3954 section 8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/byte_writer.h"
#include "simulate/simulated_flow.h"

namespace weir::simulate {

/// One flow and who tells of it.
struct RecordSource {
  const SimulatedFlow& flow;
  const SimulatedExporter& exporter;
};

/// The number of an element's value; it is written in as many octets as the field is long, most significant first.
using NumberOf = std::uint64_t (*)(const RecordSource&);
/// The address of an element, of which the field's length (4 or 16) takes the low 32 bits or all.
using AddressOf = IpAddress (*)(const RecordSource&);

/// One field of a Template: exactly one of `number` and `address` is set.
struct TemplateField {
  std::uint16_t element;
  std::uint16_t length;
  NumberOf number = nullptr;
  AddressOf address = nullptr;
};

using FlowTemplate = std::span<const TemplateField>;

/// Octets of one record.
[[nodiscard]] std::size_t record_octets(FlowTemplate fields);
/// Where in a record the element lies; nothing when the template lacks it.
[[nodiscard]] std::optional<std::size_t> offset_of(FlowTemplate fields, std::uint16_t element);
/// Writes element and length of each field, as Template Records hold them.
void write_definition(FlowTemplate fields, ByteWriter& out);
void write_record(FlowTemplate fields, const RecordSource& source, ByteWriter& out);

/// The Templates of an exporter. NetFlow v9 for IPv4 is the eighteen fields that hosting providers keep, and when the
/// flow began and ended (22 and 21); or, where the exporter asks for it, the extended one.
[[nodiscard]] FlowTemplate netflow9_v4(const SimulatedExporter& exporter);
[[nodiscard]] FlowTemplate netflow9_v6(const SimulatedExporter& exporter);
[[nodiscard]] FlowTemplate ipfix_v4(const SimulatedExporter& exporter);
[[nodiscard]] FlowTemplate ipfix_v6(const SimulatedExporter& exporter);

}  // namespace weir::simulate
