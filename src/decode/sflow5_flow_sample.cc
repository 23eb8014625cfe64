#include "decode/sflow5_flow_sample.h"

#include <array>
#include <optional>
#include <utility>

#include "decode/packet_header.h"
#include "decode/sflow5_records.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

struct FlowSample {
  std::uint32_t sampling_rate = 0;
  Sflow5Interface input;
  Sflow5Interface output;
  std::uint32_t records = 0;
};

/// sflow_version_5.txt, flow_sample and flow_sample_expanded. Fails on the reader.
FlowSample read_fixed_part(ByteReader& reader, bool expanded) {
  FlowSample sample;
  reader.skip(expanded ? 12 : 8);  // sequence number, data source
  sample.sampling_rate = reader.u32();
  reader.skip(8);  // sample pool, drops
  const auto interface = [&] {
    const std::uint32_t word = reader.u32();
    if (!expanded) return Sflow5Interface::compact(word);
    return Sflow5Interface{static_cast<Sflow5Interface::Format>(word), reader.u32()};
  };
  sample.input = interface();
  sample.output = interface();
  sample.records = reader.u32();
  return sample;
}

/// The standard's records that become columns, in the order of their numbers: where each lies in the sample.
struct Records {
  std::optional<ByteReader> raw_header;  // 1
  std::optional<ByteReader> ethernet;    // 2
  std::optional<ByteReader> ipv4;        // 3
  std::optional<ByteReader> ipv6;        // 4
  std::optional<ByteReader> vlans;       // 1001, extended switch
  std::optional<ByteReader> router;      // 1002
  std::optional<ByteReader> gateway;     // 1003
};

constexpr std::array<std::pair<std::uint32_t, std::optional<ByteReader> Records::*>, 7> kRecords = {{
    {1, &Records::raw_header},
    {2, &Records::ethernet},
    {3, &Records::ipv4},
    {4, &Records::ipv6},
    {1001, &Records::vlans},
    {1002, &Records::router},
    {1003, &Records::gateway},
}};

/// Finds the records; others of the standard are passed over, vendors' are counted. Of two of a kind the first counts.
Records find_records(ByteReader reader, std::uint32_t count, flow::ExporterState& exporter) {
  Records found;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto piece = read_sflow5_piece(reader);
    if (!piece) {
      exporter.add(Counter::bad_sample);
      break;
    }
    if (piece->tag.enterprise() != 0) exporter.add(Counter::unsupported);
    for (const auto& [tag, record] : kRecords) {
      if (tag == piece->tag.value && !(found.*record)) found.*record = piece->body;
    }
  }
  return found;
}

/// Reasons why a packet was discarded, which are ICMP's codes of "destination unreachable" below 256 and then sFlow's
/// own, as forwarding status (IPFIX 89, RFC 7270 section 4.12). Others become "dropped, unknown".
struct DiscardReason {
  std::uint32_t reason;
  std::uint8_t forwarding_status;
};
constexpr std::uint8_t kDropped = 128;
constexpr std::uint8_t kAclDeny = 129, kUnroutable = 131, kFragmentation = 133, kBadTtl = 137, kPolicer = 138,
                       kRed = 139;
constexpr std::array kDiscardReasons = {
    DiscardReason{0, kUnroutable},      // net unreachable
    DiscardReason{1, kUnroutable},      // host unreachable
    DiscardReason{4, kFragmentation},   // fragmentation needed
    DiscardReason{6, kUnroutable},      // destination network unknown
    DiscardReason{7, kUnroutable},      // destination host unknown
    DiscardReason{9, kAclDeny},         // network administratively prohibited
    DiscardReason{10, kAclDeny},        // host administratively prohibited
    DiscardReason{11, kUnroutable},     // network unreachable for this type of service
    DiscardReason{12, kUnroutable},     // host unreachable for this type of service
    DiscardReason{13, kAclDeny},        // communication administratively prohibited
    DiscardReason{257, kBadTtl},        // TTL exceeded
    DiscardReason{258, kAclDeny},       // access list
    DiscardReason{260, kRed},           // random early discard
    DiscardReason{261, kPolicer},       // traffic shaping
    DiscardReason{262, kFragmentation}  // packet too big
};

std::uint8_t forwarding_status(std::uint32_t reason) {
  for (const DiscardReason& known : kDiscardReasons) {
    if (known.reason == reason) return known.forwarding_status;
  }
  return kDropped;
}

/// Fills one row from the records of its sample.
class RowFiller {
 public:
  RowFiller(const Sflow5Message& message, flow::FlowBatch& out, std::size_t row)
      : message_(message), exporter_(message.context.exporter), out_(out), row_(row) {}

  void fixed(const FlowSample& sample) {
    const UnixMillis now = message_.datagram.received_ms;
    set<Column::time>(now);
    set<Column::time_received>(now);
    set<Column::flow_start>(now);
    set<Column::flow_end>(now);
    set<Column::exporter>(message_.datagram.session.source);
    set<Column::export_protocol>(message_.protocol_name);
    set<Column::observation_domain>(message_.sub_agent);
    set<Column::packets>(1);
    set<Column::flows>(1);
    if (sample.sampling_rate != 0) set<Column::sampling_rate>(sample.sampling_rate);
    exporter_.add(Counter::flows);
    exporter_.add(sample.sampling_rate != 0 ? Counter::flows_sampled : Counter::flows_unsampled);
    if (const auto in = sample.input.index()) set<Column::in_if>(*in);
    if (const auto out = sample.output.index()) set<Column::out_if>(*out);
    if (sample.output.format == Sflow5Interface::Format::discarded) {
      set<Column::forwarding_status>(forwarding_status(sample.output.value));
    }
  }

  /// sampled_header. Nothing but what it says of the link layer when it holds no IP.
  void raw_header(ByteReader record) {
    const auto protocol = static_cast<HeaderProtocol>(record.u32());
    const std::uint64_t frame_length = record.u32();
    const std::uint64_t stripped = record.u32();
    const std::size_t length = record.u32();
    if (record.failed() || length > record.remaining()) exporter_.add(Counter::bad_sample);
    if (record.failed()) return;
    const Bytes header = record.bytes(length < record.remaining() ? length : record.remaining());
    const PacketFacts facts =
        decode_packet_header(header, protocol, message_.context.options.inner_addresses, out_, row_);
    if (facts.malformed) exporter_.add(Counter::bad_packet_header);
    if (facts.unsupported) exporter_.add(Counter::unsupported);
    if (facts.ip_octets != 0) {
      set<Column::bytes>(facts.ip_octets);
    } else if (!facts.unsupported && frame_length > stripped + facts.network_offset) {
      set<Column::bytes>(frame_length - stripped - facts.network_offset);
    }
  }

  /// sampled_ipv4 and sampled_ipv6: an IP header told field by field. What a raw header said stays.
  void ip_fields(ByteReader record, std::uint8_t version) {
    const std::uint32_t length = record.u32();
    const std::uint32_t proto = record.u32();
    const auto address = [&] { return version == 4 ? IpAddress::v4(record.u32()) : IpAddress::v6(record); };
    const IpAddress src = address();
    const IpAddress dst = address();
    const std::uint32_t src_port = record.u32();
    const std::uint32_t dst_port = record.u32();
    const std::uint32_t tcp_flags = record.u32();
    const std::uint32_t tos = record.u32();
    if (record.failed()) return exporter_.add(Counter::bad_sample);
    if (has(Column::src_addr)) return;
    set<Column::ip_version>(version);
    set<Column::src_addr>(src);
    set<Column::dst_addr>(dst);
    set<Column::bytes>(length);
    if (proto <= 0xff) set<Column::proto>(static_cast<std::uint8_t>(proto));
    if (tos <= 0xff) set<Column::tos>(static_cast<std::uint8_t>(tos));
    constexpr std::uint32_t kTcp = 6, kUdp = 17, kSctp = 132;
    if ((proto == kTcp || proto == kUdp || proto == kSctp) && src_port <= 0xffff && dst_port <= 0xffff) {
      set<Column::src_port>(static_cast<std::uint16_t>(src_port));
      set<Column::dst_port>(static_cast<std::uint16_t>(dst_port));
    }
    if (proto == kTcp && tcp_flags <= 0xffff) set<Column::tcp_flags>(static_cast<std::uint16_t>(tcp_flags));
  }

  /// sampled_ethernet: each MAC address is padded to 8 octets.
  void ethernet(ByteReader record) {
    const std::uint32_t length = record.u32();
    const std::uint64_t src = record.unsigned_be(6);
    record.skip(2);
    const std::uint64_t dst = record.unsigned_be(6);
    record.skip(2);
    const std::uint32_t type = record.u32();
    if (record.failed()) return exporter_.add(Counter::bad_sample);
    constexpr std::uint32_t kMacHeader = 14;
    if (!has(Column::src_mac)) {
      set<Column::src_mac>(src);
      set<Column::dst_mac>(dst);
    }
    if (!has(Column::ip_version) && type == 0x0800) set<Column::ip_version>(4);
    if (!has(Column::ip_version) && type == 0x86dd) set<Column::ip_version>(6);
    if (!has(Column::bytes) && length > kMacHeader) set<Column::bytes>(length - kMacHeader);
  }

  /// extended_switch. 0 and what is no VLAN ID mean untagged or unknown.
  void vlans(ByteReader record) {
    const std::uint32_t in = record.u32();
    record.skip(4);
    const std::uint32_t out = record.u32();
    record.skip(4);
    if (record.failed()) return exporter_.add(Counter::bad_sample);
    const auto is_vlan = [](std::uint32_t vlan) { return vlan >= 1 && vlan <= 4095; };
    if (is_vlan(in)) set<Column::src_vlan>(static_cast<std::uint16_t>(in));
    if (is_vlan(out)) set<Column::dst_vlan>(static_cast<std::uint16_t>(out));
  }

  /// extended_router. A mask longer than the flow's addresses is no mask.
  void router(ByteReader record) {
    const IpAddress next_hop = read_sflow5_address(record);
    const std::uint32_t src_mask = record.u32();
    const std::uint32_t dst_mask = record.u32();
    if (record.failed()) return exporter_.add(Counter::bad_sample);
    const std::uint32_t longest = out_.get_or<Column::ip_version>(row_, 6) == 4 ? 32 : 128;
    if (!next_hop.is_unspecified()) set<Column::next_hop>(next_hop);
    if (src_mask <= longest) set<Column::src_mask>(static_cast<std::uint8_t>(src_mask));
    if (dst_mask <= longest) set<Column::dst_mask>(static_cast<std::uint8_t>(dst_mask));
  }

  /// extended_gateway.
  void gateway(ByteReader record, Sflow5Gateway& reader) {
    const auto route = reader.read(record, message_.context.strings);
    if (!route) return exporter_.add(Counter::bad_sample);
    if (!route->next_hop.is_unspecified()) set<Column::bgp_next_hop>(route->next_hop);
    if (route->src_as != 0) set<Column::src_as>(route->src_as);
    if (route->dst_as != 0) set<Column::dst_as>(route->dst_as);
    if (route->first_as != 0) set<Column::first_as>(route->first_as);
    if (route->as_path != 0) set<Column::as_path>(route->as_path);
    if (route->communities != 0) set<Column::communities>(route->communities);
  }

 private:
  template <Column C>
  void set(flow::Value<C> value) {
    out_.set<C>(row_, value);
  }
  [[nodiscard]] bool has(Column column) const { return out_.masks()[row_].has(column); }

  const Sflow5Message& message_;
  flow::ExporterState& exporter_;
  flow::FlowBatch& out_;
  const std::size_t row_;
};

}  // namespace

void decode_sflow5_flow_sample(ByteReader sample, bool expanded, const Sflow5Message& message, Sflow5Gateway& gateway,
                               flow::FlowBatch& out) {
  const FlowSample fixed = read_fixed_part(sample, expanded);
  if (sample.failed()) return message.context.exporter.add(Counter::bad_sample);
  const Records records = find_records(sample, fixed.records, message.context.exporter);
  RowFiller row(message, out, out.add_rows(1));
  row.fixed(fixed);
  if (records.raw_header) row.raw_header(*records.raw_header);
  if (records.ipv4) row.ip_fields(*records.ipv4, 4);
  if (records.ipv6) row.ip_fields(*records.ipv6, 6);
  if (records.ethernet) row.ethernet(*records.ethernet);
  if (records.vlans) row.vlans(*records.vlans);
  if (records.router) row.router(*records.router);
  if (records.gateway) row.gateway(*records.gateway, gateway);
}

}  // namespace weir::decode
