#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "serve/route_report.h"

namespace weir::serve {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

value or_null(const std::string& text) {
  return text.empty() ? value() : value(text);
}
value or_null(IpAddress address) {
  return address.is_unspecified() ? value() : value(to_string(address));
}
value or_null(UnixMillis time) {
  return time == 0 ? value() : value(time);
}
value or_null(std::optional<std::uint32_t> number) {
  return number ? value(*number) : value();
}

}  // namespace

object view_json(const bgp::ViewInfo& view) {
  object out;
  out["router"] = or_null(view.key.router);
  out["router_name"] = or_null(view.router_name);
  out["rib"] = to_string(view.key.rib);
  out["distinguisher"] = or_null(to_string(view.key.distinguisher));
  out["peer"] = or_null(view.key.peer);
  out["peer_as"] = view.peer_as;
  out["peer_bgp_id"] = view.bgp_id == 0 ? value() : value(to_string(IpAddress::v4(view.bgp_id)));
  out["internal"] = view.internal;
  return out;
}

object candidate_json(const bgp::Candidate& candidate, std::optional<bgp::Validity> validity) {
  object out;
  out["prefix"] = to_string(candidate.prefix);
  out["source"] = candidate.source;
  out["preference"] = candidate.preference;
  out["view"] = view_json(candidate.view);
  out["as_path"] = to_string(candidate.attributes.as_path);
  out["origin_as"] = or_null(candidate.attributes.as_path.origin());
  out["first_as"] = or_null(candidate.attributes.as_path.first());
  out["next_hop"] = or_null(candidate.next_hop);
  out["origin"] = to_string(candidate.attributes.origin);
  out["local_pref"] = or_null(candidate.attributes.local_pref);
  out["med"] = or_null(candidate.attributes.med);
  out["communities"] = communities_text(candidate.attributes);
  out["path_id"] = candidate.nlri.path_id;
  out["rd"] = or_null(to_string(candidate.nlri.rd));
  out["label"] = candidate.nlri.label == 0 ? value() : value(candidate.nlri.label);
  out["rpki"] = validity ? value(to_string(*validity)) : value();
  out["since"] = or_null(candidate.since_ms);
  out["until"] = or_null(candidate.until_ms);
  out["stale"] = candidate.stale;
  out["best"] = candidate.best;
  out["lost_because"] = or_null(candidate.lost_because);
  return out;
}

namespace {

object choice_json(const RouteChoice& choice) {
  object out;
  out["exporter"] = choice.exporter ? value(to_string(choice.exporter->address)) : value();
  out["exporter_name"] = choice.exporter ? or_null(choice.exporter->name) : value();
  out["choice"] = to_string(choice.choice);
  out["candidate"] = choice.candidate ? value(*choice.candidate) : value();
  out["why"] = choice.why;
  return out;
}

object names_json(const RouteReport& report) {
  object out;
  if (report.as_names == nullptr) return out;
  for (const bgp::Candidate& candidate : report.candidates) {
    for (const bgp::AsSegment& segment : candidate.attributes.as_path.segments) {
      for (const bgp::As as : segment.as) {
        if (const auto* name = report.as_names->find(as)) {
          out[std::to_string(as)] = object{{"name", name->name}, {"country", or_null(name->country)}};
        }
      }
    }
  }
  return out;
}

}  // namespace

object route_json(const RouteReport& report) {
  object out;
  out["address"] = to_string(report.question.address);
  out["table"] = report.question.table.empty() ? value("global") : value(report.question.table);
  out["time"] = or_null(report.question.time_ms);
  array candidates;
  for (std::size_t i = 0; i < report.candidates.size(); ++i) {
    candidates.push_back(candidate_json(report.candidates[i], report.validity[i]));
  }
  out["candidates"] = std::move(candidates);
  array choices;
  for (const RouteChoice& choice : report.choices) choices.push_back(choice_json(choice));
  out["choices"] = std::move(choices);
  out["as_names"] = names_json(report);
  return out;
}

}  // namespace weir::serve
