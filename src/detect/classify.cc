#include "detect/classify.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "detect/amplifiers.h"

namespace weir::detect {
namespace {

constexpr double kMost = 0.5;             // of the traffic, to give an attack its name
constexpr double kWithFragments = 0.15;   // amplified answers are cut into pieces, most of which have no ports
constexpr double kCarpetDestinations = 16;
constexpr std::size_t kFirstAmplifier = static_cast<std::size_t>(Vector::dns);

/// The evidence in shares of what the threshold measures.
class Shares {
 public:
  Shares(const EvidenceCollector& evidence, Measure measure) : evidence_(evidence), bytes_(measure == Measure::bits) {}
  [[nodiscard]] double of(Vector vector) const {
    const double whole = weight(evidence_.total());
    return whole <= 0 ? 0 : weight(evidence_.of(vector)) / whole;
  }
  [[nodiscard]] double udp() const {
    double sum = of(Vector::other_udp);
    for (std::size_t i = 0; i < kAmplifiers.size(); ++i) sum += of(amplifier(i));
    return sum;
  }
  [[nodiscard]] static Vector amplifier(std::size_t i) { return static_cast<Vector>(kFirstAmplifier + i); }
  [[nodiscard]] std::size_t heaviest_amplifier() const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < kAmplifiers.size(); ++i) {
      if (of(amplifier(i)) > of(amplifier(best))) best = i;
    }
    return best;
  }
  [[nodiscard]] std::string_view unit() const { return bytes_ ? "bytes" : "packets"; }

 private:
  [[nodiscard]] double weight(const Volume& volume) const {
    return static_cast<double>(bytes_ ? volume.bytes : volume.packets);
  }
  const EvidenceCollector& evidence_;
  bool bytes_;
};

double mean_length(const Volume& volume) {
  return volume.packets == 0 ? 0 : static_cast<double>(volume.bytes) / static_cast<double>(volume.packets);
}

std::optional<Verdict> amplification(const EvidenceCollector& evidence, const Shares& shares) {
  const std::size_t at = shares.heaviest_amplifier();
  const double own = shares.of(Shares::amplifier(at));
  const double whole = shares.udp() + shares.of(Vector::fragment);
  const bool enough = own >= kMost * whole ||
                      (own >= kWithFragments * whole && own + shares.of(Vector::fragment) >= kMost * whole);
  if (own <= 0 || !enough) return std::nullopt;
  const Amplifier& amplifier = kAmplifiers[at];
  return Verdict{amplifier.kind,
                 fmt::format("{:.0f} % of the {} are UDP from port {} ({}) with {:.0f} octets a packet, from about {:.0f} "
                             "sources: answers to questions that the target never asked.",
                             100 * own, shares.unit(), amplifier.port, amplifier.name,
                             mean_length(evidence.of(Shares::amplifier(at))), evidence.distinct_sources())};
}

struct Named {
  Vector vector;
  AttackKind kind;
  std::string_view what;
};
constexpr std::array<Named, 7> kNamed = {{
    {Vector::syn, AttackKind::syn_flood, "TCP with SYN and without ACK: connections that are never made"},
    {Vector::ack, AttackKind::ack_flood, "TCP acknowledgements that carry no data and belong to no conversation"},
    {Vector::rst, AttackKind::rst_flood, "TCP resets"},
    {Vector::icmp, AttackKind::icmp_flood, "ICMP"},
    {Vector::fragment, AttackKind::fragment_flood, "fragments of IP packets"},
    {Vector::gre, AttackKind::gre_flood, "GRE, IP protocol 47"},
    {Vector::esp, AttackKind::esp_flood, "ESP, IP protocol 50"},
}};

Verdict named(const Named& row, const EvidenceCollector& evidence, const Shares& shares) {
  return {row.kind, fmt::format("{:.0f} % of the {} are {}, {:.0f} octets a packet, from about {:.0f} sources.",
                                100 * shares.of(row.vector), shares.unit(), row.what,
                                mean_length(evidence.of(row.vector)), evidence.distinct_sources())};
}

Verdict udp_flood(const EvidenceCollector& evidence, const Shares& shares) {
  return {AttackKind::udp_flood,
          fmt::format("{:.0f} % of the {} are UDP, {:.0f} octets a packet, from about {:.0f} sources to about {:.0f} "
                      "ports; no single service answers.",
                      100 * shares.udp(), shares.unit(), mean_length(evidence.of(Vector::other_udp)),
                      evidence.distinct_sources(), evidence.distinct_ports())};
}

/// The kind as if it were against one address.
Verdict by_vector(const EvidenceCollector& evidence, const Threshold& threshold) {
  const Shares shares(evidence, threshold.measure);
  const auto row = [&](Vector vector) { return *std::ranges::find(kNamed, vector, &Named::vector); };
  switch (threshold.traffic) {
    case Traffic::syn: return named(row(Vector::syn), evidence, shares);
    case Traffic::rst: return named(row(Vector::rst), evidence, shares);
    case Traffic::icmp: return named(row(Vector::icmp), evidence, shares);
    case Traffic::fragment:
    case Traffic::udp:
    case Traffic::amplified:
      if (auto verdict = amplification(evidence, shares)) return *std::move(verdict);
      if (threshold.traffic == Traffic::fragment || shares.of(Vector::fragment) > shares.udp())
        return named(row(Vector::fragment), evidence, shares);
      return udp_flood(evidence, shares);
    default: break;
  }
  if (shares.udp() + shares.of(Vector::fragment) >= kMost) {
    if (auto verdict = amplification(evidence, shares)) return *std::move(verdict);
    if (shares.udp() >= kMost) return udp_flood(evidence, shares);
  }
  const auto& best = *std::ranges::max_element(kNamed, {}, [&](const Named& n) { return shares.of(n.vector); });
  const double least = threshold.traffic == Traffic::other ? 0.2 : kMost;
  if (shares.of(best.vector) >= least) return named(best, evidence, shares);
  return {AttackKind::unknown,
          fmt::format("No kind of traffic has most of the {}: {:.0f} % TCP with data, {:.0f} % UDP, {:.0f} % others; this may "
                      "be many people at once.",
                      shares.unit(), 100 * shares.of(Vector::other_tcp), 100 * shares.udp(),
                      100 * (1 - shares.of(Vector::other_tcp) - shares.udp()))};
}

Verdict outgoing(const EvidenceCollector& evidence, const Threshold& threshold) {
  const Shares shares(evidence, threshold.measure);
  const double destinations = evidence.distinct_destinations();
  const auto packets = static_cast<double>(std::max<std::uint64_t>(evidence.total().packets, 1));
  const double smtp = static_cast<double>(evidence.smtp_packets()) / packets;
  const double attempts = static_cast<double>(evidence.of(Vector::syn).packets) / packets;
  const bool spread = destinations >= 200 && heaviest_target(evidence, Way::incoming) < 0.1;
  if (smtp >= 0.4 && destinations >= 50) {
    return {AttackKind::outgoing_spam, fmt::format("{:.0f} % of the packets go to TCP port 25 of about {:.0f} addresses.",
                                                   100 * smtp, destinations)};
  }
  if (threshold.traffic == Traffic::attempts || (spread && attempts >= kMost)) {
    return {AttackKind::outgoing_scan,
            fmt::format("About {:.0f} addresses and {:.0f} ports are tried with few packets each; {:.0f} % of the packets are "
                        "TCP SYN.",
                        destinations, evidence.distinct_ports(), 100 * attempts)};
  }
  const std::size_t at = shares.heaviest_amplifier();
  if (shares.of(Shares::amplifier(at)) + shares.of(Vector::fragment) >= kMost && shares.of(Shares::amplifier(at)) > 0.1) {
    return {AttackKind::outgoing_amplification,
            fmt::format("{:.0f} % of the {} are answers of {} (UDP port {}) with {:.0f} octets a packet: the address is used "
                        "as an amplifier.",
                        100 * shares.of(Shares::amplifier(at)), shares.unit(), kAmplifiers[at].name, kAmplifiers[at].port,
                        mean_length(evidence.of(Shares::amplifier(at))))};
  }
  Verdict inner = by_vector(evidence, threshold);
  return {AttackKind::outgoing_flood, "An own address sends: " + inner.reason};
}

}  // namespace

double heaviest_target(const EvidenceCollector& evidence, Way way) {
  const auto& top = evidence.top(way == Way::incoming ? EvidenceCollector::dst_addr : EvidenceCollector::src_addr);
  std::uint64_t whole = 0;
  std::uint64_t most = 0;
  for (const TopValues::Entry& entry : top.entries()) {
    whole += entry.packets;
    most = std::max(most, entry.packets - entry.inherited);
  }
  return whole == 0 ? 0 : static_cast<double>(most) / static_cast<double>(whole);
}

Verdict classify(const EvidenceCollector& evidence, const Threshold& threshold) {
  if (threshold.way == Way::outgoing) return outgoing(evidence, threshold);
  if (threshold.traffic == Traffic::attempts) {
    return {AttackKind::scan, fmt::format("One source tries about {:.0f} addresses and {:.0f} ports with few packets each.",
                                          evidence.distinct_destinations(), evidence.distinct_ports())};
  }
  Verdict verdict = by_vector(evidence, threshold);
  if (threshold.level == Level::address || evidence.distinct_destinations() < kCarpetDestinations ||
      heaviest_target(evidence, Way::incoming) >= kMost)
    return verdict;
  return {AttackKind::carpet_bombing,
          fmt::format("About {:.0f} addresses are hit at once and none has most of it. {}",
                      evidence.distinct_destinations(), verdict.reason)};
}

}  // namespace weir::detect
