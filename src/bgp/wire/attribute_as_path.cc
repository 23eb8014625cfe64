// AS_PATH, AS4_PATH and the path within BGPsec_Path.
#include <algorithm>

#include "bgp/wire/attribute_reading.h"

namespace weir::bgp {
namespace {

bool is_confederation(const AsSegment& segment) {
  return segment.type == SegmentType::confed_sequence || segment.type == SegmentType::confed_set;
}

/// How much a segment counts in RFC 6793's comparison.
std::size_t count(const AsSegment& segment) {
  if (is_confederation(segment)) return 0;
  return segment.type == SegmentType::as_set ? 1 : segment.as.size();
}

/// Puts a segment behind the others; a sequence goes on in the sequence before it.
void append(AsPath& path, const AsSegment& segment) {
  if (segment.type == SegmentType::as_sequence && !path.segments.empty() &&
      path.segments.back().type == SegmentType::as_sequence) {
    auto& last = path.segments.back().as;
    last.insert(last.end(), segment.as.begin(), segment.as.end());
    return;
  }
  path.segments.push_back(segment);
}

}  // namespace

std::string_view read_as_path(Bytes value, bool four_octet_as, AsPath& out) {
  const std::size_t width = four_octet_as ? 4 : 2;
  ByteReader reader(value);
  std::size_t used = 0;  // segments of an earlier message are used again
  std::string_view problem;
  while (problem.empty() && !reader.empty()) {
    const std::uint8_t type = reader.u8();
    const std::size_t count = reader.u8();
    if (reader.failed())
      problem = "a single octet behind the last segment";
    else if (type < 1 || type > 4)
      problem = "an unknown segment type";
    else if (count == 0)
      problem = "a segment of 0 ASes";
    else if (count * width > reader.remaining())
      problem = "a segment longer than what is left";
    if (!problem.empty()) break;
    if (used == out.segments.size()) out.segments.emplace_back();
    AsSegment& segment = out.segments[used++];
    segment.type = static_cast<SegmentType>(type);
    segment.as.resize(count);
    for (As& as : segment.as) {
      as = four_octet_as ? reader.u32() : reader.u16();
      if (as == 0) problem = "AS 0";  // RFC 7607 section 2
    }
  }
  out.segments.resize(problem.empty() ? used : 0);
  return problem;
}

std::string_view read_secure_path(Bytes value, AsPath& out) {
  constexpr std::size_t kSegmentOctets = 6;
  constexpr std::uint8_t kConfederation = 0x80;
  // A few octets say that an AS stands there 255 times; more than this is no path.
  constexpr std::size_t kMost = 1000;
  std::size_t total = 0;
  out.segments.clear();
  ByteReader reader(value);
  const std::size_t octets = reader.u16();  // its own two included
  if (reader.failed() || octets < 2 || octets - 2 > reader.remaining() || (octets - 2) % kSegmentOctets != 0) {
    return "a Secure_Path of an impossible length";
  }
  for (std::size_t left = (octets - 2) / kSegmentOctets; left > 0; --left) {
    const std::uint8_t times = reader.u8();  // 0: a route server that does not show itself
    const bool confederation = (reader.u8() & kConfederation) != 0;
    const As as = reader.u32();
    const auto type = confederation ? SegmentType::confed_sequence : SegmentType::as_sequence;
    if (times == 0) continue;
    total += times;
    if (total > kMost) return "a Secure_Path that is too long";
    if (out.segments.empty() || out.segments.back().type != type) out.segments.push_back({type, {}});
    out.segments.back().as.insert(out.segments.back().as.end(), times, as);
  }
  return {};
}

void merge_as4_path(AsPath& path, const AsPath& as4_path) {
  std::size_t old_count = 0;
  std::size_t new_count = 0;
  for (const AsSegment& segment : path.segments) old_count += count(segment);
  for (const AsSegment& segment : as4_path.segments) new_count += count(segment);
  if (new_count == 0 || old_count < new_count) return;

  AsPath merged;
  std::size_t left = old_count - new_count;
  bool adjacent = true;  // to the front or to a segment that was taken
  for (const AsSegment& segment : path.segments) {
    if (is_confederation(segment)) {
      if (!adjacent) break;
      merged.segments.push_back(segment);
      continue;
    }
    if (left == 0) break;
    AsSegment taken = segment;
    if (segment.type == SegmentType::as_sequence && taken.as.size() > left) {
      taken.as.resize(left);
      adjacent = false;
    }
    left -= count(taken);
    append(merged, taken);
  }
  for (const AsSegment& segment : as4_path.segments) {
    if (!is_confederation(segment)) append(merged, segment);
  }
  path = std::move(merged);
}

}  // namespace weir::bgp
