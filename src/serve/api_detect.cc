// Attacks, rules and why: what detection knows, as JSON and as text.
#include <boost/json.hpp>
#include <memory>

#include "base/number_from.h"
#include "detect/attack_json.h"
#include "serve/api.h"
#include "serve/attack_text.h"
#include "serve/detect_json.h"
#include "serve/live_events.h"
#include "serve/problem.h"
#include "serve/request_parameters.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostAttacks = 2000;

Response no_detection() {
  return problem(404, "attacks are not looked for here; set detect.enabled to true");
}

bool wants_text(const Request& request) {
  return parameter(request, "format") == "text";
}

Response text_response(std::string body) {
  Response out;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::move(body);
  return out;
}

Response json_response(const json::value& value) {
  Response out;
  out.body = json::serialize(value);
  return out;
}

std::unexpected<query::OptionError> wrong(std::string_view name, std::string message) {
  return std::unexpected(query::OptionError{.option = std::string(name), .message = std::move(message), .filter = {}});
}

std::expected<detect::AttackQuery, query::OptionError> query_of(const Request& request, UnixMillis now) {
  detect::AttackQuery out;
  for (const auto& [name, place] : {std::pair{"open", &out.open}, {"past", &out.past}}) {
    const auto text = parameter(request, name);
    if (!text) continue;
    if (*text != "0" && *text != "1") return wrong(name, "it is 0 or 1");
    *place = *text == "1";
  }
  for (const auto& [name, place] : {std::pair{"from", &out.from_ms}, {"to", &out.to_ms}}) {
    const auto text = parameter(request, name);
    if (!text) continue;
    const auto time = parse_time(*text, now);
    if (!time) return wrong(name, time.error().message);
    *place = *time;
  }
  if (const auto text = parameter(request, "within")) {
    const auto prefix = parse_prefix(*text);
    if (!prefix) return wrong("within", prefix.error().message);
    out.within = *prefix;
  }
  if (const auto text = parameter(request, "customer")) out.customer = *text;
  if (const auto text = parameter(request, "top")) {
    const auto top = number_from<std::size_t>(*text);
    if (!top || *top == 0 || *top > kMostAttacks) return wrong("top", "it is a number from 1 to 2000");
    out.most = *top;
  }
  return out;
}

/// With the names that only this floor knows: of ASes, and of the routers that interfaces are of.
detect::Attack named(const Sources& sources, const detect::Attack& attack) {
  detect::Attack out = attack;
  if (sources.as_names != nullptr) {
    const auto names = sources.as_names->get();
    for (detect::Share& share : out.evidence.top["src_as"]) {
      const auto* name = names->find(number_from<std::uint32_t>(share.value).value_or(0));
      if (name != nullptr) share.name = name->name;
    }
    if (out.evidence.top["src_as"].empty()) out.evidence.top.erase("src_as");
  }
  if (sources.exporter_name) {
    const auto at = out.evidence.top.find("in_if");
    if (at == out.evidence.top.end()) return out;
    for (detect::Share& share : at->second) {
      const auto exporter = parse_ip(share.name);
      const std::string name = exporter ? sources.exporter_name(*exporter) : "";
      if (!name.empty()) share.name = name;
    }
  }
  return out;
}

Response as_file(Response response, const detect::Attack& attack, std::string_view ending) {
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"attack-" + std::to_string(attack.id) + "." +
                                                           std::string(ending) + "\"");
  return response;
}

}  // namespace

std::string attack_change_json(const detect::Change& change) {
  return json::serialize(change_json(change));
}

json::object change_json(const detect::Change& change) {
  return {{"number", change.number},
          {"change", detect::kChangeWords[static_cast<std::size_t>(change.kind)]},
          {"attack", detect::attack_json(*change.attack, false)}};
}

json::object threshold_json(const detect::Threshold& t) {
  return {{"traffic", detect::kTrafficWords[static_cast<std::size_t>(t.traffic)]},
          {"measure", detect::kMeasureWords[static_cast<std::size_t>(t.measure)]},
          {"way", detect::kWayWords[static_cast<std::size_t>(t.way)]},
          {"per", detect::kLevelWords[static_cast<std::size_t>(t.level)]},
          {"window_s", t.window_s},
          {"value", t.value}};
}

Response get_attacks(const Sources& sources, const Request& request, UnixMillis now) {
  if (sources.detector == nullptr) return no_detection();
  const auto query = query_of(request, now);
  if (!query) return wrong_parameter(query.error());
  // The number first: what changes meanwhile is then told again, not missed.
  const std::uint64_t next = sources.detector->changes(0).next;
  const auto attacks = sources.detector->attacks(*query);
  if (wants_text(request)) return text_response(attacks_text(attacks, now));
  json::array list;
  for (const detect::AttackPtr& attack : attacks) list.push_back(detect::attack_json(*attack, false));
  return json_response(json::object{{"attacks", std::move(list)}, {"next", next}});
}

Response get_attack(const Sources& sources, const Request& request) {
  if (sources.detector == nullptr) return no_detection();
  std::string_view rest = std::string_view(request.path).substr(std::string_view("/api/v1/attacks/").size());
  const bool evidence = rest.ends_with("/evidence");
  if (evidence) rest.remove_suffix(std::string_view("/evidence").size());
  const auto id = number_from<std::uint64_t>(rest);
  if (!id) return problem(404, "an attack has a number: /api/v1/attacks/17 or /api/v1/attacks/17/evidence");
  const detect::AttackPtr known = sources.detector->attack(*id);
  if (known == nullptr) return problem(404, "there is no attack number " + std::to_string(*id) + "; it may be too long ago");
  const auto attack = std::make_shared<const detect::Attack>(named(sources, *known));
  if (wants_text(request)) return text_response(attack_report(*attack));
  if (!evidence) return json_response(detect::attack_json(*attack, true));
  const auto format = parameter(request, "format").value_or("json");
  if (format == "json") return as_file(json_response(detect::attack_json(*attack, true)), *attack, "json");
  if (format != "html") return wrong_parameter({.option = "format", .message = "it is json, html or text", .filter = {}});
  Response page;
  page.content_type = "text/html; charset=utf-8";
  page.body = attack_page(*attack);
  return as_file(std::move(page), *attack, "html");
}

Response get_attack_changes(const Sources& sources, const Request& request) {
  if (sources.detector == nullptr) return no_detection();
  std::uint64_t after = 0;
  if (const auto text = parameter(request, "after")) {
    const auto number = number_from<std::uint64_t>(*text);
    if (!number) return wrong_parameter({.option = "after", .message = "it is the `next` of the last answer", .filter = {}});
    after = *number;
  }
  const detect::Changes changes = sources.detector->changes(after);
  json::array list;
  for (const detect::Change& change : changes.changes) list.push_back(change_json(change));
  return json_response(json::object{{"changes", std::move(list)}, {"next", changes.next}, {"lost", changes.lost}});
}

Response get_detect(const Sources& sources) {
  if (sources.detector == nullptr) return no_detection();
  const detect::DetectStatus s = sources.detector->status();
  return json_response(json::object{{"records", s.records},
                                    {"too_old", s.too_old},
                                    {"targets", s.targets},
                                    {"detailed", s.detailed},
                                    {"evicted", s.evicted},
                                    {"refused", s.refused},
                                    {"memory_octets", s.memory_octets},
                                    {"open_attacks", s.open_attacks},
                                    {"attacks", s.attacks},
                                    {"baselines", s.baselines}});
}

Response get_detect_rules(const Sources& sources, const Request& request) {
  if (sources.detector == nullptr) return no_detection();
  const auto rules = sources.detector->rules();
  if (wants_text(request)) return text_response(rules_text(rules));
  json::array list;
  for (const detect::RuleInfo& rule : rules) {
    json::object one = threshold_json(rule.threshold);
    one["name"] = rule.name;
    one["from"] = rule.from;
    one["filter"] = rule.filter;
    list.push_back(std::move(one));
  }
  return json_response(json::object{{"rules", std::move(list)}});
}

Response get_explain(const Sources& sources, const Request& request) {
  if (sources.detector == nullptr) return no_detection();
  const auto text = parameter(request, "address");
  if (!text) return wrong_parameter({.option = "address", .message = "the address to explain is missing", .filter = {}});
  const auto address = parse_ip(*text);
  if (!address) return wrong_parameter({.option = "address", .message = address.error().message, .filter = {}});
  const detect::Explanation e = sources.detector->explain(*address);
  if (wants_text(request)) return text_response(explanation_text(e));
  json::array rules;
  for (const detect::RuleState& rule : e.rules) {
    json::object one = threshold_json(rule.threshold);
    one["rule"] = rule.rule;
    one["from"] = rule.from;
    one["target"] = rule.target;
    one["measured"] = rule.measured;
    one["now"] = rule.value;
    one["now_low"] = rule.value_low;
    one["now_high"] = rule.value_high;
    one["usual"] = rule.usual ? json::value(*rule.usual) : json::value();
    one["confidence"] = rule.confidence;
    rules.push_back(std::move(one));
  }
  json::array attacks;
  for (const std::uint64_t id : e.attacks) attacks.emplace_back(id);
  return json_response(json::object{{"address", to_string(e.address)},
                                    {"own", e.own},
                                    {"customer", e.customer},
                                    {"groups", json::value_from(e.groups)},
                                    {"notes", json::value_from(e.notes)},
                                    {"attacks", std::move(attacks)},
                                    {"rules", std::move(rules)}});
}

}  // namespace weir::serve
