#include "detect/mitigation/text_template.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.h"
#include "detect/mitigation/machine_state.h"

namespace weir::detect {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 19> kNames = {
    "event",  "time",     "title", "text", "key",    "document", "id",    "state",  "action",    "kind",
    "target", "address",  "prefix", "next_hop", "customer", "attack", "attack_title", "rule", "until"};

std::string names() {
  std::string out;
  for (const std::string_view name : kNames) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

std::string in_json(std::string_view value) {
  const std::string quoted = json::serialize(json::string(value.data(), value.size()));
  return quoted.substr(1, quoted.size() - 2);
}

std::string in_url(std::string_view value) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : value) {
    const auto octet = static_cast<unsigned char>(c);
    if (kPlain.contains(c)) {
      out += c;
    } else {
      out += '%';
      out += kDigits[octet >> 4U];
      out += kDigits[octet & 0xfU];
    }
  }
  return out;
}

std::string shown(const json::value* value) {
  if (value == nullptr || value->is_null()) return {};
  if (const auto* text = value->if_string()) return std::string(*text);
  return json::serialize(*value);
}

}  // namespace

Result<TextTemplate> TextTemplate::parse(std::string_view text) {
  if (text.size() > kMostOctets) return fail(ErrorCode::invalid, "a template of more than 64 KiB");
  TextTemplate out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find("{{", at), text.size());
    if (open > at) out.parts_.push_back({std::string(text.substr(at, open - at)), false});
    if (open == text.size()) break;
    const std::size_t close = text.find("}}", open);
    const std::string place = " at character " + std::to_string(open + 1);
    if (close == std::string_view::npos) return fail(ErrorCode::invalid, "'{{' without '}}'" + place);
    const std::string_view name = text.substr(open + 2, close - open - 2);
    if (std::ranges::find(kNames, name) == kNames.end())
      return fail(ErrorCode::invalid,
                  "unknown name '" + std::string(name.substr(0, 40)) + "'" + place + ": expected one of " + names());
    out.parts_.push_back({std::string(name), true});
    at = close + 2;
  }
  return out;
}

std::string TextTemplate::fill(const std::map<std::string, std::string>& values, Quoting quoting) const {
  std::string out;
  for (const Part& part : parts_) {
    if (!part.is_name) {
      out += part.text;
      continue;
    }
    const auto value = values.find(part.text);
    if (value == values.end()) continue;
    out += quoting == Quoting::json  ? in_json(value->second)
           : quoting == Quoting::url ? in_url(value->second)
                                     : value->second;
  }
  return out;
}

std::map<std::string, std::string> template_values(const Notice& notice) {
  std::map<std::string, std::string> out = {{"event", notice.event},
                                            {"time", to_iso8601(notice.at_ms)},
                                            {"title", notice.title},
                                            {"text", notice.text},
                                            {"key", notice.key},
                                            {"document", notice.document}};
  boost::system::error_code problem;
  const json::value document = json::parse(notice.document, problem);
  const json::object* root = document.if_object();
  if (problem || root == nullptr) return out;
  const json::value* of = root->if_contains("mitigation");
  if (of == nullptr) of = root->if_contains("attack");
  const json::object* object = of == nullptr ? nullptr : of->if_object();
  if (object == nullptr) return out;
  for (const char* name : {"id", "state", "action", "kind", "target", "customer", "attack", "attack_title", "rule"})
    out[name] = shown(object->if_contains(name));
  out["address"] = out["target"].substr(0, out["target"].find('/'));
  if (const json::value* until = object->if_contains("until"); until != nullptr && until->is_int64())
    out["until"] = to_iso8601(until->get_int64());
  const json::value* routes = object->if_contains("routes");
  if (routes != nullptr && routes->is_array() && !routes->get_array().empty()) {
    const json::object* route = routes->get_array().front().if_object();
    if (route != nullptr) {
      out["prefix"] = shown(route->if_contains("prefix"));
      out["next_hop"] = shown(route->if_contains("next_hop"));
    }
  }
  return out;
}

}  // namespace weir::detect
