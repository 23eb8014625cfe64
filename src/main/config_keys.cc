// THE table of configuration keys: reading, the reference page and the example file follow from it.
#include <algorithm>
#include <iterator>

#include "main/config_schema.h"

namespace weir::main {
namespace {

using decode::DecodeOptions;
using enrich::ClassRule;
using enrich::ExporterConfig;
using enrich::InterfaceConfig;
using store::DuckDbOptions;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
constexpr std::string_view kNoLimit = "no limit";

#define WEIR_AT(expression) [](auto& c) -> auto& { return c.expression; }

ChoiceKind interface_class_kind() {
  return {{enrich::kInterfaceClasses.begin(), enrich::kInterfaceClasses.end()}};
}

/// A choice that is kept as its word.
struct ClassKind : ChoiceKind {
  using Value = std::string;
  ClassKind() : ChoiceKind(interface_class_kind()) {}
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    const auto at = ChoiceKind::read(scalar);
    if (!at) return std::unexpected(at.error());
    return std::string(words[*at]);
  }
  [[nodiscard]] static std::string show(const Value& value) { return value; }
};

const WholeKind kRate{.least = 1};

std::vector<Key<InterfaceConfig>> interface_keys() {
  using T = InterfaceConfig;
  return {
      example(required(one<T>("index", WholeKind{.least = 0}, WEIR_AT(index), "the interface's ifIndex")), "1"),
      example(one<T>("name", TextKind{}, WEIR_AT(name), "its name; goes before the one that the exporter announces"),
              "transit-pccw"),
      example(one<T>("class", ClassKind{}, WEIR_AT(if_class), "where it leads; goes before interface_classes"),
              "transit"),
      example(one<T>("sampling.override", kRate, WEIR_AT(sampling.override_rate),
                     "1-in-N for packets metered here, whatever the exporter says"),
              "512"),
      example(
          one<T>("sampling.default", kRate, WEIR_AT(sampling.default_rate), "1-in-N where the exporter says nothing"),
          "100"),
  };
}

std::vector<Key<ExporterConfig>> exporter_keys() {
  using T = ExporterConfig;
  return {
      example(required(one<T>("address", AddressKind{}, WEIR_AT(address), "the address that its datagrams come from")),
              "192.0.2.1"),
      example(one<T>("name", TextKind{}, WEIR_AT(name), "the name to show"), "edge-1"),
      example(one<T>("shown_as", AddressKind{}, WEIR_AT(shown_as),
                     "the address to store instead, where the exporter is behind a translation of addresses"),
              "198.51.100.1"),
      example(one<T>("sampling.override", kRate, WEIR_AT(sampling.override_rate),
                     "1-in-N for all its flows, whatever it says itself"),
              "2048"),
      example(one<T>("sampling.default", kRate, WEIR_AT(sampling.default_rate), "1-in-N where it says nothing"),
              "1000"),
      list_of_structs<T>(
          "interfaces", interface_keys(), WEIR_AT(interfaces),
          [](const InterfaceConfig& i) { return "interface " + std::to_string(i.index); }, "interfaces by ifIndex"),
  };
}

std::vector<Key<ClassRule>> class_rule_keys() {
  using T = ClassRule;
  return {
      example(one<T>("exporter", TextKind{"pattern with * and ?, letters in either case"}, WEIR_AT(exporter),
                     "the exporter's name or address"),
              "edge-*"),
      example(one<T>("interface", TextKind{"pattern with * and ?, letters in either case"}, WEIR_AT(interface),
                     "the interface's name"),
              "\"*transit*\""),
      example(required(one<T>("class", ClassKind{}, WEIR_AT(if_class), "where these interfaces lead")), "transit"),
  };
}

std::vector<Key<Config>> decode_keys() {
  using T = Config;
  return {
      one<T>("decode.clock_tolerance", DurationKind{.least = kSecondMs}, WEIR_AT(decode.clock_tolerance_ms),
             "an exporter's clock that is off by more is wrong: its flows are accounted to the receive time"),
      one<T>("decode.flow_age", DurationKind{.least = kMinuteMs}, WEIR_AT(decode.flow_age_ms),
             "a flow that ended longer than this before its export counts as a wrong clock"),
      one<T>("decode.template_lifetime", DurationKind{.least = kMinuteMs}, WEIR_AT(decode.template_lifetime_ms),
             "templates that are not refreshed for this long are forgotten"),
      one<T>("decode.most_templates_per_exporter", WholeKind{.least = 1, .most = 1'000'000},
             WEIR_AT(decode.most_templates_per_exporter), "further templates are refused and counted"),
      one<T>("decode.most_sessions", WholeKind{.least = 1, .most = 10'000'000}, WEIR_AT(decode.most_sessions),
             "observation domains of transport sessions remembered at a time; the one silent for longest goes first"),
      one<T>("decode.template_memory", SizeKind{.least = kMiB}, WEIR_AT(decode.template_octets),
             "for templates, for each worker; those of the exporters silent for longest go first"),
      one<T>("decode.most_names", WholeKind{.least = 1}, WEIR_AT(decode.most_names),
             "announced sampling rates and names of interfaces, VRFs and applications; further ones are refused and "
             "counted"),
      one<T>("decode.most_names_per_domain", WholeKind{.least = 1}, WEIR_AT(decode.most_names_per_domain),
             "the same for one observation domain"),
      one<T>("decode.parked_memory", SizeKind{.least = 0, .most = 1024 * kMiB, .zero = "park nothing"},
             WEIR_AT(decode.parked_octets), "for data sets that came before their template, for each worker"),
      one<T>("decode.parked_age", DurationKind{.least = kSecondMs, .most = kDayMs}, WEIR_AT(decode.parked_age_ms),
             "data sets whose template did not come within this are given up and counted"),
      one<T>("decode.inner_addresses", FlagKind{}, WEIR_AT(decode.inner_addresses),
             "of sampled packets in GRE, VXLAN and IP-in-IP, take the inner addresses and ports"),
      one<T>("decode.split_connections", FlagKind{}, WEIR_AT(decode.split_connections),
             "records with counters of both directions (Cisco ASA) become two flows, otherwise one with the sum"),
      example(list_of<T>("decode.exporter_from_message", PrefixKind{}, WEIR_AT(decode.exporter_from_message),
                         "sources that pass on what others measured: the exporter is then the address in the message "
                         "(IPFIX 130, 131, 403, 404; sFlow's agent), where it has one"),
              "[192.0.2.0/24]"),
  };
}

std::vector<Key<Config>> store_keys() {
  using T = Config;
  const DurationKind age{.least = kHourMs, .zero = kNoLimit};
  const SizeKind octets{.least = kMiB, .zero = kNoLimit};
  return {
      one<T>("store.commit_interval", DurationKind{.least = 100, .most = 2 * kSecondMs},
             WEIR_AT(store.commit_interval_ms), "flows are safe on disk, and seen by queries, after this long"),
      one<T>("store.queue_batches", WholeKind{.least = 2, .most = 4096}, WEIR_AT(store.queue_batches),
             "batches of up to about 8192 flows that wait for the writer; when full, flows are lost and counted"),
      one<T>("store.memory", SizeKind{.least = 128 * kMiB}, WEIR_AT(store.memory_octets),
             "what the embedded engine may use"),
      one<T>("store.threads", WholeKind{.least = 1, .most = 256}, WEIR_AT(store.threads),
             "threads of the embedded engine"),
      one<T>("store.hot_time", DurationKind{.least = kMinuteMs, .most = 7 * kDayMs}, WEIR_AT(store.hot_hours_ms),
             "an hour stays in the hot tier this long after its end, for late flows; then it becomes a file"),
      live(one<T>("store.disk_budget", octets, WEIR_AT(store.disk_budget_octets),
                  "for all that is stored; the oldest flows go first")),
      live(one<T>("store.disk_reserve", SizeKind{.least = kMiB}, WEIR_AT(store.disk_reserve_octets),
                  "storing stops, with an alarm, when less than this is free on the disk")),
      live(
          one<T>("store.retention.flows.age", age, WEIR_AT(store.flows.age_ms), "single flows are kept for this long")),
      live(one<T>("store.retention.flows.size", octets, WEIR_AT(store.flows.octets),
                  "single flows may take this much of the disk")),
      live(one<T>("store.retention.rollup_1m.age", age, WEIR_AT(store.rollup_1m.age_ms),
                  "sums for each minute are kept for this long")),
      live(one<T>("store.retention.rollup_1m.size", octets, WEIR_AT(store.rollup_1m.octets),
                  "sums for each minute may take this much of the disk")),
      live(one<T>("store.retention.rollup_5m.age", age, WEIR_AT(store.rollup_5m.age_ms),
                  "sums for each 5 minutes are kept for this long")),
      live(one<T>("store.retention.rollup_5m.size", octets, WEIR_AT(store.rollup_5m.octets),
                  "sums for each 5 minutes may take this much of the disk")),
      live(one<T>("store.retention.rollup_1h.age", age, WEIR_AT(store.rollup_1h.age_ms),
                  "sums for each hour are kept for this long")),
      live(one<T>("store.retention.rollup_1h.size", octets, WEIR_AT(store.rollup_1h.octets),
                  "sums for each hour may take this much of the disk")),
  };
}

std::vector<Key<Config>> all_keys() {
  using T = Config;
  std::vector<Key<Config>> keys = {
      list_of<T>("listen", EndpointKind{}, WEIR_AT(listen),
                 "UDP addresses for NetFlow v5, v7, v9, IPFIX and sFlow v5, any of them on any port"),
      one<T>("http", EndpointKind{}, WEIR_AT(http),
             "address of the page and the API; there is no log-in yet, so open it only to a network that you trust"),
      example(one<T>("data", TextKind{"directory"}, WEIR_AT(data),
                     "where everything is kept; the default is /var/lib/weir as root, else $XDG_DATA_HOME/weir or "
                     "~/.local/share/weir"),
              "/var/lib/weir"),
      one<T>("workers", WholeKind{.least = 0, .most = 64, .zero = "as many as suit the processors"}, WEIR_AT(workers),
             "threads that receive and decode"),
      live(one<T>("log.format", ChoiceKind{{"text", "json"}}, WEIR_AT(log.format), "of the lines on standard error")),
      live(one<T>("log.level", ChoiceKind{{"debug", "info", "warning", "error"}}, WEIR_AT(log.level),
                  "the least that is written")),
  };
  std::ranges::move(decode_keys(), std::back_inserter(keys));
  std::ranges::move(store_keys(), std::back_inserter(keys));
  keys.push_back(
      live(example(one<T>("sampling.override", kRate, WEIR_AT(enrich.sampling.override_rate),
                          "1-in-N for exporters without an override of their own, whatever they say themselves"),
                   "1000")));
  keys.push_back(live(example(one<T>("sampling.default", kRate, WEIR_AT(enrich.sampling.default_rate),
                                     "1-in-N for exporters that say nothing and have no default of their own"),
                              "1000")));
  keys.push_back(live(list_of_structs<T>(
      "exporters", exporter_keys(), WEIR_AT(enrich.exporters),
      [](const ExporterConfig& e) { return "exporter " + to_string(e.address); },
      "what is known of exporters; others are accepted as well")));
  keys.push_back(live(list_of_structs<T>(
      "interface_classes", class_rule_keys(), WEIR_AT(enrich.interface_classes),
      [](const ClassRule&) { return std::string(); },
      "classes of interfaces by name; the first rule that matches decides")));
  return keys;
}

}  // namespace

const std::vector<Key<Config>>& config_keys() {
  static const std::vector<Key<Config>> keys = all_keys();
  return keys;
}

}  // namespace weir::main
