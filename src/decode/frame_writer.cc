// Records that hold the packet's first octets (RFC 5477 section 8.5): what the packet header says becomes columns.
// These steps run first, so that what the record says in fields of its own stands.
#include <algorithm>
#include <array>

#include "decode/column_writer.h"
#include "decode/packet_header.h"

namespace weir::decode {
namespace {

using flow::Column;

constexpr std::uint64_t kIeee80211 = 2;  // dataLinkFrameType
/// The most of a header and a payload section that is read together.
constexpr std::size_t kMostSection = 512;

/// A record of a sampled packet stands for one packet of its IP length, where it has no counters of its own.
/// `frame_size` is 0 when the exporter did not say.
void count_packet(const Run& run, std::size_t i, const PacketFacts& facts, std::uint64_t frame_size) {
  const std::size_t row = run.first + i;
  flow::RowMask& mask = run.out.masks()[row];
  if (!mask.has(Column::packets)) run.out.set<Column::packets>(row, 1);
  if (mask.has(Column::bytes)) return;
  const std::uint64_t inside = frame_size > facts.network_offset ? frame_size - facts.network_offset : 0;
  const std::uint64_t octets = facts.ip_octets != 0 ? facts.ip_octets : inside;
  if (octets != 0) run.out.set<Column::bytes>(row, octets);
}

void tally_facts(const Run& run, const PacketFacts& facts) {
  if (facts.malformed) ++run.context.tally.bad_packet_header;
  if (facts.unsupported) ++run.context.tally.unsupported;
}

/// dataLinkFrameSection; the second field is the frame's size, the third its type.
void put_frame(const Run& run, const Step& step) {
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    const Bytes section = run.records.subspan(record + step.at[0].offset, step.at[0].length);
    if (section.empty()) continue;
    const std::uint64_t size = load_any(run.records, record + step.at[1].offset, step.at[1].length);
    const std::uint64_t type = load_any(run.records, record + step.at[2].offset, step.at[2].length);
    const PacketFacts facts =
        decode_packet_header(section, type == kIeee80211 ? HeaderProtocol::ieee80211 : HeaderProtocol::ethernet,
                             run.context.options.inner_addresses, run.out, run.first + i);
    tally_facts(run, facts);
    count_packet(run, i, facts, size);
  }
}

/// ipHeaderPacketSection; the second field is ipPayloadPacketSection, which continues it.
void put_ip_header(const Run& run, const Step& step) {
  std::array<std::byte, kMostSection> joined{};
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    Bytes section = run.records.subspan(record + step.at[0].offset, step.at[0].length);
    if (section.empty()) continue;
    if (step.at[1].length != 0 && section.size() < kMostSection) {
      const Bytes payload = run.records.subspan(record + step.at[1].offset, step.at[1].length);
      const Bytes taken = payload.first(std::min(payload.size(), kMostSection - section.size()));
      std::ranges::copy(section, joined.begin());
      std::ranges::copy(taken, std::span(joined).subspan(section.size()).begin());
      section = Bytes(joined).first(section.size() + taken.size());
    }
    const bool v6 = (std::to_integer<unsigned>(section[0]) >> 4U) == 6;
    const PacketFacts facts = decode_packet_header(section, v6 ? HeaderProtocol::ipv6 : HeaderProtocol::ipv4,
                                                   run.context.options.inner_addresses, run.out, run.first + i);
    tally_facts(run, facts);
    count_packet(run, i, facts, 0);
  }
}

}  // namespace

Writer frame_writer(const Step& step) {
  return step.element->meaning == Meaning::frame ? put_frame : put_ip_header;
}

}  // namespace weir::decode
