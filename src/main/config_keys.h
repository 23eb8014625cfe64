// THE table of configuration keys, in one file for each part of the program.
#pragma once

#include <vector>

#include "main/config_schema.h"

namespace weir::main {

/// Where a key's value is kept: `WEIR_AT(store.memory_octets)`.
#define WEIR_AT(expression) [](auto& c) -> auto& { return c.expression; }

[[nodiscard]] std::vector<Key<Config>> decode_keys();  // config_keys_decode.cc
[[nodiscard]] std::vector<Key<Config>> store_keys();   // config_keys_store.cc
[[nodiscard]] std::vector<Key<Config>> enrich_keys();  // config_keys_enrich.cc
[[nodiscard]] std::vector<Key<Config>> routes_keys();  // config_keys_routes.cc
[[nodiscard]] std::vector<Key<Config>> rpki_keys();    // config_keys_rpki.cc
[[nodiscard]] std::vector<Key<Config>> names_keys();   // config_keys_names.cc
[[nodiscard]] std::vector<Key<Config>> snmp_keys();    // config_keys_snmp.cc
[[nodiscard]] std::vector<Key<Config>> billing_keys();  // config_keys_billing.cc
[[nodiscard]] std::vector<Key<Config>> mitigation_keys();  // config_keys_mitigation.cc
[[nodiscard]] std::vector<Key<Config>> detect_keys();  // config_keys_detect.cc

}  // namespace weir::main
