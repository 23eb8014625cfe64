// The passes that complete rows once their fields are written, each over all rows of a Data Set.
#include <algorithm>

#include "decode/rows.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::FlowBatch;
using flow::RowMask;

constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kIcmpV6 = 58;

struct Rows {
  FlowBatch& batch;
  std::size_t first;
  std::size_t count;
  template <Column C>
  [[nodiscard]] std::span<flow::Value<C>> of() const {
    return batch.values<C>().subspan(first, count);
  }
  [[nodiscard]] std::span<RowMask> masks() const { return batch.masks().subspan(first, count); }
};

bool any_has(const Rows& rows, Column column) {
  return std::ranges::any_of(rows.masks(), [&](const RowMask& mask) { return mask.has(column); });
}

/// Exporters that do not send ipVersion still send an address of one family or the other.
void set_ip_version(const Rows& rows) {
  if (!any_has(rows, Column::src_addr) && !any_has(rows, Column::dst_addr)) return;
  const auto masks = rows.masks();
  const auto versions = rows.of<Column::ip_version>();
  const auto sources = rows.of<Column::src_addr>();
  const auto destinations = rows.of<Column::dst_addr>();
  for (std::size_t i = 0; i < rows.count; ++i) {
    RowMask& mask = masks[i];
    if (mask.has(Column::ip_version) && (versions[i] == 4 || versions[i] == 6)) continue;
    const bool source = mask.has(Column::src_addr);
    if (!source && !mask.has(Column::dst_addr)) continue;
    versions[i] = (source ? sources[i] : destinations[i]).is_v4() ? 4 : 6;
    mask.set(Column::ip_version);
  }
}

/// ICMP type and code: unknown where the packet is not ICMP; from the destination port, where NetFlow v5 and many v9
/// exporters put them (type * 256 + code), when no field of their own says something. The port stays as exported.
void set_icmp(const Rows& rows) {
  if (!any_has(rows, Column::proto)) return;
  const auto masks = rows.masks();
  const auto protocols = rows.of<Column::proto>();
  for (std::size_t i = 0; i < rows.count; ++i) {
    RowMask& mask = masks[i];
    if (!mask.has(Column::proto)) continue;
    if (protocols[i] != kIcmp && protocols[i] != kIcmpV6) {
      mask.clear(Column::icmp_type);
      mask.clear(Column::icmp_code);
      continue;
    }
    if (!mask.has(Column::dst_port)) continue;
    const std::uint16_t port = rows.of<Column::dst_port>()[i];
    const bool known = mask.has(Column::icmp_type);
    if (known && (port == 0 || rows.of<Column::icmp_type>()[i] != 0 || rows.of<Column::icmp_code>()[i] != 0)) continue;
    // Type 0 has no codes, and ICMPv6 has no type 0: the port holds something else.
    const bool possible = port >= 256 || (port == 0 && protocols[i] == kIcmp);
    if (!possible) continue;
    rows.of<Column::icmp_type>()[i] = static_cast<std::uint8_t>(port >> 8U);
    rows.of<Column::icmp_code>()[i] = static_cast<std::uint8_t>(port);
    mask.set(Column::icmp_type);
    mask.set(Column::icmp_code);
  }
}

void suspect(const Rows& rows, std::size_t i, std::uint8_t why) {
  RowMask& mask = rows.masks()[i];
  std::uint8_t& value = rows.of<Column::suspect>()[i];
  value = static_cast<std::uint8_t>((mask.has(Column::suspect) ? value : 0) | why);
  mask.set(Column::suspect);
}

/// `time` is the flow's end, if the exporter's clock agrees with ours and the end lies within flow_age_ms before the
/// receive time; otherwise, and where there is no end, the receive time.
void set_time(const Rows& rows, const RowContext& context) {
  const MessageTimes& times = context.times;
  const UnixMillis tolerance = context.options.clock_tolerance_ms;
  const UnixMillis apart = times.export_ms - times.received_ms;
  const bool clock_right = apart <= tolerance && -apart <= tolerance;
  const UnixMillis earliest = times.received_ms - context.options.flow_age_ms;
  const UnixMillis latest = times.received_ms + tolerance;
  const auto masks = rows.masks();
  const auto values = rows.of<Column::time>();
  const auto ends = rows.of<Column::flow_end>();
  for (std::size_t i = 0; i < rows.count; ++i) {
    const bool has_end = masks[i].has(Column::flow_end);
    const bool usable = has_end && clock_right && ends[i] >= earliest && ends[i] <= latest;
    values[i] = usable ? ends[i] : times.received_ms;
    masks[i].set(Column::time);
    if (usable || !has_end) continue;
    suspect(rows, i, flow::kSuspectClock);
    ++context.tally.clock_wrong;
  }
}

std::uint32_t announced_rate(const RowContext& context, const RowMask& mask, const Rows& rows, std::size_t i) {
  // The interface that metered comes first; exporters that sample on the way out name no ingress rate.
  const bool egress = mask.has(Column::direction) && rows.of<Column::direction>()[i] == context.texts.direction_out();
  const auto of_interface = [&](const Announced& announced, bool out) -> std::uint32_t {
    if (out) return mask.has(Column::out_if) ? announced.interface_rate(rows.of<Column::out_if>()[i]) : 0;
    return mask.has(Column::in_if) ? announced.interface_rate(rows.of<Column::in_if>()[i]) : 0;
  };
  for (const Announced* announced : {context.own, context.whole}) {
    if (announced == nullptr || !announced->has_interface_rates()) continue;
    if (const std::uint32_t rate = of_interface(*announced, egress); rate != 0) return rate;
    if (const std::uint32_t rate = of_interface(*announced, !egress); rate != 0) return rate;
  }
  for (const Announced* announced : {context.own, context.whole}) {
    if (announced == nullptr) continue;
    if (const std::uint32_t rate = announced->template_rate(context.template_id); rate != 0) return rate;
    if (announced->common_rate() != 0) return announced->common_rate();
  }
  return context.header_rate;
}

/// Where the record did not say its rate: what was announced for its interface, its Template, the whole domain.
void set_sampling_rate(const Rows& rows, const RowContext& context) {
  const auto masks = rows.masks();
  const auto rates = rows.of<Column::sampling_rate>();
  const bool by_row = (context.own != nullptr && context.own->has_interface_rates()) ||
                      (context.whole != nullptr && context.whole->has_interface_rates());
  const std::uint32_t common = by_row ? 0 : announced_rate(context, RowMask{}, rows, 0);
  std::uint64_t sampled = 0;
  for (std::size_t i = 0; i < rows.count; ++i) {
    if (!masks[i].has(Column::sampling_rate)) {
      const std::uint32_t rate = by_row ? announced_rate(context, masks[i], rows, i) : common;
      if (rate == 0) continue;
      rates[i] = rate;
      masks[i].set(Column::sampling_rate);
    }
    ++sampled;
  }
  context.tally.sampled += sampled;
}

/// No packet is longer: 2^19 - 8 octets is Linux's largest aggregated ("BIG TCP") packet, eight times the IP header's
/// limit.
constexpr std::uint64_t kMostOctetsPerPacket = 524'280;
/// Smaller counters are not looked at: a little nonsense does no harm, and a packet counter of 0 or 1 is common.
constexpr std::uint64_t kLooksLarge = std::uint64_t{1} << 24U;
constexpr std::uint64_t kMostOctets = std::uint64_t{1} << 56U;  // two years at 10 Tbit/s
constexpr std::uint64_t kMostPackets = std::uint64_t{1} << 48U;

/// Which counters of one row cannot be. Some exporters scale octets by their sampling rate but not packets, so the rate
/// widens the limit.
std::uint8_t absurd(std::uint64_t octets, std::uint64_t packets, std::uint32_t rate) {
  std::uint8_t why = 0;
  const auto most = static_cast<unsigned __int128>(packets) * kMostOctetsPerPacket * rate;
  if (octets >= kMostOctets || (octets >= kLooksLarge && packets != 0 && octets > most)) why |= flow::kSuspectBytes;
  if (packets >= kMostPackets || (packets >= kLooksLarge && octets != 0 && packets > octets))
    why |= flow::kSuspectPackets;
  return why;
}

void refuse_absurd(const Rows& rows, const RowContext& context) {
  const auto masks = rows.masks();
  const auto octets = rows.of<Column::bytes>();
  const auto packets = rows.of<Column::packets>();
  for (std::size_t i = 0; i < rows.count; ++i) {
    const std::uint64_t b = masks[i].has(Column::bytes) ? octets[i] : 0;
    const std::uint64_t p = masks[i].has(Column::packets) ? packets[i] : 0;
    if (b < kLooksLarge && p < kLooksLarge) continue;
    const bool has_rate = masks[i].has(Column::sampling_rate);
    const std::uint8_t why = absurd(b, p, has_rate ? rows.of<Column::sampling_rate>()[i] : 1);
    if (why == 0) continue;
    if ((why & flow::kSuspectBytes) != 0) masks[i].clear(Column::bytes);
    if ((why & flow::kSuspectPackets) != 0) masks[i].clear(Column::packets);
    suspect(rows, i, why);
    ++context.tally.counters_absurd;
  }
}

flow::StringId announced_name(const RowContext& context, std::uint32_t if_index) {
  const flow::StringId name = context.own != nullptr ? context.own->interface_name(if_index) : 0;
  return name == 0 && context.whole != nullptr ? context.whole->interface_name(if_index) : name;
}

/// Neighbouring records often share an interface: the last answer is kept.
template <Column If, Column Name>
void set_names_of(const Rows& rows, const RowContext& context) {
  const auto masks = rows.masks();
  const auto indexes = rows.of<If>();
  const auto names = rows.of<Name>();
  std::uint32_t last = 0;
  flow::StringId last_name = announced_name(context, last);
  for (std::size_t i = 0; i < rows.count; ++i) {
    if (!masks[i].has(If) || masks[i].has(Name)) continue;
    if (indexes[i] != last) {
      last = indexes[i];
      last_name = announced_name(context, last);
    }
    if (last_name == 0) continue;
    names[i] = last_name;
    masks[i].set(Name);
  }
}

void set_interface_names(const Rows& rows, const RowContext& context) {
  const bool announced = (context.own != nullptr && context.own->has_interface_names()) ||
                         (context.whole != nullptr && context.whole->has_interface_names());
  if (announced) {
    set_names_of<Column::in_if, Column::in_if_name>(rows, context);
    set_names_of<Column::out_if, Column::out_if_name>(rows, context);
  }
  context.tally.named += static_cast<std::uint64_t>(std::ranges::count_if(
      rows.masks(), [](const RowMask& mask) { return mask.has(Column::in_if_name) || mask.has(Column::out_if_name); }));
}

}  // namespace

void finish_rows(FlowBatch& out, std::size_t first, std::size_t count, const RowContext& context) {
  if (count == 0) return;
  const Rows rows{out, first, count};
  set_ip_version(rows);
  set_icmp(rows);
  set_time(rows, context);
  set_sampling_rate(rows, context);
  refuse_absurd(rows, context);
  set_interface_names(rows, context);
  context.tally.flows += count;
}

}  // namespace weir::decode
