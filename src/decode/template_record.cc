#include "decode/template_record.h"

#include <algorithm>

#include "decode/information_element.h"

namespace weir::decode {
namespace {

constexpr std::size_t kMostOctets = 65535;  // of one Data Record: more does not fit a Set
constexpr std::uint16_t kEnterpriseBit = 0x8000;
constexpr std::uint16_t kAllTemplates = 2;  // RFC 7011 section 8.1: the Set ID stands for all Templates of its kind
constexpr std::uint16_t kAllOptionsTemplates = 3;

bool all_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte octet) { return octet == std::byte{0}; });
}

FieldSpecifier read_ipfix_field(ByteReader& set) {
  FieldSpecifier field;
  const std::uint16_t id = set.u16();
  field.length = set.u16();
  field.id = id & static_cast<std::uint16_t>(~kEnterpriseBit);
  if ((id & kEnterpriseBit) != 0) field.enterprise = set.u32();
  return field;
}

FieldSpecifier read_netflow9_field(ByteReader& set, bool scope) {
  FieldSpecifier field;
  field.enterprise = scope ? kNetflow9Scope : 0;
  field.id = set.u16();
  field.length = set.u16();
  return field;
}

/// How many fields, and how many of them scope, the record announces.
struct Shape {
  std::size_t fields = 0;
  std::size_t scope = 0;
  bool possible = true;
};

Shape read_netflow9_shape(ByteReader& set, bool options) {
  if (!options) return {.fields = set.u16()};
  const std::size_t scope_octets = set.u16();
  const std::size_t option_octets = set.u16();
  return {.fields = (scope_octets + option_octets) / 4,
          .scope = scope_octets / 4,
          .possible = scope_octets % 4 == 0 && option_octets % 4 == 0};
}

Shape read_ipfix_shape(ByteReader& set, bool options) {
  Shape shape{.fields = set.u16()};
  if (!options || shape.fields == 0) return shape;  // a withdrawal has no scope count
  shape.scope = set.u16();
  shape.possible = shape.scope > 0 && shape.scope <= shape.fields;
  return shape;
}

/// True when a record of these fields can exist.
bool sound(const TemplateRecord& record) {
  const std::size_t least = record.least_octets();
  return record.id >= kFirstDataSet && !record.fields.empty() && least > 0 && least <= kMostOctets;
}

}  // namespace

std::size_t TemplateRecord::least_octets() const {
  std::size_t octets = 0;
  for (const FieldSpecifier& field : fields) octets += field.length == kVariableLength ? 1 : field.length;
  return octets;
}

bool TemplateRecord::has_variable_length() const {
  return std::ranges::any_of(fields, [](const FieldSpecifier& field) { return field.length == kVariableLength; });
}

TemplateOutcome read_template(ByteReader& set, Dialect dialect, bool options, TemplateRecord& out) {
  if (set.remaining() < 4 || all_zero(set.peek_rest())) {
    // Less than a record's header is padding whatever it holds: RFC 7011 section 3.3.1 wants zeros, not all send them.
    set.skip(set.remaining());
    return TemplateOutcome::padding;
  }
  out.id = set.u16();
  // Some exporters (VMware) align each record, not only the Set, to four octets.
  if (out.id == 0 && set.position() % 4 == 0) out.id = set.u16();
  out.options = options;
  const Shape shape = dialect == Dialect::ipfix ? read_ipfix_shape(set, options) : read_netflow9_shape(set, options);
  if (set.failed()) return TemplateOutcome::cut_short;
  if (dialect == Dialect::ipfix && shape.fields == 0) {
    const bool one = out.id >= kFirstDataSet;
    const bool all = out.id == (options ? kAllOptionsTemplates : kAllTemplates);
    return one || all ? TemplateOutcome::withdrawal : TemplateOutcome::malformed;
  }

  out.scope_fields = static_cast<std::uint16_t>(shape.scope);
  out.fields.clear();
  if (dialect == Dialect::netflow9 && !shape.possible) {
    set.skip(set.remaining());  // lengths that are no whole fields: nobody knows where the next record starts
    return TemplateOutcome::malformed;
  }
  for (std::size_t i = 0; i < shape.fields; ++i) {
    const FieldSpecifier field =
        dialect == Dialect::ipfix ? read_ipfix_field(set) : read_netflow9_field(set, i < shape.scope);
    if (set.failed()) return TemplateOutcome::cut_short;
    if (out.fields.size() < kMostFields) out.fields.push_back(field);
  }
  const bool usable = shape.possible && shape.fields <= kMostFields && sound(out);
  return usable ? TemplateOutcome::definition : TemplateOutcome::malformed;
}

void write_template(ByteWriter& out, Dialect dialect, const TemplateRecord& record) {
  out.u16(record.id);
  if (dialect == Dialect::ipfix || !record.options) {
    out.u16(record.fields.size());
    if (record.options) out.u16(record.scope_fields);
  } else {
    out.u16(std::size_t{record.scope_fields} * 4);
    out.u16((record.fields.size() - record.scope_fields) * 4);
  }
  for (const FieldSpecifier& field : record.fields) {
    const bool enterprise = dialect == Dialect::ipfix && field.enterprise != 0;
    out.u16(enterprise ? field.id | kEnterpriseBit : field.id);
    out.u16(field.length);
    if (enterprise) out.u32(field.enterprise);
  }
}

}  // namespace weir::decode
