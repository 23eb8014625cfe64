// What the flows of an attack have in common and the target's other traffic has not: the fewest descriptions that together
// match most of the one and least of the other.
#pragma once

#include <span>
#include <vector>

#include "detect/detail.h"

namespace weir::detect {

/// Whether one flow matches; a length is that of its average packet.
[[nodiscard]] bool matches(const Signature& signature, const Feature& feature);

/// `attack` is a sample of the attack's flows, `other` of the target's traffic before. Weighed by `measure`. At most four,
/// that with the largest share first; each takes in what those before it leave.
[[nodiscard]] std::vector<Signature> find_signatures(std::span<const Feature> attack, std::span<const Feature> other,
                                                     const Prefix& target, Way way, Measure measure);

}  // namespace weir::detect
