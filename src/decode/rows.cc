#include "decode/rows.h"

#include <algorithm>

namespace weir::decode {
namespace {

using flow::Column;
using flow::FlowBatch;
using flow::RowMask;

constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kIcmpV6 = 58;

template <Column C>
void copy_value(FlowBatch& out, std::size_t from, std::size_t to, const RowMask& mask) {
  if constexpr (is_stored(C)) {
    if (mask.has(C)) out.values<C>()[to] = out.values<C>()[from];
  }
}

template <Column A, Column B>
void exchange(FlowBatch& out, std::size_t from, std::size_t to) {
  RowMask& mask = out.masks()[to];
  const bool has_a = mask.has(A);
  const bool has_b = mask.has(B);
  mask.clear(A);
  mask.clear(B);
  if (has_a) out.set<B>(to, out.values<A>()[from]);
  if (has_b) out.set<A>(to, out.values<B>()[from]);
}

/// Columns that tell of the packets of one direction only.
constexpr RowMask kOneWay = [] {
  RowMask mask;
  using enum Column;
  for (const Column column :
       {bytes, packets, tcp_flags, tos, ttl, fragment, icmp_type, icmp_code, next_hop, bgp_next_hop, mpls_label1,
        mpls_label2, mpls_label3, direction, forwarding_status, suspect}) {
    mask.set(column);
  }
  return mask;
}();

}  // namespace

void Tally::add_to(flow::ExporterState& exporter) const {
  using flow::Counter;
  const auto add = [&](Counter counter, std::uint64_t count) {
    if (count != 0) exporter.add(counter, count);
  };
  add(Counter::flows, flows);
  add(Counter::options_records, options_records);
  add(Counter::flows_sampled, sampled);
  add(Counter::flows_unsampled, flows - sampled);
  add(Counter::flows_named, named);
  add(Counter::clock_wrong, clock_wrong);
  add(Counter::counters_absurd, counters_absurd);
  add(Counter::bad_packet_header, bad_packet_header);
  add(Counter::unsupported, unsupported);
}

std::size_t add_rows(FlowBatch& out, std::size_t count, const RowMask& mask, const RowContext& context) {
  using enum Column;
  RowMask all = mask;
  for (const Column column : {exporter, observation_domain, export_protocol, time_received, flows}) all.set(column);
  const std::size_t first = out.add_rows(count);
  std::ranges::fill(out.masks().subspan(first), all);
  std::ranges::fill(out.values<exporter>().subspan(first), context.exporter);
  std::ranges::fill(out.values<observation_domain>().subspan(first), context.observation_domain);
  std::ranges::fill(out.values<export_protocol>().subspan(first), context.protocol);
  std::ranges::fill(out.values<time_received>().subspan(first), context.times.received_ms);
  std::ranges::fill(out.values<flows>().subspan(first), 1U);
  return first;
}

void copy_reversed(FlowBatch& out, std::size_t from, std::size_t to) {
  using enum Column;
  RowMask mask = out.masks()[from];
  for (std::size_t i = 0; i < mask.words.size(); ++i) mask.words[i] &= ~kOneWay.words[i];
  if (mask.has(proto) && (out.values<proto>()[from] == kIcmp || out.values<proto>()[from] == kIcmpV6)) {
    mask.clear(src_port);  // hold the forward direction's ICMP type
    mask.clear(dst_port);
  }
  out.masks()[to] = mask;
#define X(column, alias, type, role, storage, unit, meaning) copy_value<column>(out, from, to, mask);
  WEIR_COLUMNS(X)
#undef X
  exchange<src_addr, dst_addr>(out, from, to);
  exchange<src_port, dst_port>(out, from, to);
  exchange<in_if, out_if>(out, from, to);
  exchange<in_if_name, out_if_name>(out, from, to);
  exchange<src_as, dst_as>(out, from, to);
  exchange<src_mask, dst_mask>(out, from, to);
  exchange<src_vlan, dst_vlan>(out, from, to);
  exchange<src_mac, dst_mac>(out, from, to);
  exchange<nat_src_addr, nat_dst_addr>(out, from, to);
  exchange<nat_src_port, nat_dst_port>(out, from, to);
}

}  // namespace weir::decode
