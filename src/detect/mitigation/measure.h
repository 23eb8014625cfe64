// What a mitigation costs and what it helps, asked of stored flows.
#pragma once

#include <functional>

#include "detect/mitigation/machine.h"
#include "query/query.h"

namespace weir::detect {

/// Answers a question from the store; may take its time.
using Ask = std::function<Result<query::Answer>(const query::Query&)>;

inline constexpr UnixMillis kRadiusNowMs = 5 * kMinuteMs;
inline constexpr int kRadiusDays = 7;
/// Half of the hour around the same time of a day before.
inline constexpr UnixMillis kRadiusHalfMs = 30 * kMinuteMs;
inline constexpr UnixMillis kEffectSpanMs = kMinuteMs;

/// What cannot be asked is told in BlastRadius::problem, with what could be.
[[nodiscard]] BlastRadius measure_radius(const Measuring& measuring, const Ask& ask);
[[nodiscard]] Effect measure_effect(const Measuring& measuring, const Ask& ask);

}  // namespace weir::detect
