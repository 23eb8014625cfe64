#include "bgp/wire/attribute_reading.h"

#include <algorithm>

namespace weir::bgp {
namespace {

/// One attribute as it stands in the block.
struct Raw {
  std::uint8_t flags = 0;
  std::uint8_t type = 0;
  Bytes value;
  Bytes whole;
};

/// Memory is kept for the next message.
void clear(PathAttributes& attributes) {
  attributes.origin = Origin::incomplete;
  attributes.med.reset();
  attributes.local_pref.reset();
  attributes.communities.clear();
  attributes.extended_communities.clear();
  attributes.large_communities.clear();
  attributes.aggregator.reset();
  attributes.atomic_aggregate = false;
  attributes.originator_id.reset();
  attributes.cluster_list.clear();
}

/// The next attribute; nothing where the block ends within it (RFC 7606 section 4).
std::optional<Raw> next_attribute(ByteReader& reader) {
  Raw raw;
  ByteReader start = reader;
  raw.flags = reader.u8();
  raw.type = reader.u8();
  const std::size_t size = (raw.flags & kExtendedLength) != 0 ? reader.u16() : reader.u8();
  raw.value = reader.bytes(size);
  if (reader.failed()) return std::nullopt;
  raw.whole = start.bytes(reader.position() - start.position());
  return raw;
}

/// An attribute that no row of the table describes.
void read_unknown(const Raw& raw, AttributeReading& into) {
  if ((raw.flags & kOptional) != 0) return;
  if (into.reset) return;
  into.reset =
      update_error(kUnrecognizedWellKnown,
                   "attribute " + std::to_string(raw.type) + " says that it is well-known, and is not", raw.whole);
}

void read_known(const AttributeRow& row, const Raw& raw, AttributeReading& into) {
  std::string_view problem;
  if (!into.dumped && (raw.flags & (kOptional | kTransitive)) != row.flags) {
    problem = "flags that conflict with its specification";
  } else if (!row.length.allows(raw.value.size())) {
    problem = "a wrong length";
  } else if (row.read != nullptr) {
    problem = row.read(raw.value, into);
  }
  if (problem.empty()) return;
  if (row.type == kAsPath || row.type == kBgpsecPath) into.attributes.as_path.segments.clear();
  std::string message(row.name);
  message += ": ";
  message += problem;
  if (problem == "a wrong length") message += ", " + std::to_string(raw.value.size()) + " octets";
  if (row.on_fault == OnFault::reset) {
    if (!into.reset) into.reset = update_error(kOptionalAttributeError, std::move(message), raw.whole);
    return;
  }
  into.fault(row.type, row.on_fault, std::move(message));
}

void read_one(const Raw& raw, AttributeReading& into) {
  const AttributeRow* row = find_attribute(raw.type);
  if (into.seen.test(raw.type)) {  // RFC 7606 section 3 (g)
    if (row != nullptr && row->on_fault == OnFault::reset) {
      if (!into.reset) into.reset = update_error(kMalformedAttributeList, std::string(row->name) + ": there twice");
      return;
    }
    const std::string name = row != nullptr ? std::string(row->name) : "attribute " + std::to_string(raw.type);
    into.fault(raw.type, OnFault::discard, name + ": there twice");
    return;
  }
  into.seen.set(raw.type);
  if (row == nullptr) return read_unknown(raw, into);
  read_known(*row, raw, into);
}

/// RFC 6793 section 4.2.3: what old speakers carried on for us.
void merge_four_octet_as(AttributeReading& into) {
  if (into.four_octet_as) return;
  auto& aggregator = into.attributes.aggregator;
  if (into.as4_aggregator && aggregator) {
    if (aggregator->as != kAsTrans) return;
    aggregator = into.as4_aggregator;
  }
  if (into.has_as4_path) merge_as4_path(into.attributes.as_path, into.as4_path);
}

}  // namespace

MessageError update_error(std::uint8_t subcode, std::string message, Bytes data) {
  return {{kUpdateError, subcode, {data.begin(), data.end()}}, std::move(message)};
}

void AttributeReading::fault(std::uint8_t type, OnFault on_fault, std::string message) {
  const Treatment treatment = on_fault == OnFault::discard ? Treatment::discarded : Treatment::withdrawn;
  faults.push_back({type, treatment, std::move(message)});
}

bool AttributeReading::withdrawn() const {
  return std::ranges::find(faults, Treatment::withdrawn, &AttributeFault::treatment) != faults.end();
}

void read_attributes(Bytes block, AttributeReading& into) {
  clear(into.attributes);
  into.faults.clear();
  into.any = !block.empty();
  ByteReader reader(block);
  while (!reader.empty()) {
    const std::size_t at = reader.position();
    const auto raw = next_attribute(reader);
    if (!raw) {
      const auto type = block.size() - at > 1 ? std::to_integer<std::uint8_t>(block[at + 1]) : std::uint8_t{0};
      into.fault(type, OnFault::withdraw, "the attributes end within one");
      break;
    }
    read_one(*raw, into);
  }
  if (!into.seen.test(kAsPath) && !into.seen.test(kBgpsecPath)) into.attributes.as_path.segments.clear();
  merge_four_octet_as(into);
}

}  // namespace weir::bgp
