// What the operator says about detection: own networks, thresholds by groups, rules of their own, when to keep quiet.
// Everything has a default that works with no configuration.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ip_address.h"
#include "detect/attack.h"

namespace weir::detect {

/// The part of a target's traffic that a threshold is about.
enum class Traffic : std::uint8_t {
  all,
  udp,
  syn,       ///< TCP with SYN and without ACK
  rst,       ///< TCP with RST and without SYN
  icmp,      ///< and ICMPv6
  fragment,  ///< any protocol; not the first fragment where that is told apart
  other,     ///< neither TCP, UDP nor ICMP: GRE, ESP, ...
  amplified,  ///< large UDP packets from the ports of services that are used as amplifiers
  /// Of few packets and without an answer, or to port 25: what a scan or a spam run is made of. Incoming ones count for the
  /// address outside that makes them.
  attempts,
};
inline constexpr std::size_t kTrafficCount = 9;
inline constexpr std::array<std::string_view, kTrafficCount> kTrafficWords = {
    "all", "udp", "syn", "rst", "icmp", "fragment", "other", "amplified", "attempts"};

/// What a threshold holds for, each one of it by itself.
enum class Level : std::uint8_t {
  address,
  subnet,     ///< an IPv4 /24, an IPv6 /64
  site,       ///< an IPv6 /48; nothing in IPv4
  announced,  ///< the routed prefix (src_mask, dst_mask), where it is wider than the levels above
  customer,
  interface,  ///< of an exporter: where the traffic leaves towards the target, or comes from it
};
inline constexpr std::size_t kLevelCount = 6;
inline constexpr std::array<std::string_view, kLevelCount> kLevelWords = {"address",   "subnet",   "site",
                                                                          "announced", "customer", "interface"};
inline constexpr std::array<std::string_view, 5> kMeasureWords = {"bits", "packets", "flows", "distinct_sources",
                                                                  "distinct_destinations"};
inline constexpr std::array<std::string_view, 2> kWayWords = {"incoming", "outgoing"};

/// "More than `value` of this on average over `window_s` is an attack." Per second, except for distinct_...
struct Threshold {
  Traffic traffic = Traffic::all;
  Measure measure = Measure::bits;
  Way way = Way::incoming;
  Level level = Level::address;
  std::uint32_t window_s = 5;  ///< 1 to 300; of distinct_... rounded up to 30 s
  double value = 0;            ///< 0: off, also what would be inherited
  bool operator==(const Threshold&) const = default;
};

/// Thresholds of some prefixes or customers. What it does not say is inherited: from the group with the next shorter prefix
/// that holds the target, then from that of its customer, then from the defaults.
struct GroupConfig {
  std::string name;
  std::vector<Prefix> prefixes;
  std::vector<std::string> customers;
  std::vector<Threshold> thresholds;
  std::optional<bool> baseline;  ///< whether learned baselines raise an alarm
};

/// Flows that match a filter, counted for each target by themselves.
struct CustomRule {
  std::string name;
  std::string filter;  ///< the filter language (query/filter.h)
  Threshold threshold; ///< its traffic is `all` of what matches
  bool operator==(const CustomRule&) const = default;
};

/// No attack is opened on these targets meanwhile. Without targets: on none at all.
struct QuietTime {
  std::string name;
  std::vector<Prefix> prefixes;
  std::vector<std::string> customers;
  /// Either one stretch of time, or each week from minute to minute counted from Monday 00:00 UTC (may wrap).
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  std::optional<std::uint32_t> weekly_from_minute;
  std::uint32_t weekly_minutes = 0;
};

struct BaselineConfig {
  bool enabled = true;
  double factor = 4;                ///< times the usual most of this hour of the week
  double floor_bits = 200e6;        ///< below these nothing is unusual
  double floor_packets = 40'000;
  double confidence = 0.6;          ///< at least, from 0 to 1, before it raises an alarm
};

struct DetectConfig {
  bool enabled = true;
  std::uint64_t memory_octets = std::uint64_t{512} << 20U;
  std::vector<Prefix> networks = {};   ///< own ones; with them the customers' prefixes. Empty: see Networks
  UnixMillis hold_ms = 90 * kSecondMs;  ///< an attack ends when it was below for this long
  double release = 0.7;           ///< "below" is below this share of the threshold
  UnixMillis late_ms = 75 * kSecondMs;  ///< flows that ended longer ago raise no alarm
  std::vector<Threshold> thresholds = {};    ///< in place of built-in ones of the same traffic, measure, way and level
  std::vector<GroupConfig> groups = {};
  std::vector<CustomRule> rules = {};
  std::vector<Prefix> excluded = {};         ///< targets on which nothing is raised
  std::string excluded_flows = {};           ///< a filter: flows that do not count
  std::vector<QuietTime> quiet = {};
  BaselineConfig baseline = {};
  std::uint32_t history = 2000;         ///< past attacks that are kept
};

/// What is known of the own network beside the rules.
struct OwnNetwork {
  std::vector<Prefix> prefixes;      ///< the customers'
  std::vector<std::uint32_t> ases;
};

/// The built-in thresholds (docs/detection.md has them in a table).
[[nodiscard]] const std::vector<Threshold>& default_thresholds();

/// "udp packets incoming per address": what a threshold is called where it has no name of its own.
[[nodiscard]] std::string name_of(const Threshold& threshold);

/// "Mon 02:00-04:00" or "2026-11-23T02:00/2026-11-23T04:00" into the times of `out`. Errors: invalid, names the text.
[[nodiscard]] Result<void> read_quiet_time(std::string_view text, QuietTime& out);

/// A number with k, M, G or T (thousands): "500M", "20k", "1.5G". Errors: invalid.
[[nodiscard]] Result<double> parse_rate(std::string_view text);
/// "500M".
[[nodiscard]] std::string rate_text(double value);

}  // namespace weir::detect
