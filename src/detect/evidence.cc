#include "detect/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "detect/amplifiers.h"
#include "flow/key_hash.h"

namespace weir::detect {
namespace {

constexpr std::size_t kShares = 20;
constexpr std::array<std::string_view, EvidenceCollector::kColumns> kColumnNames = {
    "src_addr", "src_as", "src_port", "dst_port", "proto", "packet_size", "src_country", "in_if", "tcp_flags", "dst_addr"};

// Packet sizes in classes of 64 octets: exact ones would be too many to compare.
constexpr std::uint16_t kSizeStep = 64;

std::string flags_text(std::uint64_t flags) {
  constexpr std::string_view kLetters = "FSRPAUEC";
  std::string out;
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    if ((flags >> i & 1U) != 0) out += kLetters[i];
  }
  return out.empty() ? "none" : out;
}

std::string proto_name(std::uint64_t proto) {
  switch (proto) {
    case kIcmp: return "ICMP";
    case kTcp: return "TCP";
    case kUdp: return "UDP";
    case kGre: return "GRE";
    case kEsp: return "ESP";
    case kIcmp6: return "ICMPv6";
    default: return {};
  }
}

}  // namespace

void TopValues::add(std::uint64_t hi, std::uint64_t lo, std::uint64_t bytes, std::uint64_t packets) {
  Entry* lightest = nullptr;
  for (Entry& entry : entries_) {
    if (entry.lo == lo && entry.hi == hi) {
      entry.bytes += bytes;
      entry.packets += packets;
      return;
    }
    if (lightest == nullptr || entry.packets < lightest->packets) lightest = &entry;
  }
  if (entries_.size() < kMost) {
    entries_.push_back({hi, lo, bytes, packets, 0});
    return;
  }
  // The octets are not taken over: they are shown, and would be another's.
  *lightest = {hi, lo, bytes, lightest->packets + packets, lightest->packets};
}

std::vector<TopValues::Entry> TopValues::largest(std::size_t most) const {
  std::vector<Entry> out = entries_;
  for (Entry& entry : out) entry.packets -= entry.inherited;
  std::ranges::sort(out, [](const Entry& a, const Entry& b) {
    return a.packets != b.packets ? a.packets > b.packets : std::pair(a.hi, a.lo) < std::pair(b.hi, b.lo);
  });
  if (out.size() > most) out.resize(most);
  return out;
}

Vector vector_of(const Record& r) {
  if (r.fragment) return Vector::fragment;
  switch (r.protocol) {
    case kTcp:
      if ((r.tcp_flags & (kSyn | kAck)) == kSyn) return Vector::syn;
      if ((r.tcp_flags & kRst) != 0 && (r.tcp_flags & kSyn) == 0) return Vector::rst;
      // An acknowledgement that carries nothing: 20 octets of IP and of TCP, 40 of IPv6, some for options.
      if ((r.tcp_flags & (kSyn | kAck)) == kAck && r.length <= 80) return Vector::ack;
      return Vector::other_tcp;
    case kUdp:
      if (const Amplifier* amplifier = amplifier_of(r.source_port, r.length)) {
        return static_cast<Vector>(static_cast<std::size_t>(Vector::dns) +
                                   static_cast<std::size_t>(amplifier - kAmplifiers.data()));
      }
      return Vector::other_udp;
    case kIcmp:
    case kIcmp6: return Vector::icmp;
    case kGre: return Vector::gre;
    case kEsp: return Vector::esp;
    default: return Vector::other;
  }
}

void EvidenceCollector::clear(std::uint32_t now_s) {
  const std::uint64_t random = random_;
  *this = EvidenceCollector();
  random_ = random;
  since_s_ = second_ = now_s;
}

void EvidenceCollector::add(const Record& r, std::uint32_t now_s) {
  ++records_;
  sources_.add(flow::KeyHash{}(r.source));
  destinations_.add(flow::KeyHash{}(r.destination));
  ports_.add(flow::KeyHash{}(r.destination_port));
  total_.bytes += r.bytes;
  total_.packets += r.packets;
  total_.flows += r.flows;
  Volume& kind = vectors_[static_cast<std::size_t>(vector_of(r))];
  kind.bytes += r.bytes;
  kind.packets += r.packets;
  kind.flows += r.flows;
  if (r.protocol == kTcp && r.destination_port == 25) smtp_ += r.packets;
  if (now_s != second_) {
    stride_ = std::max(1U, in_second_ / kMostRecordsPerSecond);
    second_ = now_s;
    in_second_ = 0;
  }
  if (in_second_++ % stride_ != 0) return;
  const std::uint64_t b = r.bytes * stride_;
  const std::uint64_t p = std::max<std::uint64_t>(r.packets, 1) * stride_;
  top_[src_addr].add(r.source.hi, r.source.lo, b, p);
  top_[dst_addr].add(r.destination.hi, r.destination.lo, b, p);
  if (r.source_as != 0) top_[src_as].add(0, r.source_as, b, p);
  if (!r.fragment && (r.protocol == kTcp || r.protocol == kUdp)) {
    top_[src_port].add(0, r.source_port, b, p);
    top_[dst_port].add(0, r.destination_port, b, p);
  }
  top_[proto].add(0, r.protocol, b, p);
  top_[packet_size].add(0, r.length / kSizeStep * kSizeStep, b, p);
  if (r.source_country != 0) top_[src_country].add(0, r.source_country, b, p);
  top_[in_if].add(number_of(r.exporter), r.in_if, b, p);
  if (r.protocol == kTcp) top_[tcp_flags].add(0, r.tcp_flags, b, p);

  random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
  if (features_.size() < kFeatures) {
    features_.push_back(feature_of(r));
  } else if (const std::uint64_t at = (random_ >> 33U) % records_; at < kFeatures) {
    features_[static_cast<std::size_t>(at)] = feature_of(r);
  }
  const SampleFlow sample{.time = r.end_ms,
                          .exporter = r.exporter,
                          .source = r.source,
                          .destination = r.destination,
                          .source_port = r.source_port,
                          .destination_port = r.destination_port,
                          .protocol = r.protocol,
                          .tcp_flags = r.tcp_flags,
                          .in_if = r.in_if,
                          .source_as = r.source_as,
                          .bytes = r.raw_bytes,
                          .packets = r.raw_packets,
                          .sampling_rate = r.rate};
  if (samples_.size() < kSamples) {
    samples_.push_back(sample);
  } else if (const std::uint64_t at = (random_ >> 29U) % records_; at < kSamples) {
    samples_[static_cast<std::size_t>(at)] = sample;
  }
}

Share EvidenceCollector::share_of(Column column, const TopValues::Entry& entry, const flow::StringPool& strings) const {
  Share share{.value = std::to_string(entry.lo), .name = {}, .bytes = entry.bytes, .packets = entry.packets};
  switch (column) {
    case src_addr:
    case dst_addr: share.value = to_string(IpAddress{entry.hi, entry.lo}); break;
    case proto: share.name = proto_name(entry.lo); break;
    case packet_size:
      share.value = fmt::format("{}-{}", entry.lo, entry.lo + kSizeStep - 1);
      break;
    case src_country:
      share.value = std::string(strings.text(static_cast<flow::StringId>(entry.lo)));
      break;
    case in_if:
      if (entry.hi < exporters_.size()) share.name = to_string(exporters_[entry.hi]);
      break;
    case tcp_flags: share.name = flags_text(entry.lo); break;
    default: break;
  }
  return share;
}

std::uint64_t EvidenceCollector::number_of(IpAddress exporter) {
  constexpr std::size_t kMostExporters = 256;
  const auto at = std::ranges::find(exporters_, exporter);
  if (at == exporters_.end() && exporters_.size() < kMostExporters) exporters_.push_back(exporter);
  return static_cast<std::uint64_t>(std::ranges::find(exporters_, exporter) - exporters_.begin());
}

void EvidenceCollector::describe(Evidence& out, const flow::StringPool& strings) const {
  out.top.clear();
  for (std::size_t i = 0; i < kColumns; ++i) {
    std::vector<Share> shares;
    for (const TopValues::Entry& entry : top_[i].largest(kShares)) {
      shares.push_back(share_of(static_cast<Column>(i), entry, strings));
    }
    if (!shares.empty()) out.top.emplace(kColumnNames[i], std::move(shares));
  }
  out.distinct_sources = static_cast<std::uint64_t>(sources_.estimate() + 0.5);
  out.distinct_destinations = static_cast<std::uint64_t>(destinations_.estimate() + 0.5);
  out.samples = samples_;
  std::ranges::sort(out.samples, {}, &SampleFlow::time);
}

}  // namespace weir::detect
