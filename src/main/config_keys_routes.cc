// Where routes come from: BMP routers, BGP peers, what the configuration states.
#include <algorithm>
#include <array>

#include "main/config_communities.h"
#include "main/config_keys.h"

namespace weir::main {
namespace {

using bgp::PeerConfig;
using bgp::RouterConfig;
using bgp::StaticRoute;
using collect::RouteFileConfig;
using collect::VrfName;

/// A kind whose text another folder reads and writes.
template <typename T>
struct ReadKind {
  using Value = T;
  std::string_view meaning;
  Result<T> (*parse)(std::string_view);
  std::string (*write)(const T&);
  [[nodiscard]] std::string what() const { return std::string(meaning); }
  [[nodiscard]] std::expected<T, std::string> read(Scalar scalar) const {
    auto value = parse(scalar.text);
    if (!value) return std::unexpected(value.error().message);
    return *std::move(value);
  }
  [[nodiscard]] std::string show(const T& value) const { return write(value); }
};

const ReadKind<Prefix> kPeerAddress{
    "address of the peer, or the prefix from which peers connect", parse_prefix, [](const Prefix& prefix) {
      const bool is_host = prefix.length == (prefix.address.is_v4() ? 32 : 128);
      return is_host ? to_string(prefix.address) : to_string(prefix);
    }};
const ReadKind<bgp::AsPath> kAsPath{"AS path, as show ip bgp writes it", bgp::parse_as_path,
                                    [](const bgp::AsPath& path) { return bgp::to_string(path); }};
const ReadKind<bgp::RouteDistinguisher> kDistinguisher{
    "route distinguisher", bgp::parse_rd, [](const bgp::RouteDistinguisher& rd) { return to_string(rd); }};
const ReadKind<std::uint32_t> kRouterId{
    "IPv4 address",
    [](std::string_view text) -> Result<std::uint32_t> {
      const auto address = parse_ip(text);
      if (!address) return std::unexpected(address.error());
      if (!address->is_v4() || address->v4_bits() == 0)
        return fail(ErrorCode::invalid, "'" + std::string(text) + "' is not an IPv4 address other than 0.0.0.0");
      return address->v4_bits();
    },
    [](const std::uint32_t& id) { return id == 0 ? std::string() : to_string(IpAddress::v4(id)); }};

/// What a file of routes may be called.
struct FileKindKind : ChoiceKind {
  using Value = bgp::SourceKind;
  static constexpr std::array kKinds = {bgp::SourceKind::mrt, bgp::SourceKind::text, bgp::SourceKind::fixed};
  FileKindKind() : ChoiceKind{{}} {
    for (const bgp::SourceKind kind : kKinds) words.push_back(to_string(kind));
  }
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    const auto at = ChoiceKind::read(scalar);
    if (!at) return std::unexpected(at.error());
    return kKinds[*at];
  }
  [[nodiscard]] static std::string show(Value value) { return std::string(to_string(value)); }
};

std::string family_words() {
  std::string out;
  for (const bgp::Family family : bgp::kFamilies) out += (out.empty() ? "" : ", ") + std::string(to_string(family));
  return out;
}

struct FamilyKind {
  using Value = bgp::Family;
  [[nodiscard]] static std::string what() { return "one of " + family_words(); }
  [[nodiscard]] static std::expected<Value, std::string> read(Scalar scalar) {
    for (const bgp::Family family : bgp::kFamilies) {
      if (to_string(family) == scalar.text) return family;
    }
    return std::unexpected(std::string());
  }
  [[nodiscard]] static std::string show(Value value) { return std::string(to_string(value)); }
};

const WholeKind kPreference{.least = 0, .most = 65'535};
const WholeKind kPort{.least = 1, .most = 65'535};
const DurationKind kRetry{.least = kSecondMs, .most = kHourMs};

constexpr std::string_view kPreferenceMeaning =
    "of its routes: the higher wins where the exporter's own table does not decide";
constexpr std::string_view kExportersMeaning =
    "addresses from which it exports flows, where they differ from its own: its table is theirs";

std::vector<Key<PeerConfig>> peer_keys() {
  using T = PeerConfig;
  return {
      example(required(one<T>("address", kPeerAddress, WEIR_AT(remote),
                              "the peer; with a prefix, whoever connects from there, and Weir calls nobody")),
              "192.0.2.1"),
      example(one<T>("name", TextKind{}, WEIR_AT(name), "the name to show; the default is \"bgp ADDRESS\""), "edge-1"),
      example(one<T>("description", TextKind{}, WEIR_AT(description), "for people"), "the router in rack 12"),
      one<T>("as", WholeKind{.zero = "any"}, WEIR_AT(as), "the peer's AS"),
      one<T>("passive", FlagKind{}, WEIR_AT(passive), "wait for the peer to call, never call it"),
      one<T>("port", kPort, WEIR_AT(port), "the TCP port to call"),
      example(one<T>("local_address", AddressKind{}, WEIR_AT(local_address), "the address to call from"),
              "192.0.2.100"),
      secret(example(one<T>("password", TextKind{}, WEIR_AT(password), "TCP MD5 signature (RFC 2385), at most 80 octets"),
                     "\"correct horse\"")),
      one<T>("ttl_security", FlagKind{}, WEIR_AT(ttl_security),
             "take nothing from further than one hop away (GTSM, RFC 5082); the peer must send with a TTL of 255"),
      list_of<T>("families", FamilyKind{}, WEIR_AT(families), "which routes to ask for"),
      one<T>("add_path", ChoiceKind{{"off", "receive", "both"}}, WEIR_AT(add_path),
             "several paths for a prefix (RFC 7911), where the peer does it"),
      one<T>("hold_time", WholeKind{.least = 0, .most = 65'535, .zero = "never"}, WEIR_AT(hold_time_s),
             "seconds without a word after which the peer is lost; the smaller of both sides' counts; at least 3"),
      one<T>("preference", kPreference, WEIR_AT(preference), kPreferenceMeaning),
      example(list_of<T>("exporters", AddressKind{}, WEIR_AT(exporters), kExportersMeaning), "[198.51.100.1]"),
      one<T>("most_prefixes", WholeKind{.zero = "no bound"}, WEIR_AT(most_prefixes), "how many it may announce"),
      one<T>("when_over", ChoiceKind{{"warn", "cease"}}, WEIR_AT(when_over),
             "beyond most_prefixes: a warning, or the end of the session for 5 minutes"),
  };
}

std::vector<Key<RouterConfig>> router_keys() {
  using T = RouterConfig;
  return {
      example(required(one<T>("address", AddressKind{}, WEIR_AT(address), "the address it connects from")),
              "192.0.2.1"),
      example(one<T>("name", TextKind{}, WEIR_AT(name), "the name to show; the default is \"bmp ADDRESS\""), "core-1"),
      example(one<T>("connect", kPort, WEIR_AT(connect_port),
                     "for routers that wait to be called: Weir connects to this TCP port"),
              "10179"),
      one<T>("preference", kPreference, WEIR_AT(preference), kPreferenceMeaning),
      example(list_of<T>("exporters", AddressKind{}, WEIR_AT(exporters), kExportersMeaning), "[198.51.100.1]"),
  };
}

Key<StaticRoute> communities_key() {
  auto key = example(one<StaticRoute>("communities", CommunitiesKind{}, WEIR_AT(attributes),
                                      "standard, extended and large ones, separated by spaces"),
                     "\"64500:100 rt:64500:1 64500:1:2\"");
  key.read = [all = key.read](const YAML::Node& node, std::string_view path, StaticRoute& out, Complaints& to) {
    StaticRoute scratch;
    all(node, path, scratch, to);
    out.attributes.communities = std::move(scratch.attributes.communities);
    out.attributes.extended_communities = std::move(scratch.attributes.extended_communities);
    out.attributes.large_communities = std::move(scratch.attributes.large_communities);
  };
  return key;
}

std::vector<Key<StaticRoute>> static_keys() {
  using T = StaticRoute;
  return {
      example(required(one<T>("prefix", PrefixKind{}, WEIR_AT(nlri.prefix), "the prefix")), "203.0.113.0/24"),
      example(one<T>("as_path", kAsPath, WEIR_AT(attributes.as_path), "the path, the origin last"),
              "\"64500 64501\""),
      example(one<T>("next_hop", AddressKind{}, WEIR_AT(next_hop), "the next hop"), "192.0.2.1"),
      communities_key(),
      example(one<T>("rd", kDistinguisher, WEIR_AT(nlri.rd),
                     "the VRF's route distinguisher; the default is the global table"),
              "\"64500:12\""),
  };
}

std::vector<Key<RouteFileConfig>> file_keys() {
  using T = RouteFileConfig;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(source.name), "the name to show")), "dump"),
      example(required(list_of<T>("paths", TextKind{"file"}, WEIR_AT(source.paths),
                                  "MRT, the text of show ip bgp, or CSV with a heading; plain, gzip or bzip2; loaded in "
                                  "this order, again when one changes")),
              "[/var/lib/weir/rib.mrt.gz]"),
      may_hold_credentials(example(one<T>("url", TextKind{"http or https address"}, WEIR_AT(url),
                                          "fetch the file from there and keep it at its path"),
                                   "https://routes.example.net/rib.mrt.gz")),
      one<T>("refresh", DurationKind{.least = kMinuteMs}, WEIR_AT(refresh_ms), "how often it is fetched"),
      one<T>("kind", FileKindKind{}, WEIR_AT(source.kind), "what to call it; how it is read is told by what it holds"),
      one<T>("preference", kPreference, WEIR_AT(source.preference), kPreferenceMeaning),
      one<T>("reload", DurationKind{.least = 0, .zero = "when it changes"}, WEIR_AT(source.reload_ms),
             "load it again after this long though it did not change"),
      example(list_of<T>("exporters", AddressKind{}, WEIR_AT(source.exporters),
                         "addresses of the exporters whose own table it is"),
              "[192.0.2.1]"),
  };
}

std::vector<Key<VrfName>> vrf_name_keys() {
  using T = VrfName;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name), "the VRF's name, as exporters tell it")), "CUST-A"),
      example(required(one<T>("rd", kDistinguisher, WEIR_AT(rd), "its route distinguisher, as routes tell it")),
              "\"64500:12\""),
  };
}

std::vector<Key<Config>> bmp_keys() {
  using T = Config;
  return {
      example(list_of<T>("routes.bmp.listen", EndpointKind{}, WEIR_AT(routes.bmp.listen),
                         "TCP addresses of the BMP station, to which routers connect; 1790 is a usual port"),
              "[\"0.0.0.0:1790\"]"),
      example(list_of<T>("routes.bmp.allow", PrefixKind{}, WEIR_AT(routes.bmp.allow),
                         "from where routers may connect, beside those of routes.bmp.routers; with neither, from "
                         "everywhere"),
              "[192.0.2.0/24]"),
      one<T>("routes.bmp.most_sessions", WholeKind{.least = 1, .most = 10'000}, WEIR_AT(routes.bmp.most_sessions),
             "routers connected at a time"),
      one<T>("routes.bmp.connect_retry", kRetry, WEIR_AT(routes.bmp.connect_retry_ms),
             "the pause between calls of a router that Weir connects to"),
      list_of_structs<T>(
          "routes.bmp.routers", router_keys(), WEIR_AT(routes.bmp.routers),
          [](const RouterConfig& router) { return "router " + to_string(router.address); },
          "what is known of BMP routers"),
  };
}

std::vector<Key<Config>> bgp_keys() {
  using T = Config;
  return {
      example(one<T>("routes.bgp.as", WholeKind{.zero = "no BGP speaker"}, WEIR_AT(routes.bgp.as),
                     "the AS that Weir speaks for; that of its peers for internal sessions. It announces nothing"),
              "64500"),
      example(one<T>("routes.bgp.router_id", kRouterId, WEIR_AT(routes.bgp.router_id),
                     "the BGP identifier; the default is an address of this machine"),
              "192.0.2.100"),
      example(list_of<T>("routes.bgp.listen", EndpointKind{}, WEIR_AT(routes.bgp.listen),
                         "TCP addresses to which peers connect; without any, Weir only calls"),
              "[\"0.0.0.0:179\"]"),
      one<T>("routes.bgp.connect_retry", kRetry, WEIR_AT(routes.bgp.connect_retry_ms),
             "the longest pause between calls of a peer that does not answer"),
      one<T>("routes.bgp.most_dynamic", WholeKind{.least = 1, .most = 100'000}, WEIR_AT(routes.bgp.most_dynamic),
             "peers at a time that are known by a prefix only"),
      list_of_structs<T>(
          "routes.bgp.peers", peer_keys(), WEIR_AT(routes.bgp.peers),
          [](const PeerConfig& peer) { return "peer " + to_string(peer.remote); }, "BGP peers"),
  };
}

}  // namespace

std::vector<Key<Config>> routes_keys() {
  using T = Config;
  std::vector<Key<Config>> keys = {
      one<T>("routes.hold", DurationKind{.least = 0, .most = kDayMs, .zero = "not at all"},
             WEIR_AT(routes.rib.hold_ms), "how long the routes of a source that went away are used"),
      one<T>("routes.history", DurationKind{.least = 0, .most = 7 * kDayMs, .zero = "none"},
             WEIR_AT(routes.rib.history_ms), "how long routes are remembered that changed, for flows of that time"),
      one<T>("routes.most_routes", WholeKind{.least = 1000}, WEIR_AT(routes.rib.most_routes),
             "routes held at most, of all sources; further ones are refused and counted"),
  };
  for (Key<Config>& key : bmp_keys()) keys.push_back(live(std::move(key)));
  for (Key<Config>& key : bgp_keys()) keys.push_back(live(std::move(key)));
  keys.push_back(live(list_of_structs<T>(
      "routes.files", file_keys(), WEIR_AT(routes.files),
      [](const RouteFileConfig& file) { return "file " + file.source.name; }, "files of routes")));
  keys.push_back(live(one<T>("routes.static_preference", kPreference, WEIR_AT(routes.fixed_preference),
                             "of routes.static, against the preference of other sources")));
  keys.push_back(live(list_of_structs<T>(
      "routes.static", static_keys(), WEIR_AT(routes.fixed), [](const StaticRoute&) { return std::string(); },
      "routes that you state")));
  keys.push_back(live(list_of_structs<T>(
      "routes.vrfs", vrf_name_keys(), WEIR_AT(routes.vrfs),
      [](const VrfName& vrf) { return "VRF " + vrf.name; }, "names of VRFs, for flows that tell one")));
  return keys;
}

}  // namespace weir::main
