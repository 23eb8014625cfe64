// "Why did this flow get that AS?": every route to an address, which one each exporter's flows take, and why.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bgp/rib.h"
#include "bgp/rpki/validator.h"
#include "flow/as_names.h"

namespace weir::serve {

/// What the report is made from. All outlive the call.
struct RouteSources {
  const bgp::Rib& rib;
  const bgp::VrpTable* vrps = nullptr;             ///< null, or empty: nothing is said of validity
  std::shared_ptr<const flow::AsNames> as_names;   ///< null: no names
};

struct RouteAsker {
  IpAddress address;
  std::string name;  ///< "" unknown
};

struct RouteQuestion {
  IpAddress address;
  std::string table;                 ///< name, route distinguisher, or "" for the global table
  UnixMillis time_ms = 0;            ///< 0: now
  IpAddress next_hop;                ///< that a flow told; unspecified: none
  bool with_past = false;            ///< routes that are no longer valid as well
  std::vector<RouteAsker> exporters; ///< for whom to choose; "any other exporter" is added
};

struct RouteChoice {
  std::optional<RouteAsker> exporter;      ///< nothing: any other exporter
  bgp::Choice choice = bgp::Choice::none;
  std::optional<std::size_t> candidate;    ///< index into RouteReport::candidates
  std::string why;                         ///< one sentence
};

struct RouteReport {
  RouteQuestion question;
  std::vector<bgp::Candidate> candidates;  ///< longest prefix first, the best of each first
  std::vector<std::optional<bgp::Validity>> validity;  ///< of each candidate
  std::vector<RouteChoice> choices;
  std::shared_ptr<const flow::AsNames> as_names;
};

/// An error for a table that there is none of; it names those that there are.
[[nodiscard]] Result<RouteReport> report_route(const RouteSources& sources, RouteQuestion question);

/// One route, and the view it is from. `validity`: nothing where it is not known.
[[nodiscard]] boost::json::object candidate_json(const bgp::Candidate& candidate, std::optional<bgp::Validity> validity);
[[nodiscard]] boost::json::object view_json(const bgp::ViewInfo& view);
/// For programs. "candidates" and "choices" in the order of the report; times in ms, null where not known.
[[nodiscard]] boost::json::object route_json(const RouteReport& report);
/// For a terminal: what wins and why, then every candidate. Text from routers is escaped.
[[nodiscard]] std::string route_text(const RouteReport& report, UnixMillis now);

}  // namespace weir::serve
