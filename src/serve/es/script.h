// The scripts of pipelines: arithmetic on numbers, and the moving functions by name. No loops, no state, no memory: what
// Grafana and Kibana send, and nothing that could run away.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::serve::es {

/// Longer scripts, and parentheses deeper than kMostScriptDepth, are refused.
inline constexpr std::size_t kMostScript = 4096;
inline constexpr std::size_t kMostScriptDepth = 50;

/// A compiled script.
class Script {
 public:
  /// Numbers; names ("params.a", "a"); + - * / %; comparisons, && || !, c ? a : b; parentheses; Math.abs ceil floor round
  /// sqrt log log10 exp pow min max; a leading "return" and an ending ';'. True is 1, false 0.
  [[nodiscard]] static Result<Script> arithmetic(std::string_view text);
  /// "MovingFunctions.unweightedAvg(values)", also max, min, sum, linearWeightedAvg, stdDev(values, ...), ewma(values, alpha).
  [[nodiscard]] static Result<Script> moving(std::string_view text);

  /// What a name stands for; nothing: unknown, and then the script has no value.
  using Lookup = std::function<std::optional<double>(std::string_view name)>;
  [[nodiscard]] std::optional<double> run(const Lookup& lookup) const;
  /// Of moving(): the function over the values of the window.
  [[nodiscard]] std::optional<double> run(std::span<const double> values) const;

 private:
  friend class ScriptParser;
  struct Step {
    enum class Kind : std::uint8_t { number, name, unary, binary, call, choice } kind{};
    double number = 0;
    std::string name;  ///< of a name, an operator or a function
    std::size_t arguments = 0;
  };
  /// In reverse Polish order.
  std::vector<Step> steps_;
  double alpha_ = 0.3;
};

}  // namespace weir::serve::es
