// Attacks as JSON: for the API, for their files, and to send to an upstream. Shapes: docs/reference/api.md.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "detect/attack.h"

namespace weir::detect {

/// Without `with_evidence` the evidence holds its reason and numbers alone.
[[nodiscard]] boost::json::object attack_json(const Attack& attack, bool with_evidence);
/// The whole of it as text, with its evidence.
[[nodiscard]] std::string attack_text(const Attack& attack);
/// What attack_json() wrote. Errors: malformed.
[[nodiscard]] Result<Attack> read_attack(std::string_view text);

[[nodiscard]] std::string_view way_word(Way way);
[[nodiscard]] std::string_view measure_word(Measure measure);
/// "udp from port 123, 440 to 482 octets a packet".
[[nodiscard]] std::string signature_text(const Signature& signature);

}  // namespace weir::detect
