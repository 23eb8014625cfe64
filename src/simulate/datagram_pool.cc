#include "simulate/datagram_pool.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "simulate/ipfix.h"
#include "simulate/netflow5.h"
#include "simulate/netflow9.h"
#include "simulate/sampled_header.h"
#include "simulate/template_field.h"

namespace weir::simulate {
namespace {

using flow::ExportProtocol;

constexpr std::size_t kDrawnPacketCounts = 4096;  // a power of two
constexpr double kMostPackets = 40'000;           // times 1500 octets fits 32 bits

// Writes `value` over the octets at `offset`, most significant first. The offsets are known from the encoder's layout.
template <typename Word>
void store_be(std::span<std::byte> octets, std::size_t offset, std::uint64_t value) {
  auto word = static_cast<Word>(value);
  if constexpr (sizeof(Word) > 1 && std::endian::native == std::endian::little) word = std::byteswap(word);
  std::memcpy(octets.data() + offset, &word, sizeof word);
}

// Where the fields of a datagram's header lie; 0 where there is none of that kind (no field is at 0).
struct HeaderLayout {
  ExportProtocol protocol;
  std::size_t uptime, seconds, nanoseconds, sequence, domain, domain_octets, agent;
  bool counts_records;  // in its sequence number, not datagrams
};
constexpr std::array<HeaderLayout, 4> kHeaders = {{
    {ExportProtocol::netflow5, 4, 8, 12, 16, 20, 2, 0, true},
    {ExportProtocol::netflow9, 4, 8, 0, 12, 16, 4, 0, false},
    {ExportProtocol::ipfix, 0, 4, 0, 8, 12, 4, 0, true},
    {ExportProtocol::sflow5, 20, 0, 0, 16, 12, 4, 8, false},
}};

const HeaderLayout& header_of(ExportProtocol protocol) {
  return *std::ranges::find(kHeaders, protocol, &HeaderLayout::protocol);
}

}  // namespace

DatagramPool::DatagramPool(const PoolOptions& options)
    : options_(options),
      traffic_(options.seed),
      encoder_(make_encoder(options.exporter)),
      v4_layout_(layout_of(options.exporter, false)),
      v6_layout_(layout_of(options.exporter, true)),
      random_(mix(options.seed, 7)) {
  for (std::size_t i = 0; i < kDrawnPacketCounts; ++i) {
    packet_counts_.push_back(static_cast<std::uint32_t>(std::min(random_.pareto(1.15), kMostPackets)));
  }
  double v6_flows = 0;
  double flows = 0;
  while (datagrams_.size() < options_.datagrams) {
    const bool v6 = v6_flows < options_.ipv6_share * flows || (flows == 0 && options_.ipv6_share >= 0.5);
    datagrams_.push_back(make(options_.most_flows, v6));
    flows += datagrams_.back().flows;
    if (v6) v6_flows += datagrams_.back().flows;
  }
}

std::size_t DatagramPool::add(std::size_t flows) {
  datagrams_.push_back(make(std::min(flows, options_.most_flows), false));
  return datagrams_.size() - 1;
}

std::uint32_t DatagramPool::sequence_step(std::uint32_t flows) const {
  return header_of(options_.exporter.protocol).counts_records ? flows : 1;
}

DatagramPool::RecordLayout DatagramPool::layout_of(const SimulatedExporter& exporter, bool v6) {
  if (exporter.protocol == ExportProtocol::sflow5) return {};
  if (exporter.protocol == ExportProtocol::netflow5) {
    return {.octets = Netflow5Encoder::kRecordOctets,
            .bytes = 20,
            .packets = 16,
            .counter_octets = 4,
            .start = 24,
            .end = 28,
            .times_are_uptime = true,
            .src_port = 32,
            .dst_port = 34,
            .src_low = 3,
            .dst_low = 7,
            .exporter = 0};
  }
  const bool v9 = exporter.protocol == ExportProtocol::netflow9;
  const FlowTemplate fields =
      v9 ? (v6 ? netflow9_v6(exporter) : netflow9_v4(exporter)) : (v6 ? ipfix_v6(exporter) : ipfix_v4(exporter));
  const auto at = [&](std::uint16_t element) { return offset_of(fields, element).value_or(0); };
  const auto bytes = std::ranges::find(fields, std::uint16_t{1}, &TemplateField::element);
  return {.octets = record_octets(fields),
          .bytes = at(1),
          .packets = at(2),
          .counter_octets = bytes->length,
          .start = v9 ? at(22) : at(152),
          .end = v9 ? at(21) : at(153),
          .times_are_uptime = v9,
          .src_port = at(7),
          .dst_port = at(11),
          .src_low = v6 ? at(27) + 15 : at(8) + 3,
          .dst_low = v6 ? at(28) + 15 : at(12) + 3,
          .exporter = v9 ? 0 : at(130)};
}

DatagramPool::Datagram DatagramPool::make(std::size_t most_flows, bool v6) {
  constexpr std::size_t kMostInAnyDatagram = 40;
  std::vector<DrawnFlow> drawn;
  std::vector<SimulatedFlow> flows;
  for (std::size_t i = 0; i < std::min(most_flows, kMostInAnyDatagram); ++i) {
    drawn.push_back(traffic_.draw(v6));
    drawn.back().flow.bytes = drawn.back().packet_octets;
    flows.push_back(drawn.back().flow);
  }
  ByteWriter out;
  Datagram datagram;
  datagram.flows = static_cast<std::uint32_t>(encoder_->encode(flows, options_.exporter.boot_ms, out));
  datagram.v6 = v6;
  datagram.octets = out.take();
  drawn.resize(datagram.flows);
  if (options_.exporter.protocol == ExportProtocol::sflow5) {
    find_samples(drawn, datagram);
  } else {
    find_records(drawn, datagram);
  }
  return datagram;
}

// One Data Set (or none, in v5) with records of one length.
void DatagramPool::find_records(std::span<const DrawnFlow> drawn, Datagram& datagram) const {
  const RecordLayout& layout = datagram.v6 ? v6_layout_ : v4_layout_;
  std::size_t at = Netflow5Encoder::kHeaderOctets;
  if (options_.exporter.protocol == ExportProtocol::netflow9) {
    at = Netflow9Encoder::kHeaderOctets + Netflow9Encoder::kSetHeaderOctets;
  } else if (options_.exporter.protocol == ExportProtocol::ipfix) {
    at = IpfixEncoder::kHeaderOctets + IpfixEncoder::kSetHeaderOctets;
  }
  for (const DrawnFlow& flow : drawn) {
    Record record;
    record.at = static_cast<std::uint32_t>(at);
    const std::size_t port = flow.client_is_source ? layout.src_port : layout.dst_port;
    if (flow.has_ports) record.client_port_at = static_cast<std::uint16_t>(at + port);
    record.remote_low_at = static_cast<std::uint16_t>(at + (flow.remote_is_source ? layout.src_low : layout.dst_low));
    record.remote_low = std::to_integer<std::uint8_t>(datagram.octets[record.remote_low_at]);
    record.packet_octets = static_cast<std::uint16_t>(flow.packet_octets);
    datagram.records.push_back(record);
    at += layout.octets;
  }
}

// Samples of different lengths, each telling its own.
void DatagramPool::find_samples(std::span<const DrawnFlow> drawn, Datagram& datagram) const {
  constexpr std::size_t kDatagramHeader = 28;
  constexpr std::size_t kSampledPacket = 8 + 32 + 8 + 16;  // from the sample's start: its header, the record's, lengths
  constexpr std::size_t kEthernet = 14;
  ByteReader reader(datagram.octets);
  reader.skip(kDatagramHeader);
  for (const DrawnFlow& flow : drawn) {
    Record record;
    record.at = static_cast<std::uint32_t>(reader.position());
    const std::size_t ports = record.at + kSampledPacket + kEthernet + (datagram.v6 ? 40 : 20);
    if (flow.has_ports) record.client_port_at = static_cast<std::uint16_t>(ports + (flow.client_is_source ? 0 : 2));
    record.packet_octets = static_cast<std::uint16_t>(std::max(flow.packet_octets, header_octets(flow.flow)));
    record.in_if = static_cast<std::uint16_t>(flow.flow.in_if);
    datagram.records.push_back(record);
    reader.skip(4);
    reader.skip(reader.u32());
  }
}

Bytes DatagramPool::stamp(std::size_t which, const Stamp& stamp, RecordSums& sums) {
  Datagram& datagram = datagrams_[which];
  stamp_header(datagram.octets, stamp);
  sums.flows += datagram.flows;
  if (options_.exporter.protocol == ExportProtocol::sflow5) {
    stamp_samples(datagram, stamp, sums);
  } else {
    stamp_records(datagram, stamp, sums);
  }
  return datagram.octets;
}

void DatagramPool::stamp_header(std::span<std::byte> octets, const Stamp& stamp) const {
  const HeaderLayout& header = header_of(options_.exporter.protocol);
  store_be<std::uint32_t>(octets, header.sequence, stamp.sequence);
  if (header.domain_octets == 2) {
    store_be<std::uint16_t>(octets, header.domain, stamp.observation_domain);
  } else {
    store_be<std::uint32_t>(octets, header.domain, stamp.observation_domain);
  }
  const auto now = static_cast<std::uint64_t>(stamp.now_ms);
  if (header.uptime != 0) store_be<std::uint32_t>(octets, header.uptime, uptime_at(stamp.now_ms, stamp.boot_ms));
  if (header.seconds != 0) store_be<std::uint32_t>(octets, header.seconds, now / 1000);
  if (header.nanoseconds != 0) store_be<std::uint32_t>(octets, header.nanoseconds, now % 1000 * 1'000'000);
  if (header.agent != 0) store_be<std::uint32_t>(octets, header.agent, stamp.exporter.v4_bits());
}

void DatagramPool::stamp_records(Datagram& datagram, const Stamp& stamp, RecordSums& sums) {
  const RecordLayout& layout = datagram.v6 ? v6_layout_ : v4_layout_;
  const std::span<std::byte> octets = datagram.octets;
  const auto timeout = static_cast<std::uint32_t>(options_.active_timeout_ms);
  for (const Record& record : datagram.records) {
    const std::uint64_t chance = random_.next();
    const std::uint64_t packets = packet_counts_[chance % kDrawnPacketCounts];
    const std::uint64_t bytes = packets * record.packet_octets;
    // The flow ended at any moment of the last active timeout, and lasted the longer the more packets it had.
    const auto age = static_cast<UnixMillis>((chance >> 12U & 0xffff) * timeout >> 16U);
    const UnixMillis left = static_cast<UnixMillis>(timeout) - age;
    const UnixMillis lasted = packets == 1 ? 0 : std::min<UnixMillis>(left, static_cast<UnixMillis>(packets) * 37);
    const UnixMillis end = stamp.now_ms - age;
    if (layout.times_are_uptime) {
      store_be<std::uint32_t>(octets, record.at + layout.end, uptime_at(end, stamp.boot_ms));
      store_be<std::uint32_t>(octets, record.at + layout.start, uptime_at(end - lasted, stamp.boot_ms));
    } else {
      store_be<std::uint64_t>(octets, record.at + layout.end, static_cast<std::uint64_t>(end));
      store_be<std::uint64_t>(octets, record.at + layout.start, static_cast<std::uint64_t>(end - lasted));
    }
    if (layout.counter_octets == 4) {
      store_be<std::uint32_t>(octets, record.at + layout.bytes, bytes);
      store_be<std::uint32_t>(octets, record.at + layout.packets, packets);
    } else {
      store_be<std::uint64_t>(octets, record.at + layout.bytes, bytes);
      store_be<std::uint64_t>(octets, record.at + layout.packets, packets);
    }
    if (record.client_port_at != 0) {
      store_be<std::uint16_t>(octets, record.client_port_at, 32768 + (chance >> 28U & 0x7fff));
    }
    // Fewer bits differ more often: hosts near the drawn one are the more popular, the nearer they are.
    const std::uint64_t near = (chance >> 43U) & (chance >> 51U) & 0xff;
    octets[record.remote_low_at] = static_cast<std::byte>(record.remote_low ^ near);
    if (layout.exporter != 0) store_be<std::uint32_t>(octets, record.at + layout.exporter, stamp.exporter.v4_bits());
    sums.bytes += bytes;
    sums.packets += packets;
  }
}

void DatagramPool::stamp_samples(Datagram& datagram, const Stamp& stamp, RecordSums& sums) {
  constexpr std::size_t kSampleSequence = 8;
  constexpr std::size_t kSamplePool = 20;
  const std::span<std::byte> octets = datagram.octets;
  for (const Record& record : datagram.records) {
    const std::uint32_t number = ++stamp.samples_by_if[record.in_if];
    store_be<std::uint32_t>(octets, record.at + kSampleSequence, number);
    store_be<std::uint32_t>(octets, record.at + kSamplePool,
                            static_cast<std::uint64_t>(number) * options_.exporter.sampling_rate);
    if (record.client_port_at != 0) {
      store_be<std::uint16_t>(octets, record.client_port_at, 32768 + (random_.next() & 0x7fff));
    }
    sums.bytes += record.packet_octets;
    sums.packets += 1;
  }
}

}  // namespace weir::simulate
