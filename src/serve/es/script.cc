#include "serve/es/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>

namespace weir::serve::es {
namespace {

struct Function {
  std::string_view name;
  std::size_t arguments;
};
constexpr std::array<Function, 11> kFunctions = {{{"abs", 1},
                                                  {"ceil", 1},
                                                  {"floor", 1},
                                                  {"round", 1},
                                                  {"sqrt", 1},
                                                  {"log", 1},
                                                  {"log10", 1},
                                                  {"exp", 1},
                                                  {"pow", 2},
                                                  {"min", 2},
                                                  {"max", 2}}};
constexpr std::array<std::string_view, 7> kMoving = {"unweightedAvg", "max", "min", "sum", "linearWeightedAvg", "stdDev", "ewma"};

double call(std::string_view name, double a, double b) {
  if (name == "abs") return std::abs(a);
  if (name == "ceil") return std::ceil(a);
  if (name == "floor") return std::floor(a);
  if (name == "round") return std::floor(a + 0.5);
  if (name == "sqrt") return std::sqrt(a);
  if (name == "log") return std::log(a);
  if (name == "log10") return std::log10(a);
  if (name == "exp") return std::exp(a);
  if (name == "pow") return std::pow(a, b);
  if (name == "min") return std::min(a, b);
  return std::max(a, b);
}

double operate(std::string_view name, double a, double b) {
  if (name == "+") return a + b;
  if (name == "-") return a - b;
  if (name == "*") return a * b;
  if (name == "/") return a / b;
  if (name == "%") return std::fmod(a, b);
  if (name == "<") return a < b ? 1 : 0;
  if (name == "<=") return a <= b ? 1 : 0;
  if (name == ">") return a > b ? 1 : 0;
  if (name == ">=") return a >= b ? 1 : 0;
  if (name == "==") return a == b ? 1 : 0;
  if (name == "!=") return a != b ? 1 : 0;
  if (name == "&&") return a != 0 && b != 0 ? 1 : 0;
  return a != 0 || b != 0 ? 1 : 0;
}

}  // namespace

class ScriptParser {
 public:
  explicit ScriptParser(std::string_view text) : text_(text) {}

  Result<Script> run() {
    if (text_.size() > kMostScript) return fail(ErrorCode::invalid, fmt::format("a script may be at most {} octets long", kMostScript));
    take_word("return");
    choice(0);
    while (take(";")) {
    }
    space();
    if (error_.empty() && at_ < text_.size()) complain("unexpected text");
    if (!error_.empty()) return fail(ErrorCode::invalid, error_);
    return std::move(script_);
  }

 private:
  using Kind = Script::Step::Kind;

  void space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  [[nodiscard]] char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(std::string_view sign) {
    space();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  void take_word(std::string_view word) {
    space();
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with(word) && rest.size() > word.size() && rest[word.size()] == ' ') at_ += word.size();
  }
  void complain(std::string_view what) {
    if (error_.empty())
      error_ = fmt::format("{} at column {} of the script [{}]; scripts here are arithmetic on numbers and Math functions", what, at_ + 1, text_.substr(0, 200));
  }
  void push(Kind kind, std::string name, std::size_t arguments, double number = 0) {
    script_.steps_.push_back({kind, number, std::move(name), arguments});
  }

  void choice(std::size_t depth) {
    if (depth > kMostScriptDepth) return complain("the script is nested too deeply");
    binary(0, depth);
    if (!error_.empty() || !take("?")) return;
    choice(depth + 1);
    if (error_.empty() && !take(":")) return complain("a ':' is missing");
    choice(depth + 1);
    push(Kind::choice, "?", 3);
  }
  void binary(std::size_t level, std::size_t depth) {
    static constexpr std::array<std::array<std::string_view, 4>, 6> kLevels = {{
        {"||", "", "", ""}, {"&&", "", "", ""}, {"==", "!=", "", ""}, {"<=", ">=", "<", ">"}, {"+", "-", "", ""}, {"*", "/", "%", ""}}};
    if (level == kLevels.size()) return unary(depth);
    binary(level + 1, depth);
    while (error_.empty()) {
      const auto sign = std::ranges::find_if(kLevels[level], [&](std::string_view s) { return !s.empty() && take(s); });
      if (sign == kLevels[level].end()) return;
      binary(level + 1, depth);
      push(Kind::binary, std::string(*sign), 2);
    }
  }
  void unary(std::size_t depth) {
    if (depth > kMostScriptDepth) return complain("the script is nested too deeply");
    if (take("-")) {
      unary(depth + 1);
      return push(Kind::unary, "-", 1);
    }
    space();
    if (now() == '!' && !text_.substr(at_).starts_with("!=")) {
      ++at_;
      unary(depth + 1);
      return push(Kind::unary, "!", 1);
    }
    primary(depth);
  }
  void primary(std::size_t depth) {
    if (take("(")) {
      choice(depth + 1);
      if (error_.empty() && !take(")")) complain("a ')' is missing");
      return;
    }
    space();
    const char c = now();
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') return number();
    if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_') return name(depth);
    complain(at_ == text_.size() ? "the script ends early" : "unexpected text");
  }
  void number() {
    double value = 0;
    const auto [end, problem] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (problem != std::errc{}) return complain("a number that cannot be read");
    at_ = static_cast<std::size_t>(end - text_.data());
    if (std::string_view("fFdDlL").find(now()) != std::string_view::npos && now() != '\0') ++at_;
    push(Kind::number, {}, 0, value);
  }
  void name(std::size_t depth) {
    const std::size_t begin = at_;
    while (std::isalnum(static_cast<unsigned char>(now())) != 0 || now() == '_' || now() == '.') ++at_;
    std::string word(text_.substr(begin, at_ - begin));
    space();
    // params['a']
    if (now() == '[' && word == "params") {
      const std::size_t end = text_.find(']', at_);
      if (end == std::string_view::npos || end < at_ + 4) return complain("a ']' is missing");
      word += '.';
      word += text_.substr(at_ + 2, end - at_ - 3);
      at_ = end + 1;
    }
    if (now() != '(') return push(Kind::name, std::move(word), 0);
    const std::string_view plain = word.starts_with("Math.") ? std::string_view(word).substr(5) : std::string_view();
    const auto function = std::ranges::find(kFunctions, plain, &Function::name);
    if (function == kFunctions.end()) return complain(fmt::format("unknown function [{}]", word));
    ++at_;
    std::size_t count = 0;
    do {
      choice(depth + 1);
      ++count;
    } while (error_.empty() && take(","));
    if (error_.empty() && !take(")")) return complain("a ')' is missing");
    if (error_.empty() && count != function->arguments) return complain(fmt::format("[{}] takes {} arguments", word, function->arguments));
    push(Kind::call, std::string(plain), count);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_;
  Script script_;
};

Result<Script> Script::arithmetic(std::string_view text) {
  return ScriptParser(text).run();
}

Result<Script> Script::moving(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorCode::invalid, fmt::format("unknown moving function in [{}]: expected MovingFunctions.unweightedAvg(values), or max, min, sum, linearWeightedAvg, stdDev, ewma", text.substr(0, 200)));
  };
  constexpr std::string_view kPrefix = "MovingFunctions.";
  std::string_view rest = text;
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.starts_with("return ")) rest.remove_prefix(7);
  if (!rest.starts_with(kPrefix)) return wrong();
  rest.remove_prefix(kPrefix.size());
  const std::size_t open = rest.find('(');
  if (open == std::string_view::npos) return wrong();
  const std::string_view name = rest.substr(0, open);
  if (std::ranges::find(kMoving, name) == kMoving.end()) return wrong();
  std::string_view arguments = rest.substr(open + 1);
  if (!arguments.starts_with("values")) return wrong();
  Script out;
  out.steps_.push_back({Step::Kind::call, 0, std::string(name), 1});
  if (name == "ewma") {
    const std::size_t comma = arguments.find(',');
    std::string_view alpha = comma == std::string_view::npos ? std::string_view() : arguments.substr(comma + 1);
    while (alpha.starts_with(' ')) alpha.remove_prefix(1);
    const auto [end, problem] = std::from_chars(alpha.data(), alpha.data() + alpha.size(), out.alpha_);
    if (problem != std::errc{} || !(out.alpha_ >= 0 && out.alpha_ <= 1)) return wrong();
  }
  return out;
}

std::optional<double> Script::run(const Lookup& lookup) const {
  std::vector<double> stack;
  const auto pop = [&] {
    const double value = stack.back();
    stack.pop_back();
    return value;
  };
  for (const Step& step : steps_) {
    switch (step.kind) {
      case Step::Kind::number:
        stack.push_back(step.number);
        break;
      case Step::Kind::name: {
        const auto value = lookup(step.name);
        if (!value) return std::nullopt;
        stack.push_back(*value);
        break;
      }
      case Step::Kind::unary: {
        const double value = pop();
        stack.push_back(step.name == "-" ? -value : value == 0 ? 1 : 0);
        break;
      }
      case Step::Kind::binary: {
        const double right = pop();
        const double left = pop();
        stack.push_back(operate(step.name, left, right));
        break;
      }
      case Step::Kind::call: {
        const double second = step.arguments == 2 ? pop() : 0;
        const double first = pop();
        stack.push_back(call(step.name, first, second));
        break;
      }
      case Step::Kind::choice: {
        const double otherwise = pop();
        const double then = pop();
        const double condition = pop();
        stack.push_back(condition != 0 ? then : otherwise);
        break;
      }
    }
  }
  return stack.empty() || !std::isfinite(stack.back()) ? std::nullopt : std::optional(stack.back());
}

std::optional<double> Script::run(std::span<const double> values) const {
  const std::string_view name = steps_.front().name;
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  if (name == "sum") return sum;
  if (values.empty()) return std::nullopt;
  const auto count = static_cast<double>(values.size());
  if (name == "max") return *std::ranges::max_element(values);
  if (name == "min") return *std::ranges::min_element(values);
  if (name == "unweightedAvg") return sum / count;
  if (name == "linearWeightedAvg") {
    double weighted = 0;
    double weights = 1;  // as Elasticsearch counts: the weights and one
    for (std::size_t i = 0; i < values.size(); ++i) {
      weighted += values[i] * static_cast<double>(i + 1);
      weights += static_cast<double>(i + 1);
    }
    return weighted / weights;
  }
  if (name == "stdDev") {
    double squares = 0;
    for (const double value : values) squares += (value - sum / count) * (value - sum / count);
    return std::sqrt(squares / count);
  }
  double average = values.front();
  for (const double value : values.subspan(1)) average = value * alpha_ + average * (1 - alpha_);
  return average;
}

}  // namespace weir::serve::es
