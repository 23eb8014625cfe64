// What people and their systems are told, in words and as JSON.
#pragma once

#include <array>
#include <string_view>

#include "detect/attack.h"
#include "detect/mitigation/machine_state.h"

namespace weir::detect {

/// All events, as channels may ask for them.
inline constexpr std::array<std::string_view, 12> kNoticeEvents = {
    "attack_began", "attack_ended", "proposed", "announced", "rehearsed", "probed",
    "withdrawn",    "expired",      "rejected", "refused",   "failed",    "test"};

[[nodiscard]] Notice notice_of(const Attack& attack, bool over, UnixMillis now);
[[nodiscard]] Notice notice_of(std::string_view event, const Mitigation& mitigation, UnixMillis now);
/// "3.2 Gbit/s", "850 packets/s".
[[nodiscard]] std::string bits_text(double bits_per_second);

}  // namespace weir::detect
