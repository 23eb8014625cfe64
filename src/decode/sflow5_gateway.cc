#include "decode/sflow5_gateway.h"

#include <array>
#include <charconv>
#include <string>

#include "decode/sflow5_records.h"
#include "flow/key_hash.h"

namespace weir::decode {
namespace {

constexpr std::uint32_t kAsSet = 1;
constexpr std::uint32_t kAsSequence = 2;

void append_number(std::string& out, std::uint32_t value) {
  std::array<char, 12> text{};
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

/// One segment; sets are written {a,b}. What does not fit into one text of the pool is left out, whole numbers only.
void append_segment(std::string& out, std::uint32_t type, ByteReader numbers) {
  if (numbers.empty()) return;
  if (!out.empty()) out += ' ';
  if (type == kAsSet) out += '{';
  for (bool first = true; !numbers.empty() && out.size() < flow::StringPool::kMostLength - 16; first = false) {
    if (!first) out += type == kAsSet ? ',' : ' ';
    append_number(out, numbers.u32());
  }
  if (type == kAsSet) out += '}';
}

/// Walks the path and calls `segment(type, numbers)` for each segment. False when it is cut short or of an unknown
/// type.
template <typename Segment>
bool walk_path(ByteReader& reader, Segment segment) {
  const std::uint32_t segments = reader.u32();
  for (std::uint32_t i = 0; i < segments && reader.ok(); ++i) {
    const std::uint32_t type = reader.u32();
    const std::size_t count = reader.u32();
    if (type != kAsSet && type != kAsSequence) return false;
    ByteReader numbers = reader.sub(count * 4);
    if (reader.ok()) segment(type, numbers);
  }
  return reader.ok();
}

std::string path_text(ByteReader reader) {
  std::string out;
  (void)walk_path(reader, [&](std::uint32_t type, ByteReader numbers) { append_segment(out, type, numbers); });
  return out;
}

std::string communities_text(ByteReader communities) {
  std::string out;
  while (!communities.empty() && out.size() < flow::StringPool::kMostLength - 16) {
    if (!out.empty()) out += ' ';
    const std::uint32_t community = communities.u32();
    append_number(out, community >> 16U);
    out += ':';
    append_number(out, community & 0xffffU);
  }
  return out;
}

}  // namespace

std::optional<Sflow5Route> Sflow5Gateway::read(ByteReader record, flow::StringPool& strings) {
  Sflow5Route route;
  route.next_hop = read_sflow5_address(record);
  record.skip(4);  // the agent's own AS
  route.src_as = record.u32();
  record.skip(4);  // the AS of the source's peer
  const ByteReader path = record;
  const auto ends = [&](std::uint32_t, ByteReader numbers) {
    while (!numbers.empty()) {
      route.dst_as = numbers.u32();
      if (route.first_as == 0) route.first_as = route.dst_as;
    }
  };
  if (!walk_path(record, ends)) return std::nullopt;
  const std::size_t community_count = record.u32();
  const ByteReader communities = record.sub(community_count * 4);
  if (record.failed()) return std::nullopt;
  const std::size_t length = record.position() - path.position();
  if (length <= 8) return route;  // neither path nor communities: just their two counts

  const Bytes octets = path.peek_rest().first(length);
  const std::uint64_t hash = flow::KeyHash::of_bytes(octets.data(), octets.size()) | 1U;
  if (remembered_.empty()) remembered_.resize(kRemembered);
  Texts& texts = remembered_[(hash >> 1U) % kRemembered];
  if (texts.hash != hash) {
    texts = {hash, strings.intern(path_text(path)), strings.intern(communities_text(communities))};
  }
  route.as_path = texts.as_path;
  route.communities = texts.communities;
  return route;
}

}  // namespace weir::decode
