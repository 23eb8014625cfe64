// A rule over stored flows: pages of the store go through the engine of detection.
#include <boost/json.hpp>
#include <expected>

#include "base/log.h"
#include "detect/attack_json.h"
#include "detect/backtest.h"
#include "query/columns_of.h"
#include "query/filter.h"
#include "query/nearest.h"
#include "serve/api.h"
#include "serve/attack_text.h"
#include "serve/detect_json.h"
#include "serve/problem.h"
#include "serve/request_parameters.h"
#include "serve/stored_flows.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

constexpr UnixMillis kUsualRangeMs = kHourMs;
constexpr UnixMillis kMostRangeMs = 31 * kDayMs;

struct Asked {
  detect::BacktestOptions options;
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  query::ExpressionPtr filter;  ///< of the rule: other flows need not be read
};

template <typename T>
using Read = std::expected<T, query::OptionError>;

/// A parameter that is wrong, by its name.
std::unexpected<query::OptionError> wrong(std::string_view name, std::string message) {
  return std::unexpected(query::OptionError{.option = std::string(name), .message = std::move(message), .filter = {}});
}

template <typename Enum, std::size_t N>
Read<void> read_word(const Request& request, std::string_view name, const std::array<std::string_view, N>& words, Enum& out) {
  const auto text = parameter(request, name);
  if (!text) return {};
  const auto at = std::ranges::find(words, *text);
  if (at == words.end()) {
    std::string list;
    for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
    return wrong(name, "it is one of " + list + query::suggestion(*text, words));
  }
  out = static_cast<Enum>(at - words.begin());
  return {};
}

Read<void> read_range(const Request& request, UnixMillis now, Asked& out) {
  out.to_ms = now;
  for (const auto& [name, place] : {std::pair{"to", &out.to_ms}, {"from", &out.from_ms}}) {
    const auto text = parameter(request, name);
    if (!text) continue;
    const auto time = parse_time(*text, now);
    if (!time) return wrong(name, time.error().message);
    *place = *time;
  }
  if (!parameter(request, "from")) out.from_ms = out.to_ms - kUsualRangeMs;
  if (out.from_ms >= out.to_ms) return wrong("from", "it must lie before 'to'");
  if (out.to_ms - out.from_ms > kMostRangeMs) return wrong("from", "it may lie 31 days before 'to' at most");
  return {};
}

/// A rule that is in force, by its name: a custom rule, or a threshold.
std::optional<detect::CustomRule> rule_named(const detect::Detector& detector, std::string_view name) {
  for (const detect::RuleInfo& rule : detector.rules()) {
    if (rule.name == name) return detect::CustomRule{rule.name, rule.filter, rule.threshold};
  }
  return std::nullopt;
}

Read<detect::CustomRule> rule_of(const Request& request, detect::CustomRule rule) {
  if (const auto filter = parameter(request, "filter")) rule.filter = *filter;
  detect::Threshold& t = rule.threshold;
  for (const auto& read : {read_word(request, "traffic", detect::kTrafficWords, t.traffic),
                           read_word(request, "measure", detect::kMeasureWords, t.measure),
                           read_word(request, "way", detect::kWayWords, t.way),
                           read_word(request, "per", detect::kLevelWords, t.level)}) {
    if (!read) return std::unexpected(read.error());
  }
  if (const auto window = parameter(request, "window")) {
    const auto length = parse_duration(*window);
    if (!length || *length < kSecondMs || *length > 300 * kSecondMs) return wrong("window", "it is 1s to 300s");
    t.window_s = static_cast<std::uint32_t>(*length / kSecondMs);
  }
  if (const auto value = parameter(request, "value")) {
    const auto rate = detect::parse_rate(*value);
    if (!rate) return wrong("value", rate.error().message);
    t.value = *rate;
  }
  if (t.value <= 0) return wrong("value", "it is missing: more than what is an attack, such as 50k or 500M");
  return rule;
}

constexpr std::array<std::string_view, 11> kKnown = {"rule",  "filter", "traffic", "measure", "way",   "per",
                                                     "window", "value",  "from",    "to",      "format"};

/// `rule` is the one in force that is asked for, if one is.
Read<Asked> read(const Sources& sources, const Request& request, const std::optional<detect::CustomRule>& rule, UnixMillis now) {
  Asked out;
  if (auto range = read_range(request, now, out); !range) return std::unexpected(range.error());
  out.options.config = sources.detector->config();
  out.options.network = sources.detector->network();
  if (!rule && !parameter(request, "filter") && !parameter(request, "value")) return out;
  auto asked = rule_of(request, rule.value_or(detect::CustomRule{.name = "backtest", .filter = {}, .threshold = {}}));
  if (!asked) return std::unexpected(asked.error());
  const auto filter = query::parse_filter(asked->filter);
  if (!filter) {
    return std::unexpected(
        query::OptionError{.option = "filter", .message = filter.error().message, .filter = filter.error()});
  }
  out.filter = *filter;
  out.options.rule = *std::move(asked);
  detect::AttackQuery known;
  known.from_ms = out.from_ms;
  known.to_ms = out.to_ms;
  known.most = 2000;
  out.options.known = sources.detector->attacks(known);
  return out;
}

json::object report_json(const detect::BacktestReport& report) {
  json::array attacks;
  for (const detect::AttackPtr& attack : report.attacks) attacks.push_back(detect::attack_json(*attack, false));
  json::array peaks;
  for (const detect::TargetPeak& peak : report.peaks) {
    peaks.push_back(json::object{
        {"target", peak.target}, {"peak", peak.peak}, {"at", peak.at_ms}, {"in_attack", peak.in_attack}});
  }
  return {{"from", report.from_ms},
          {"to", report.to_ms},
          {"flows", report.flows},
          {"threshold", report.threshold},
          {"attacks", std::move(attacks)},
          {"peaks", std::move(peaks)},
          {"right_threshold", report.right_threshold ? json::value(*report.right_threshold) : json::value()},
          {"right_because", report.right_because}};
}

}  // namespace

Response run_backtest(const Sources& sources, const Request& sent, UnixMillis now) {
  if (sources.detector == nullptr) return problem(404, "attacks are not looked for here; set detect.enabled to true");
  auto parameters = request_parameters(sent, kKnown);
  if (!parameters) return wrong_parameter(parameters.error());
  Request request = sent;  // the same with what stands in the body
  request.parameters = *std::move(parameters);
  const auto name = parameter(request, "rule");
  const auto rule = name ? rule_named(*sources.detector, *name) : std::nullopt;
  if (name && !rule) {
    return problem(404, "no rule is called '" + log::escape(name->substr(0, 100)) + "'; /api/v1/detect/rules lists them",
                   {{"parameter", "rule"}});
  }
  auto asked = read(sources, request, rule, now);
  if (!asked) return wrong_parameter(asked.error(), parameter(request, "filter").value_or(rule ? rule->filter : ""));
  flow::StringPool strings;
  auto backtest = detect::Backtest::of(asked->options, strings);
  if (!backtest) return problem(backtest.error());
  StoredFlows flows(sources.store, strings, asked->from_ms, asked->to_ms, asked->filter);
  if (asked->filter != nullptr) flows.add_columns(query::columns_of(*asked->filter));
  for (;;) {
    const auto page = flows.next(*request.cancel);
    if (!page) {
      return page.error().code == ErrorCode::cancelled
                 ? problem(504, "the backtest took too long and was ended; ask for a shorter range or a narrower filter")
                 : problem(page.error());
    }
    if (page->empty()) break;
    (*backtest)->add(*page);
  }
  const detect::BacktestReport report = (*backtest)->finish();
  Response out;
  if (parameter(request, "format") == "text") {
    const auto measure = asked->options.rule ? asked->options.rule->threshold.measure : detect::Measure::bits;
    out.content_type = "text/plain; charset=utf-8";
    out.body = backtest_text(report, measure);
  } else {
    out.body = json::serialize(report_json(report));
  }
  return out;
}

}  // namespace weir::serve
