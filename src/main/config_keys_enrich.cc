// What is said of exporters and interfaces, of customers and regions, and whose word counts about routes.
#include "main/config_keys.h"

namespace weir::main {
namespace {

using enrich::ClassRule;
using enrich::CustomerConfig;
using enrich::CustomerInterface;
using enrich::ExporterConfig;
using enrich::InterfaceConfig;
using enrich::RegionConfig;
using enrich::VrfConfig;

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
constexpr std::string_view kPattern = "pattern with * and ?, letters in either case";

std::vector<Key<InterfaceConfig>> interface_keys() {
  using T = InterfaceConfig;
  return {
      example(required(one<T>("index", WholeKind{.least = 0}, WEIR_AT(index), "the interface's ifIndex")), "1"),
      example(one<T>("name", TextKind{}, WEIR_AT(name), "its name; goes before the one that the exporter announces"),
              "transit-pccw"),
      example(one<T>("description", TextKind{}, WEIR_AT(description),
                     "its description, for the rules of interface_classes; goes before the one that the router tells"),
              "\"Transit: PCCW\""),
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

std::vector<Key<VrfConfig>> vrf_keys() {
  using T = VrfConfig;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name),
                              "the VRF as its flows tell it: the name, or the number where it announces no name")),
              "CUST-A"),
      example(required(one<T>("table", TextKind{}, WEIR_AT(table),
                              "a route distinguisher, a VRF's name in the sources of routes, or global")),
              "\"65000:12\""),
  };
}

/// Of one exporter, or, for an enrich configuration, of all.
template <typename Config, typename At>
void add_preferences(std::vector<Key<Config>>& keys, At at) {
  keys.push_back(one<Config>(
      "routes.prefer.as", words<enrich::Prefer>(enrich::kPreferWords), [at](auto& c) -> auto& { return at(c).as; },
      "whose AS numbers, AS path and communities count: the flow's, the routing table's, or auto (see below)"));
  keys.push_back(one<Config>(
      "routes.prefer.mask", words<enrich::Prefer>(enrich::kPreferWords), [at](auto& c) -> auto& { return at(c).mask; },
      "whose src_mask and dst_mask count"));
  keys.push_back(one<Config>(
      "routes.prefer.next_hop", words<enrich::Prefer>(enrich::kPreferWords), [at](auto& c) -> auto& { return at(c).next_hop; },
      "whose bgp_next_hop counts"));
}

std::vector<Key<ExporterConfig>> exporter_keys() {
  using T = ExporterConfig;
  std::vector<Key<T>> keys = {
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
      list_of_structs<T>(
          "vrfs", vrf_keys(), WEIR_AT(vrfs), [](const VrfConfig& v) { return "vrf " + v.name; },
          "which routing table a VRF of its flows is, where the names differ"),
  };
  add_preferences(keys, [](auto& c) -> auto& { return c.routes; });
  for (Key<T>& key : keys) {
    if (key.path.starts_with("routes.prefer.")) key.example = "table";
  }
  return keys;
}

std::vector<Key<ClassRule>> class_rule_keys() {
  using T = ClassRule;
  return {
      example(one<T>("exporter", TextKind{kPattern}, WEIR_AT(exporter), "the exporter's name or address"), "edge-*"),
      example(one<T>("interface", TextKind{kPattern}, WEIR_AT(interface), "the interface's name"), "\"*transit*\""),
      example(one<T>("description", TextKind{kPattern}, WEIR_AT(description),
                     "the interface's description, as configured, announced, or told by the router when it is asked"),
              "\"*cust:*\""),
      example(required(one<T>("class", ClassKind{}, WEIR_AT(if_class), "where these interfaces lead")), "transit"),
  };
}

std::vector<Key<CustomerInterface>> customer_interface_keys() {
  using T = CustomerInterface;
  return {
      example(one<T>("exporter", TextKind{kPattern}, WEIR_AT(exporter), "the exporter's name or address"), "edge-1"),
      example(one<T>("index", WholeKind{}, WEIR_AT(index), "the interface's ifIndex"), "17"),
      example(one<T>("name", TextKind{kPattern}, WEIR_AT(name), "the interface's name"), "\"cust-kelapa*\""),
  };
}

std::vector<Key<CustomerConfig>> customer_keys() {
  using T = CustomerConfig;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name), "the name to show")), "Kelapa Cloud"),
      example(one<T>("region", TextKind{}, WEIR_AT(region), "where the customer is"), "MY"),
      example(list_of<T>("prefixes", PrefixKind{}, WEIR_AT(prefixes),
                         "addresses of the customer; of several customers' the longest counts"),
              "[192.0.2.0/24, \"2001:db8:100::/48\"]"),
      example(list_of<T>("ases", AsKind{}, WEIR_AT(ases), "AS numbers of the customer, for addresses in no prefix"),
              "[64500]"),
      list_of_structs<T>(
          "interfaces", customer_interface_keys(), WEIR_AT(interfaces),
          [](const CustomerInterface&) { return std::string(); },
          "interfaces behind which the customer is, for addresses known by neither prefix nor AS"),
  };
}

std::vector<Key<RegionConfig>> region_keys() {
  using T = RegionConfig;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name), "the name to show")), "SG"),
      example(required(list_of<T>("prefixes", PrefixKind{}, WEIR_AT(prefixes),
                                  "addresses of the region; goes before the region of a customer whose prefix is "
                                  "shorter or the same")),
              "[198.51.100.0/24]"),
  };
}

void add_network_keys(std::vector<Key<Config>>& keys) {
  using T = Config;
  keys.push_back(example(list_of<T>("network.as", AsKind{}, WEIR_AT(enrich.own_ases),
                                    "AS numbers of your network; the first stands where a route has an empty AS path"),
                         "[64500]"));
  add_preferences(keys, [](auto& c) -> auto& { return c.enrich.routes; });
  keys.push_back(example(list_of<T>("country_databases", TextKind{"file"}, WEIR_AT(enrich.country_files),
                                    "MMDB files with countries; the first that knows an address counts; read again "
                                    "when they change"),
                         "[/var/lib/GeoIP/GeoLite2-Country.mmdb]"));
  keys.push_back(example(list_of<T>("as_databases", TextKind{"file"}, WEIR_AT(enrich.as_files),
                                    "MMDB files with AS numbers, for addresses whose AS neither the routing table nor "
                                    "the flow tells"),
                         "[/var/lib/GeoIP/GeoLite2-ASN.mmdb]"));
  keys.push_back(example(one<T>("as_names.file", TextKind{"file"}, WEIR_AT(enrich.as_names_file),
                                "names of AS numbers: RIPE's asn.txt, bgp.tools' CSV or JSON, also compressed by gzip; "
                                "without it the best-known ones have names"),
                         "/var/lib/weir/asns.csv"));
  keys.push_back(one<T>("customers_by", ChoiceKind{{kCustomersByWords.begin(), kCustomersByWords.end()}},
                        WEIR_AT(customers_by),
                        "who may change customers and regions on the page, beside those here: everybody who reaches it, those of "
                        "mitigation.people, or nobody"));
  keys.push_back(list_of_structs<T>(
      "customers", customer_keys(), WEIR_AT(enrich.customers),
      [](const CustomerConfig& c) { return "customer " + c.name; }, "whose addresses are whose"));
  keys.push_back(list_of_structs<T>(
      "regions", region_keys(), WEIR_AT(enrich.regions), [](const RegionConfig& r) { return "region " + r.name; },
      "where addresses are, apart from customers"));
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
      "what is known of exporters; others are accepted as well, unless refuse_unknown_exporters says otherwise")));
  keys.push_back(live(one<T>("refuse_unknown_exporters", FlagKind{}, WEIR_AT(admission.refuse_unknown),
                             "take datagrams only from the exporters above and from known_exporters; others are counted and "
                             "not read")));
  keys.push_back(live(example(list_of<T>("known_exporters", PrefixKind{}, WEIR_AT(admission.known),
                                         "where exporters are that need nothing said about them"),
                              "[192.0.2.0/24, \"2001:db8::/32\"]")));
  keys.push_back(live(list_of_structs<T>(
      "interface_classes", class_rule_keys(), WEIR_AT(enrich.interface_classes),
      [](const ClassRule&) { return std::string(); },
      "classes of interfaces by name; the first rule that matches decides")));
  std::vector<Key<Config>> network;
  add_network_keys(network);
  for (Key<Config>& key : network) keys.push_back(live(std::move(key)));
  return keys;
}

}  // namespace weir::main
