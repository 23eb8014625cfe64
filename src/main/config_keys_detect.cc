// Detection of attacks: own networks, thresholds, groups, rules, quiet times.
#include "detect/detect_config.h"
#include "main/config_keys.h"
#include "query/filter.h"

namespace weir::main {
namespace {

using detect::CustomRule;
using detect::GroupConfig;
using detect::QuietTime;
using detect::Threshold;

/// A filter that parses.
struct FilterKind : TextKind {
  FilterKind() : TextKind{"filter"} {}
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    auto text = TextKind::read(scalar);
    if (!text) return text;
    if (const auto parsed = query::parse_filter(*text); !parsed) {
      return std::unexpected(parsed.error().message + ", at character " + std::to_string(parsed.error().position + 1));
    }
    return text;
  }
};

/// "20k", "500M", "off".
struct RateKind {
  using Value = double;
  [[nodiscard]] static std::string what() { return "rate, such as 20000, 20k, 500M or 1.5G; off turns it off"; }
  [[nodiscard]] static std::expected<Value, std::string> read(Scalar scalar) {
    if (scalar.text == "off") return 0.0;
    auto rate = detect::parse_rate(scalar.text);
    if (!rate) return std::unexpected("");
    return *rate;
  }
  [[nodiscard]] static std::string show(Value value) { return value == 0 ? "off" : detect::rate_text(value); }
};

/// A number from 0 to `most`.
struct RealKind {
  using Value = double;
  double least = 0;
  double most = 1;
  [[nodiscard]] std::string what() const { return "number from " + detect::rate_text(least) + " to " + detect::rate_text(most); }
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    const auto value = detect::parse_rate(scalar.text);
    if (!value || *value < least || *value > most) return std::unexpected("");
    return *value;
  }
  [[nodiscard]] static std::string show(Value value) { return detect::rate_text(value); }
};

/// A length of time that is kept in seconds.
struct SecondsKind : DurationKind {
  using Value = std::uint32_t;
  SecondsKind() : DurationKind{.least = kSecondMs, .most = 300 * kSecondMs} {}
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    const auto ms = DurationKind::read(scalar);
    if (!ms) return std::unexpected(ms.error());
    return static_cast<Value>((*ms + kSecondMs - 1) / kSecondMs);
  }
  [[nodiscard]] std::string show(Value value) const { return DurationKind::show(value * kSecondMs); }
};

/// Both forms of a quiet time, read into the item.
struct QuietKind {
  using Value = QuietTime;
  [[nodiscard]] static std::string what() {
    return "'Sun 02:00-04:00' for each week, or 2026-11-23T02:00/2026-11-23T04:00 for once, in UTC";
  }
  [[nodiscard]] static std::expected<Value, std::string> read(Scalar scalar) {
    QuietTime out;
    if (!detect::read_quiet_time(scalar.text, out)) return std::unexpected("");
    return out;
  }
  [[nodiscard]] static std::string show(const Value&) { return ""; }
};

/// The keys of a threshold, in a mapping of its own or within a rule.
template <typename T, typename At>
void add_threshold_keys(std::vector<Key<T>>& keys, At at, bool with_traffic) {
  using detect::kLevelWords;
  using detect::kMeasureWords;
  using detect::kTrafficWords;
  using detect::kWayWords;
  if (with_traffic) {
    keys.push_back(one<T>(
        "traffic", words<detect::Traffic>(kTrafficWords), [at](auto& c) -> auto& { return at(c).traffic; },
        "the part of the traffic that counts"));
  }
  keys.push_back(one<T>(
      "measure", words<detect::Measure>(kMeasureWords), [at](auto& c) -> auto& { return at(c).measure; },
      "what of it; bits, packets and flows are per second"));
  keys.push_back(one<T>(
      "way", words<detect::Way>(kWayWords), [at](auto& c) -> auto& { return at(c).way; },
      "against the own network, or from it"));
  keys.push_back(one<T>(
      "per", words<detect::Level>(kLevelWords), [at](auto& c) -> auto& { return at(c).level; },
      "what is counted by itself: subnet is a /24 or /64, site a /48 of IPv6, announced the routed prefix"));
  keys.push_back(one<T>(
      "window", SecondsKind{}, [at](auto& c) -> auto& { return at(c).window_s; },
      "over which it is averaged"));
  keys.push_back(example(required(one<T>(
                             "value", RateKind{}, [at](auto& c) -> auto& { return at(c).value; },
                             "more than this is an attack")),
                         "50k"));
}

std::vector<Key<Threshold>> threshold_keys() {
  std::vector<Key<Threshold>> keys;
  add_threshold_keys(keys, [](auto& c) -> auto& { return c; }, true);
  return keys;
}

std::vector<Key<GroupConfig>> group_keys() {
  using T = GroupConfig;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name), "the name to show")), "hosting"),
      example(list_of<T>("prefixes", PrefixKind{}, WEIR_AT(prefixes), "targets in them; the longest prefix goes first"),
              "[192.0.2.0/24]"),
      example(list_of<T>("customers", TextKind{}, WEIR_AT(customers), "targets of them, behind all groups with prefixes"),
              "[ACME]"),
      list_of_structs<T>(
          "thresholds", threshold_keys(), WEIR_AT(thresholds), [](const Threshold& t) { return name_of(t); },
          "what differs here; the rest is inherited"),
      example(one<T>("baseline", FlagKind{}, WEIR_AT(baseline), "whether unusual traffic is told of"), "false"),
  };
}

std::vector<Key<CustomRule>> rule_keys() {
  using T = CustomRule;
  std::vector<Key<T>> keys = {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name), "the name to show")), "ssh"),
      example(required(one<T>("filter", FilterKind{}, WEIR_AT(filter), "the flows that count, in the filter language")),
              "\"proto tcp and dst port 22\""),
  };
  add_threshold_keys(keys, [](auto& c) -> auto& { return c.threshold; }, false);
  return keys;
}

/// Reads a time into an item that holds more than the time.
Key<QuietTime> quiet_time_key() {
  using T = QuietTime;
  Key<T> key = one<T>("time", QuietKind{}, [](auto& c) -> auto& { return c; }, "when");
  key.read = [](const YAML::Node& node, std::string_view path, T& out, Complaints& to) {
    const auto scalar = scalar_of(node, path, QuietKind::what(), to);
    if (!scalar) return;
    if (!detect::read_quiet_time(scalar->text, out)) complain_value(node, path, "", QuietKind::what(), to);
  };
  return example(required(std::move(key)), "\"Sun 02:00-04:00\"");
}

std::vector<Key<QuietTime>> quiet_keys() {
  using T = QuietTime;
  return {
      example(one<T>("name", TextKind{}, WEIR_AT(name), "the name to show"), "maintenance"),
      quiet_time_key(),
      example(list_of<T>("prefixes", PrefixKind{}, WEIR_AT(prefixes), "for these targets; without any, for all"),
              "[192.0.2.0/24]"),
      example(list_of<T>("customers", TextKind{}, WEIR_AT(customers), "for these customers"), "[ACME]"),
  };
}

}  // namespace

std::vector<Key<Config>> detect_keys() {
  using T = Config;
  std::vector<Key<Config>> keys = {
      one<T>("detect.enabled", FlagKind{}, WEIR_AT(detect.enabled), "whether attacks are looked for"),
      one<T>("detect.memory", SizeKind{.least = std::uint64_t{16} << 20U}, WEIR_AT(detect.memory_octets),
             "at most; 512MiB are enough for five million addresses at once"),
  };
  std::vector<Key<Config>> at_once = {
      example(list_of<T>("detect.networks", PrefixKind{}, WEIR_AT(detect.networks),
                         "own addresses, beside those of the customers; with neither, the flows' direction tells, or the own AS "
                         "numbers, or else every destination counts"),
              "[192.0.2.0/24, \"2001:db8::/32\"]"),
      one<T>("detect.hold", DurationKind{.least = 5 * kSecondMs, .most = kHourMs}, WEIR_AT(detect.hold_ms),
             "an attack has ended when it was below for this long"),
      one<T>("detect.release", RealKind{.least = 0.1, .most = 1}, WEIR_AT(detect.release),
             "below is below this share of the threshold"),
      one<T>("detect.late", DurationKind{.least = 2 * kSecondMs, .most = 110 * kSecondMs}, WEIR_AT(detect.late_ms),
             "flows that ended longer ago begin no attack; not less than the exporters' timeouts"),
      one<T>("detect.history", WholeKind{.least = 1, .most = 100'000}, WEIR_AT(detect.history), "past attacks that are kept"),
      list_of_structs<T>(
          "detect.thresholds", threshold_keys(), WEIR_AT(detect.thresholds), [](const Threshold& t) { return name_of(t); },
          "in place of the built-in thresholds of the same traffic, measure, way and per (docs/detection.md)"),
      list_of_structs<T>(
          "detect.groups", group_keys(), WEIR_AT(detect.groups), [](const GroupConfig& g) { return "group " + g.name; },
          "thresholds of some prefixes or customers"),
      list_of_structs<T>(
          "detect.rules", rule_keys(), WEIR_AT(detect.rules), [](const CustomRule& r) { return "rule " + r.name; },
          "flows that match a filter, counted by themselves"),
      example(list_of<T>("detect.exclude.targets", PrefixKind{}, WEIR_AT(detect.excluded), "nothing is raised on them"),
              "[192.0.2.53/32]"),
      example(one<T>("detect.exclude.flows", FilterKind{}, WEIR_AT(detect.excluded_flows), "flows that do not count"),
              "\"src net 198.51.100.0/24\""),
      list_of_structs<T>(
          "detect.quiet", quiet_keys(), WEIR_AT(detect.quiet), [](const QuietTime&) { return std::string(); },
          "when no attack begins"),
      one<T>("detect.baseline.enabled", FlagKind{}, WEIR_AT(detect.baseline.enabled), "learn what is usual, and tell what is not"),
      one<T>("detect.baseline.factor", RealKind{.least = 1.1, .most = 100}, WEIR_AT(detect.baseline.factor),
             "times the usual most of the hour of the week is unusual"),
      one<T>("detect.baseline.least_bits", RateKind{}, WEIR_AT(detect.baseline.floor_bits), "below this nothing is unusual"),
      one<T>("detect.baseline.least_packets", RateKind{}, WEIR_AT(detect.baseline.floor_packets),
             "below this nothing is unusual"),
      one<T>("detect.baseline.confidence", RealKind{}, WEIR_AT(detect.baseline.confidence),
             "how sure it must be of the usual, from 0 to 1"),
  };
  for (Key<Config>& key : at_once) keys.push_back(live(std::move(key)));
  return keys;
}

}  // namespace weir::main
