#include "detect/mitigation/notices.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "detect/mitigation/mitigation_json.h"

namespace weir::detect {
namespace {

namespace json = boost::json;

json::object attack_json(const Attack& attack) {
  return {{"id", attack.id},
          {"kind", name_of(attack.kind)},
          {"title", title_of(attack.kind)},
          {"way", attack.way == Way::incoming ? "incoming" : "outgoing"},
          {"target", to_string(attack.target)},
          {"customer", attack.customer},
          {"rule", attack.rule},
          {"began", attack.began_ms},
          {"ended", attack.ended_ms ? json::value(*attack.ended_ms) : json::value()},
          {"bits_per_second", attack.now.bits_per_second},
          {"packets_per_second", attack.now.packets_per_second},
          {"peak_bits_per_second", attack.peak.bits_per_second},
          {"peak_packets_per_second", attack.peak.packets_per_second}};
}

}  // namespace

std::string bits_text(double rate) {
  constexpr std::array<std::string_view, 5> kUnits = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
  std::size_t unit = 0;
  for (; rate >= 1000 && unit + 1 < kUnits.size(); ++unit) rate /= 1000;
  return fmt::format("{:.3g} {}", rate, kUnits[unit]);
}

Notice notice_of(const Attack& attack, bool over, UnixMillis now) {
  Notice out;
  out.event = over ? "attack_ended" : "attack_began";
  out.at_ms = now;
  out.key = fmt::format("weir-attack-{}", attack.id);
  out.is_over = over;
  out.is_urgent = !over;
  const std::string_view way = attack.way == Way::incoming ? "against" : "from";
  out.title = fmt::format("{} {} {}{}", title_of(attack.kind), way, to_string(attack.target), over ? " is over" : "");
  out.text = over ? fmt::format("It lasted {} s; at its peak {} and {:.0f} packets/s.",
                                (attack.ended_ms.value_or(now) - attack.began_ms) / kSecondMs,
                                bits_text(attack.peak.bits_per_second), attack.peak.packets_per_second)
                  : fmt::format("{} and {:.0f} packets/s now. Found by rule {}.{}{}",
                                bits_text(attack.now.bits_per_second), attack.now.packets_per_second, attack.rule,
                                attack.customer.empty() ? "" : " Customer: " + attack.customer + ".",
                                attack.evidence.reason.empty() ? "" : " " + attack.evidence.reason);
  out.document = json::serialize(
      json::object{{"event", out.event}, {"at", now}, {"title", out.title}, {"attack", attack_json(attack)}});
  return out;
}

Notice notice_of(std::string_view event, const Mitigation& m, UnixMillis now) {
  Notice out;
  out.event = event;
  out.at_ms = now;
  out.key = fmt::format("weir-mitigation-{}", m.id);
  out.is_over = is_over(m.state);
  out.is_urgent = event == "proposed" || event == "failed" || event == "refused";
  out.title = fmt::format("Mitigation {} {}: {} for {}{}", m.id, event, m.action, to_string(m.target),
                          m.dry_run ? " (dry run)" : "");
  out.text = m.why;
  for (const PlannedRoute& route : m.routes) out.text += (out.text.empty() ? "" : "\n") + to_string(route);
  if (m.radius && m.radius->problem.empty())
    out.text += fmt::format("\nLegitimate traffic that it touches: {} now, usually {}.",
                            bits_text(m.radius->now.bits_per_second), bits_text(m.radius->usual_bits_per_second));
  if (!is_over(m.state)) out.text += "\nUntil " + to_iso8601(m.until_ms) + ".";
  out.document = json::serialize(
      json::object{{"event", event}, {"at", now}, {"title", out.title}, {"mitigation", mitigation_json(m)}});
  return out;
}

}  // namespace weir::detect
