// Names of addresses.
#include "main/config_keys.h"

namespace weir::main {

std::vector<Key<Config>> names_keys() {
  using T = Config;
  return {
      example(list_of<T>("names.servers", EndpointKind{}, WEIR_AT(names.servers),
                         "DNS servers that are asked for names of addresses, when somebody wants to see or filters by one; "
                         "without them those of the system"),
              "[\"192.0.2.53:53\"]"),
  };
}

}  // namespace weir::main
