// What is said of exporters and interfaces.
#include "main/config_keys.h"

namespace weir::main {
namespace {

using enrich::ClassRule;
using enrich::ExporterConfig;
using enrich::InterfaceConfig;

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

}  // namespace

std::vector<Key<Config>> enrich_keys() {
  using T = Config;
  std::vector<Key<Config>> keys;
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

}  // namespace weir::main
