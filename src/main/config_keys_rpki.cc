// Where VRPs come from, and other files from the web.
#include "fetch/transfer.h"
#include "main/config_keys.h"

namespace weir::main {
namespace {

/// http or https. What is wrong is said without the URL, which may hold a password.
struct UrlKind : TextKind {
  UrlKind() : TextKind{"URL of http or https"} {}
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    auto text = TextKind::read(scalar);
    if (text && !fetch::is_web_url(*text)) return std::unexpected("");
    return text;
  }
};

std::vector<Key<bgp::RtrCacheConfig>> cache_keys() {
  using T = bgp::RtrCacheConfig;
  return {
      example(required(one<T>("host", TextKind{"name or address"}, WEIR_AT(host), "the cache's")), "rpki.example.net"),
      one<T>("port", WholeKind{.least = 1, .most = 65'535}, WEIR_AT(port), "its TCP port"),
      one<T>("preference", WholeKind{.least = 0, .most = 1'000'000}, WEIR_AT(preference),
             "the highest of those that work is used"),
  };
}

}  // namespace

std::vector<Key<Config>> rpki_keys() {
  using T = Config;
  return {
      live(list_of_structs<T>(
          "rpki.caches", cache_keys(), WEIR_AT(rpki.caches),
          [](const bgp::RtrCacheConfig& c) { return "cache " + c.host + ":" + std::to_string(c.port); },
          "RTR servers (RFC 8210) such as stayrtr or routinator; VRPs of a lost one are used until they expire")),
      live(example(one<T>("rpki.file", TextKind{"file"}, WEIR_AT(rpki.file),
                          "VRPs in JSON (rpki-client, routinator) or CSV, also packed by gzip; read again when it "
                          "changes"),
                   "/var/lib/rpki-client/json")),
      live(may_hold_credentials(example(one<T>("rpki.url", UrlKind{}, WEIR_AT(rpki.url), "the same, fetched and kept"),
                                        "https://console.rpki-client.org/vrps.json"))),
      live(one<T>("rpki.refresh", DurationKind{.least = kMinuteMs, .most = kDayMs}, WEIR_AT(rpki.refresh_ms),
                  "how often the URL is asked for a newer file, and a cache that says nothing else")),
      live(may_hold_credentials(example(one<T>("as_names.url", UrlKind{}, WEIR_AT(as_names.url),
                          "a file of AS names that is fetched and kept, where as_names.file names none"),
                                        "https://ftp.ripe.net/ripe/asnames/asn.txt"))),
      live(one<T>("as_names.refresh", DurationKind{.least = kMinuteMs, .most = 365 * kDayMs},
                  WEIR_AT(as_names.refresh_ms), "how often that URL is asked for a newer file")),
  };
}

}  // namespace weir::main
