// THE table of configuration keys: reading, the reference page and the example file follow from it.
#include "main/config_keys.h"

#include <algorithm>
#include <iterator>

namespace weir::main {
namespace {

/// A name as it stands in a Host header, without a port.
struct HostNameKind : TextKind {
  HostNameKind() : TextKind{"name without scheme and port, *.name for all below it, or *"} {}
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    auto text = TextKind::read(scalar);
    if (text && text->find_first_of(":/@ ") != std::string::npos) return std::unexpected("");
    return text;
  }
};

std::vector<Key<Config>> all_keys() {
  using T = Config;
  std::vector<Key<Config>> keys = {
      list_of<T>("listen", EndpointKind{}, WEIR_AT(listen),
                 "UDP addresses for NetFlow v5, v7, v9, IPFIX and sFlow v5, any of them on any port"),
      one<T>("http", EndpointKind{}, WEIR_AT(http),
             "address of the page and the API; there is no log-in yet, so open it only to a network that you trust"),
      example(list_of<T>("http_names", HostNameKind{}, WEIR_AT(http_names),
                         "names under which people and programs ask for `http` and `es`; addresses, localhost and the machine's own "
                         "name need not be listed, other names are refused, so that no foreign page reads Weir through a browser"),
              "[weir.example.net]"),
      one<T>("es", EndpointKind{}, WEIR_AT(es),
             "address of the Elasticsearch-compatible API (docs/reference/elasticsearch.md), which is below /es of `http` as "
             "well; there is no log-in"),
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
  std::ranges::move(enrich_keys(), std::back_inserter(keys));
  std::ranges::move(routes_keys(), std::back_inserter(keys));
  std::ranges::move(rpki_keys(), std::back_inserter(keys));
  std::ranges::move(names_keys(), std::back_inserter(keys));
  std::ranges::move(snmp_keys(), std::back_inserter(keys));
  std::ranges::move(billing_keys(), std::back_inserter(keys));
  std::ranges::move(mitigation_keys(), std::back_inserter(keys));
  std::ranges::move(detect_keys(), std::back_inserter(keys));
  return keys;
}

}  // namespace

const std::vector<Key<Config>>& config_keys() {
  static const std::vector<Key<Config>> keys = all_keys();
  return keys;
}

}  // namespace weir::main
