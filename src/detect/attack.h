// An attack as it is told to people and to mitigation: what, against whom, since when, how large, and by which evidence.
// Engine, API, pages, backtest and mitigation all speak of this one shape. Rates and volumes are multiplied by the sampling rate.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"

namespace weir::detect {

/// What an attack is, as its evidence says.
enum class AttackKind : std::uint8_t {
  unknown,  ///< a threshold was passed and nothing below fits
  syn_flood,
  ack_flood,  ///< TCP with ACK and without SYN, of flows that carry no conversation
  rst_flood,
  udp_flood,
  dns_amplification,
  ntp_amplification,
  cldap_amplification,
  ssdp_amplification,
  memcached_amplification,
  snmp_amplification,
  chargen_amplification,
  icmp_flood,
  fragment_flood,
  gre_flood,
  esp_flood,
  carpet_bombing,  ///< of a prefix: many addresses, none of them much
  scan,            ///< many addresses or ports, few packets each
  outgoing_spam,   ///< from an own address: many destinations on port 25
  outgoing_scan,
  outgoing_amplification,  ///< an own address answers as an amplifier
  outgoing_flood,
};

enum class Way : std::uint8_t { incoming, outgoing };  ///< as seen from the own network: against it, or from it

/// What a rule compares.
enum class Measure : std::uint8_t {
  bits,     ///< per second, of layer 3
  packets,  ///< per second
  flows,    ///< per second
  distinct_sources,       ///< different peers' addresses within the window
  distinct_destinations,  ///< for outgoing ones
};

struct Rates {
  double bits_per_second = 0;
  double packets_per_second = 0;
  double flows_per_second = 0;
};

/// One share of the attack's traffic: "src_port 123: 94 %".
struct Share {
  std::string value;
  std::string name;  ///< of the AS, country, interface; "" where there is none
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
};

/// What the flows of the attack, or of one part of it, have in common and other traffic to its target has not: what a filter in
/// the network can be built from. A member that is not set says nothing.
struct Signature {
  Prefix target;
  std::optional<Prefix> source;
  std::optional<std::uint8_t> protocol;
  std::optional<std::uint16_t> source_port;
  std::optional<std::uint16_t> destination_port;
  std::optional<std::uint8_t> tcp_flags;      ///< the flags that are set of `tcp_flags_mask`
  std::optional<std::uint8_t> tcp_flags_mask;
  std::optional<std::uint8_t> icmp_type;
  std::optional<bool> fragment;
  std::optional<std::uint16_t> length_from;  ///< octets of a packet, average of its flow
  std::optional<std::uint16_t> length_to;    ///< inclusive
  double attack_share = 0;  ///< of the attack's bytes or packets (its measure) that match, 0 to 1
  double other_share = 0;   ///< of the target's other traffic, as known from before, that match too, 0 to 1
};

/// One flow of the attack, for the evidence: enough to show and to send to an upstream.
struct SampleFlow {
  UnixMillis time = 0;
  IpAddress exporter;
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t protocol = 0;
  std::uint8_t tcp_flags = 0;
  std::uint32_t in_if = 0;
  std::uint32_t source_as = 0;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint32_t sampling_rate = 1;
};

/// A second of the attack.
struct CurvePoint {
  UnixMillis second = 0;
  Rates rates;
};

struct Evidence {
  /// By column (flow/columns.h), the largest first, at most 20 each: "src_addr", "src_as", "src_port", "dst_port", "proto",
  /// "packet_size", "src_country", "in_if", "tcp_flags", "dst_addr".
  std::map<std::string, std::vector<Share>> top;
  std::uint64_t distinct_sources = 0;  ///< approximate
  std::uint64_t distinct_destinations = 0;
  std::vector<SampleFlow> samples;  ///< at most 50, over the whole attack
  std::vector<CurvePoint> curve;    ///< at most 3600 points: later ones are merged by pairs
  std::string reason;               ///< why it is of this kind, in one or two sentences with figures
};

struct Attack {
  std::uint64_t id = 0;  ///< counted up over the life of the data directory, never used again
  AttackKind kind = AttackKind::unknown;
  Way way = Way::incoming;
  Prefix target;  ///< an address is a prefix of full length; of outgoing ones the own address that sends
  /// Of what is no prefix: "customer ACME", "interface 192.0.2.1 7"; then `target` is 0.0.0.0/0. Else "".
  std::string subject;
  std::string customer;  ///< "" where it has none
  std::string rule;      ///< by which it was found
  Measure measure = Measure::bits;
  double threshold = 0;
  std::string threshold_from;  ///< "rule", "baseline", ...: in words for people
  UnixMillis began_ms = 0;     ///< of the first flow that shows it
  UnixMillis found_ms = 0;
  UnixMillis last_ms = 0;      ///< when it was last above the threshold
  std::optional<UnixMillis> ended_ms;  ///< nothing: it goes on
  Rates now;
  Rates peak;
  double value = 0;       ///< of the measure, now
  double value_low = 0;   ///< 95 % confidence interval of `value`, which is wide where sampling left few packets
  double value_high = 0;
  std::uint64_t bytes = 0;  ///< in all
  std::uint64_t packets = 0;
  std::uint64_t flows = 0;
  /// At most four, that with the largest attack_share first. Together they match most of the attack; each takes in a part that
  /// those before it leave, as narrow as the part allows. Empty where too little is known.
  std::vector<Signature> signatures;
  Evidence evidence;
};

[[nodiscard]] std::string_view name_of(AttackKind kind);  ///< "ntp_amplification"
[[nodiscard]] std::string_view title_of(AttackKind kind);  ///< "NTP amplification"

}  // namespace weir::detect
