// The body of an UPDATE behind an octet that chooses the format. What was decoded is encoded and must be decoded to the
// same.
#include <algorithm>

#include "bgp_octets.h"

namespace {

using namespace weir;
using namespace weir::bgp;

/// Every route with its next hop or "withdrawn", in order.
struct Routes {
  std::vector<std::pair<Nlri, IpAddress>> announced;
  std::vector<Nlri> withdrawn;
  bool operator==(const Routes&) const = default;
};

void add(const Update& update, Routes& out) {
  for (const auto& reach : update.reach) {
    for (const Nlri& nlri : reach.nlri) out.announced.emplace_back(nlri, reach.next_hop);
  }
  for (const auto& unreach : update.unreach) {
    for (Nlri nlri : unreach.nlri) {
      nlri.label = 0;  // a withdrawal says none
      out.withdrawn.push_back(nlri);
    }
  }
}

void round_trip(const Update& update, const UpdateFormat& format) {
  Routes first;
  Routes second;
  add(update, first);
  bool whole = true;
  for (const auto& message : encode_update(update, format, kMostOctetsExtended)) {
    const auto frame = next_frame(message, kMostOctetsExtended);
    fuzz::require(frame && *frame);
    Update back;
    fuzz::require(decode_update((*frame)->body, format, back).has_value());
    // A next hop that was never there, and a BGPsec_Path with AS 0, are not encoded to something sound.
    whole = whole && back.faults.empty();
    add(back, second);
    if (back.faults.empty() && format.four_octet_as && !back.reach.empty()) {
      // A segment of more than 255 ASes (of a BGPsec_Path) takes two.
      const bool long_segment = std::ranges::any_of(update.attributes.as_path.segments,
                                                    [](const AsSegment& segment) { return segment.as.size() > 255; });
      if (long_segment) back.attributes.as_path = update.attributes.as_path;
      fuzz::require(back.attributes == update.attributes);
    }
  }
  if (whole) fuzz::require(first.announced == second.announced || second.withdrawn.size() > first.withdrawn.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes input = std::as_bytes(std::span(data, size));
  const UpdateFormat format = fuzz::format_of(data[0]);
  Update update;
  for (int i = 0; i < 2; ++i) {  // the second time into memory that was used
    if (!decode_update(input.subspan(1), format, update)) break;
    fuzz::write_texts(update.attributes);
    if (i == 1) round_trip(update, format);
  }
  AttributeBlock block;
  decode_attributes(input.subspan(1), format.four_octet_as, block);
  fuzz::write_texts(block.attributes);
  return 0;
}
