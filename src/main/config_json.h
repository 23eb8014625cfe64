// The configuration that runs, for those who may see everything but its secrets.
#pragma once

#include <string>

#include "base/clock.h"
#include "main/config.h"

namespace weir::main {

/// {"file", "read", "needs_restart": [KEY], "values": [{"key", "type", "value", "default", "live", "secret", "entries",
/// "meaning"}], "interface_classes": [{"exporter", "interface", "description", "class"}], "people": [{"name", "rights"}]},
/// made from the table of keys. `file` is null where there is none. The value of a secret is "set" or "not set", and so is
/// that of a URL that may hold credentials; lists of mappings have no value but `entries`.
///
/// `wanted` is what the file says: where it differs in keys that a reload cannot change, those are in `needs_restart`.
[[nodiscard]] std::string config_json(const Config& running, const Config& wanted, UnixMillis read);

/// False for a URL with a user's name, a password, a query or a fragment in it.
[[nodiscard]] bool is_without_credentials(std::string_view url);

}  // namespace weir::main
