#include "serve/quantity_text.h"

namespace weir::serve {

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string duration_text(UnixMillis length) {
  if (length < 2 * kMinuteMs) return std::to_string(length / kSecondMs) + " s";
  if (length < 2 * kHourMs) return std::to_string(length / kMinuteMs) + " min";
  if (length < 2 * kDayMs) return std::to_string(length / kHourMs) + " h";
  return std::to_string(length / kDayMs) + " days";
}

}  // namespace weir::serve
