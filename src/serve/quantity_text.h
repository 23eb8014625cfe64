// Numbers for people: digits in groups, lengths of time in words.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace weir::serve {

/// "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// "45 s", "12 min", "3 h", "5 days": rounded down to the largest unit that it fills twice, so that it is never far
/// off.
[[nodiscard]] std::string duration_text(UnixMillis length);

}  // namespace weir::serve
