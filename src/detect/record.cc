#include "detect/record.h"

#include <algorithm>

#include "detect/amplifiers.h"
#include "flow/spread.h"

namespace weir::detect {
namespace {

using flow::Column;

// A flow of so few packets may be an attempt that nobody answered.
constexpr std::uint64_t kMostAttemptPackets = 3;
constexpr std::uint16_t kSmtp = 25;
constexpr std::uint16_t kMostServicePort = 10'000;
constexpr std::uint16_t kLeastClientPort = 1024;

bool is_udp_probe(const Record& r) {
  if (r.raw_packets > 2 || r.length > 120 || r.source_port < kLeastClientPort) return false;
  const std::uint16_t port = r.destination_port;
  // Ordinary questions: names, time, QUIC.
  return port < kMostServicePort && port != 53 && port != 123 && port != 443;
}

std::uint16_t kinds_of_tcp(const Record& r) {
  std::uint16_t kinds = 0;
  const bool syn = (r.tcp_flags & (kSyn | kAck)) == kSyn;
  if (syn) kinds |= bit_of(Traffic::syn);
  if ((r.tcp_flags & (kSyn | kRst)) == kRst) kinds |= bit_of(Traffic::rst);
  const bool unanswered = syn && r.raw_packets <= kMostAttemptPackets;
  if (unanswered || r.destination_port == kSmtp) kinds |= bit_of(Traffic::attempts);
  return kinds;
}

std::uint16_t kinds_of(const Record& r) {
  std::uint16_t kinds = bit_of(Traffic::all);
  if (r.fragment) kinds |= bit_of(Traffic::fragment);
  switch (r.protocol) {
    case kTcp:
      return kinds | kinds_of_tcp(r);
    case kUdp:
      kinds |= bit_of(Traffic::udp);
      if (!r.fragment && amplifier_of(r.source_port, r.length) != nullptr) kinds |= bit_of(Traffic::amplified);
      if (!r.fragment && is_udp_probe(r)) kinds |= bit_of(Traffic::attempts);
      return kinds;
    case kIcmp:
    case kIcmp6:
      kinds |= bit_of(Traffic::icmp);
      if (r.raw_packets <= kMostAttemptPackets && (r.icmp_type == 8 || r.icmp_type == 128)) {
        kinds |= bit_of(Traffic::attempts);
      }
      return kinds;
    default:
      return kinds | bit_of(Traffic::other);
  }
}

std::uint64_t times(std::uint64_t count, std::uint32_t rate) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 60U;
  return count > kMost / rate ? kMost : count * rate;
}

}  // namespace

RecordReader::RecordReader(const flow::FlowBatch& batch) : batch_(batch) {}

bool RecordReader::read(std::size_t row, Record& out) const {
  const flow::RowMask& mask = batch_.masks()[row];
  if (!mask.has(Column::src_addr) || !mask.has(Column::dst_addr) || !mask.has(Column::time)) return false;
  out.source = batch_.values<Column::src_addr>()[row];
  out.destination = batch_.values<Column::dst_addr>()[row];
  out.exporter = batch_.get_or<Column::exporter>(row, {});
  out.end_ms = batch_.values<Column::time>()[row];
  // The duration is right where the exporter's clock is not.
  const UnixMillis lasted =
      mask.has(Column::flow_start) && mask.has(Column::flow_end)
          ? batch_.values<Column::flow_end>()[row] - batch_.values<Column::flow_start>()[row]
          : 0;
  out.start_ms = out.end_ms - std::clamp<UnixMillis>(lasted, 0, flow::kMostSpreadMs);
  const std::uint8_t suspect = batch_.get_or<Column::suspect>(row, 0);
  out.raw_bytes = (suspect & flow::kSuspectBytes) != 0 ? 0 : batch_.get_or<Column::bytes>(row, 0);
  out.raw_packets = (suspect & flow::kSuspectPackets) != 0 ? 0 : batch_.get_or<Column::packets>(row, 0);
  out.rate = std::max(batch_.get_or<Column::sampling_rate>(row, 1), 1U);
  out.bytes = times(out.raw_bytes, out.rate);
  out.packets = times(out.raw_packets, out.rate);
  out.flows = std::max(batch_.get_or<Column::flows>(row, 1), 1U);
  out.in_if = batch_.get_or<Column::in_if>(row, 0);
  out.out_if = batch_.get_or<Column::out_if>(row, 0);
  out.source_as = batch_.get_or<Column::src_as>(row, 0);
  out.destination_as = batch_.get_or<Column::dst_as>(row, 0);
  out.source_country = batch_.get_or<Column::src_country>(row, 0);
  out.source_customer = batch_.get_or<Column::src_customer>(row, 0);
  out.destination_customer = batch_.get_or<Column::dst_customer>(row, 0);
  out.direction = batch_.get_or<Column::direction>(row, 0);
  out.source_port = batch_.get_or<Column::src_port>(row, 0);
  out.destination_port = batch_.get_or<Column::dst_port>(row, 0);
  out.protocol = batch_.get_or<Column::proto>(row, 0);
  out.tcp_flags = static_cast<std::uint8_t>(batch_.get_or<Column::tcp_flags>(row, 0));
  out.icmp_type = batch_.get_or<Column::icmp_type>(row, 0);
  out.source_mask = batch_.get_or<Column::src_mask>(row, 0);
  out.destination_mask = batch_.get_or<Column::dst_mask>(row, 0);
  // Routers that do not tell fragments apart export later ones, which have no ports, with zeros.
  const bool portless = out.protocol == kUdp && mask.has(Column::src_port) && mask.has(Column::dst_port) &&
                        out.source_port == 0 && out.destination_port == 0;
  out.fragment = batch_.get_or<Column::fragment>(row, 0) != 0 || portless;
  out.length = out.raw_packets == 0
                   ? std::uint16_t{0}
                   : static_cast<std::uint16_t>(std::min<std::uint64_t>(out.raw_bytes / out.raw_packets, 65535));
  out.kinds = kinds_of(out);
  return true;
}

Spread spread_of(UnixMillis start_ms, UnixMillis end_ms, std::int64_t oldest_s, std::int64_t newest_s) {
  Spread out;
  const std::int64_t last_s = end_ms / kSecondMs;
  const std::int64_t first_s = start_ms / kSecondMs;
  if (last_s < oldest_s) {
    out.seconds = 0;
    return out;
  }
  if (first_s >= newest_s || first_s == last_s) {
    out.first_s = std::min(last_s, newest_s);
    return out;
  }
  const auto length = static_cast<float>(end_ms - start_ms + 1);
  const float full = static_cast<float>(kSecondMs) / length;
  float head = static_cast<float>((first_s + 1) * kSecondMs - start_ms) / length;
  float tail = static_cast<float>(end_ms - last_s * kSecondMs + 1) / length;
  std::int64_t from = first_s;
  std::int64_t to = last_s;
  if (to > newest_s) {
    tail += full * static_cast<float>(to - newest_s);
    to = newest_s;
  }
  if (from < oldest_s) {
    head = oldest_s == to ? tail : full;
    from = oldest_s;
  }
  out.first_s = from;
  out.seconds = static_cast<std::uint32_t>(to - from + 1);
  out.head = head;
  out.middle = full;
  out.tail = tail;
  return out;
}

}  // namespace weir::detect
