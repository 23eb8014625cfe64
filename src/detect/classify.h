// What an attack is, as its evidence says, and why in a sentence.
#pragma once

#include <string>

#include "detect/evidence.h"

namespace weir::detect {

struct Verdict {
  AttackKind kind = AttackKind::unknown;
  std::string reason;
};

/// `threshold` is the one that was passed.
[[nodiscard]] Verdict classify(const EvidenceCollector& evidence, const Threshold& threshold);

/// The share of its packets that go to the destination (outgoing: come from the source) that has most of them.
[[nodiscard]] double heaviest_target(const EvidenceCollector& evidence, Way way);

}  // namespace weir::detect
