// Attacks and rules as a terminal shows them, and an attack as a page to send to an upstream.
#pragma once

#include <string>
#include <vector>

#include "detect/backtest.h"
#include "detect/detector.h"

namespace weir::serve {

/// "1.25 Gbit/s", "300 kp/s", "12 k".
[[nodiscard]] std::string measure_text(double value, detect::Measure measure);
[[nodiscard]] std::string target_text(const detect::Attack& attack);
[[nodiscard]] std::string attacks_text(const std::vector<detect::AttackPtr>& attacks, UnixMillis now);
[[nodiscard]] std::string attack_report(const detect::Attack& attack);
[[nodiscard]] std::string rules_text(const std::vector<detect::RuleInfo>& rules);
[[nodiscard]] std::string explanation_text(const detect::Explanation& explanation);
[[nodiscard]] std::string backtest_text(const detect::BacktestReport& report, detect::Measure measure);
/// One file of HTML that needs nothing else.
[[nodiscard]] std::string attack_page(const detect::Attack& attack);

}  // namespace weir::serve
