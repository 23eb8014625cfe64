#include "detect/mitigation/mitigation_json.h"

#include <boost/json/array.hpp>

#include "base/number_text.h"
#include "detect/mitigation/json_fields.h"

namespace weir::detect {
namespace {

namespace json = boost::json;

std::string hex_of(Bytes octets) {
  std::string out;
  for (const std::byte octet : octets) out += hex_text(std::to_integer<std::uint64_t>(octet), 1).substr(2);
  return out;
}
Result<std::vector<std::byte>> read_hex(std::string_view text) {
  std::vector<std::byte> out;
  for (; text.size() >= 2; text.remove_prefix(2)) {
    const auto octet = parse_hex("0x" + std::string(text.substr(0, 2)), 1);
    if (!octet) break;
    out.push_back(static_cast<std::byte>(*octet));
  }
  if (!text.empty()) return fail(ErrorCode::malformed, "octets that are not hexadecimal digits");
  return out;
}

json::array texts(const std::vector<std::string>& from) {
  return json::array(from.begin(), from.end());
}

json::object span_json(const TrafficSpan& span) {
  return {{"from", span.from_ms},
          {"to", span.to_ms},
          {"bits_per_second", span.bits_per_second},
          {"packets_per_second", span.packets_per_second},
          {"known", span.known}};
}
Result<TrafficSpan> read_span(const json::value& value) {
  JsonFields in(value, "span");
  return in.finish(TrafficSpan{.from_ms = in.time("from"),
                               .to_ms = in.time("to"),
                               .bits_per_second = in.real("bits_per_second"),
                               .packets_per_second = in.real("packets_per_second"),
                               .known = in.flag("known")});
}

json::value radius_json(const std::optional<BlastRadius>& radius) {
  if (!radius) return nullptr;
  json::array days;
  for (const TrafficSpan& day : radius->days_before) days.push_back(span_json(day));
  json::array customers;
  for (const CustomerTraffic& customer : radius->customers) {
    customers.push_back(json::object{{"customer", customer.customer},
                                     {"bits_per_second", customer.bits_per_second},
                                     {"packets_per_second", customer.packets_per_second}});
  }
  return json::object{{"measured", radius->measured_ms},
                      {"now", span_json(radius->now)},
                      {"days_before", std::move(days)},
                      {"usual_bits_per_second", radius->usual_bits_per_second},
                      {"usual_packets_per_second", radius->usual_packets_per_second},
                      {"customers", std::move(customers)},
                      {"problem", radius->problem}};
}
Result<BlastRadius> read_radius(const json::value& value) {
  JsonFields in(value, "radius");
  BlastRadius out;
  out.measured_ms = in.time("measured");
  if (const auto* now = in.optional("now")) out.now = in.take(read_span(*now));
  in.list("days_before", [&](const json::value& day) { out.days_before.push_back(in.take(read_span(day))); });
  out.usual_bits_per_second = in.real("usual_bits_per_second");
  out.usual_packets_per_second = in.real("usual_packets_per_second");
  in.list("customers", [&](const json::value& item) {
    JsonFields of(item, "customer");
    out.customers.push_back(in.take(of.finish(CustomerTraffic{.customer = of.text("customer"),
                                                              .bits_per_second = of.real("bits_per_second"),
                                                              .packets_per_second = of.real("packets_per_second")})));
  });
  out.problem = in.text("problem");
  return in.finish(std::move(out));
}

json::value effect_json(const std::optional<Effect>& effect) {
  if (!effect) return nullptr;
  return json::object{{"measured", effect->measured_ms},       {"attack_before", effect->attack_before},
                      {"attack_after", effect->attack_after},  {"other_before", effect->other_before},
                      {"other_after", effect->other_after},    {"problem", effect->problem}};
}
Result<Effect> read_effect(const json::value& value) {
  JsonFields in(value, "effect");
  return in.finish(Effect{.measured_ms = in.time("measured"),
                          .attack_before = in.real("attack_before"),
                          .attack_after = in.real("attack_after"),
                          .other_before = in.real("other_before"),
                          .other_after = in.real("other_after"),
                          .problem = in.text("problem")});
}

bgp::PathAttributes read_attributes(JsonFields& in) {
  bgp::PathAttributes out;
  out.origin = bgp::Origin::igp;
  const std::string text = in.text("communities");
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (end > 0 && !bgp::parse_community(rest.substr(0, end), out)) in.wrong("communities", "a list of communities");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (in.optional("local_pref") != nullptr) out.local_pref = static_cast<std::uint32_t>(in.number("local_pref"));
  return out;
}

}  // namespace

json::object route_json(const PlannedRoute& route) {
  json::object out{{"peers", texts(route.peers)}, {"text", to_string(route)}, {"prefix", to_string(prefix_of(route))}};
  if (const auto* unicast = std::get_if<UnicastRoute>(&route.what)) {
    out["kind"] = "unicast";
    out["next_hop"] = unicast->next_hop.is_unspecified() ? "" : to_string(unicast->next_hop);
  } else {
    const auto& rule = std::get<bgp::FlowSpec>(route.what);
    out["kind"] = rule.afi == bgp::Afi::ipv4 ? "flowspec4" : "flowspec6";
    const auto nlri = bgp::encode_flowspec(rule);
    out["nlri"] = nlri ? hex_of(*nlri) : "";
  }
  out["communities"] = bgp::communities_text(route.attributes);
  out["local_pref"] = route.attributes.local_pref ? json::value(*route.attributes.local_pref) : json::value();
  return out;
}

Result<PlannedRoute> read_route(const json::value& value) {
  JsonFields in(value, "route");
  PlannedRoute out;
  in.list("peers", [&](const json::value& peer) {
    if (const auto* text = peer.if_string())
      out.peers.emplace_back(*text);
    else
      in.wrong("peers", "a list of names");
  });
  const std::string kind = in.text("kind");
  if (kind == "unicast") {
    const std::string next_hop = in.text("next_hop");
    out.what = UnicastRoute{.prefix = in.prefix("prefix"),
                            .next_hop = next_hop.empty() ? IpAddress{} : in.take(parse_ip(next_hop))};
  } else if (kind == "flowspec4" || kind == "flowspec6") {
    const auto octets = in.take(read_hex(in.text("nlri")));
    out.what = in.take(bgp::decode_flowspec(octets, kind == "flowspec4" ? bgp::Afi::ipv4 : bgp::Afi::ipv6));
  } else {
    in.wrong("kind", "unicast, flowspec4 or flowspec6");
  }
  out.attributes = read_attributes(in);
  return in.finish(std::move(out));
}

json::object mitigation_json(const Mitigation& m) {
  json::array routes;
  for (const PlannedRoute& route : m.routes) routes.push_back(route_json(route));
  json::array approvals;
  for (const Approval& approval : m.approvals)
    approvals.push_back(json::object{{"who", approval.who}, {"at", approval.at_ms}, {"why", approval.why}});
  json::array refusals;
  for (const Refusal& refusal : m.refusals)
    refusals.push_back(json::object{{"guard", name_of(refusal.guard)}, {"message", refusal.message}});
  return {{"id", m.id},
          {"state", name_of(m.state)},
          {"dry_run", m.dry_run},
          {"action", m.action},
          {"kind", name_of(m.kind)},
          {"target", to_string(m.target)},
          {"attack", m.attack},
          {"attack_title", m.attack_title},
          {"customer", m.customer},
          {"rule", m.rule},
          {"step", m.step},
          {"routes", std::move(routes)},
          {"asked_by", m.asked_by},
          {"approvals", std::move(approvals)},
          {"approvals_needed", m.approvals_needed},
          {"created", m.created_ms},
          {"started", m.started_ms},
          {"until", m.until_ms},
          {"ended", m.ended_ms},
          {"ttl_ms", m.ttl_ms},
          {"refusals", std::move(refusals)},
          {"why", m.why},
          {"probes", m.probes},
          {"next_probe", m.next_probe_ms},
          {"probe_until", m.probe_until_ms},
          {"radius", radius_json(m.radius)},
          {"effect", effect_json(m.effect)}};
}

Result<Mitigation> read_mitigation(const json::value& value) {
  JsonFields in(value, "mitigation");
  Mitigation m;
  m.id = in.number("id");
  m.state = in.word<MitigationState>("state", 9, name_of);
  m.dry_run = in.flag("dry_run");
  m.action = in.text("action");
  m.kind = in.word<ActionKind>("kind", 3, name_of);
  m.target = in.prefix("target");
  m.attack = in.number("attack");
  m.attack_title = in.text("attack_title");
  m.customer = in.text("customer");
  m.rule = in.text("rule");
  m.step = static_cast<unsigned>(in.number("step"));
  in.list("routes", [&](const json::value& route) { m.routes.push_back(in.take(read_route(route))); });
  m.asked_by = in.text("asked_by");
  in.list("approvals", [&](const json::value& item) {
    JsonFields of(item, "approval");
    m.approvals.push_back(
        in.take(of.finish(Approval{.who = of.text("who"), .at_ms = of.time("at"), .why = of.text("why")})));
  });
  m.approvals_needed = static_cast<unsigned>(in.number("approvals_needed"));
  m.created_ms = in.time("created");
  m.started_ms = in.time("started");
  m.until_ms = in.time("until");
  m.ended_ms = in.time("ended");
  m.ttl_ms = in.time("ttl_ms");
  in.list("refusals", [&](const json::value& item) {
    JsonFields of(item, "refusal");
    m.refusals.push_back(
        in.take(of.finish(Refusal{.guard = of.word<Guard>("guard", 12, name_of), .message = of.text("message")})));
  });
  m.why = in.text("why");
  m.probes = static_cast<unsigned>(in.number("probes"));
  m.next_probe_ms = in.time("next_probe");
  m.probe_until_ms = in.time("probe_until");
  if (const auto* radius = in.optional("radius")) m.radius = in.take(read_radius(*radius));
  if (const auto* effect = in.optional("effect")) m.effect = in.take(read_effect(*effect));
  return in.finish(std::move(m));
}

}  // namespace weir::detect
