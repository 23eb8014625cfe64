// The doctor on routes: how each source is, when it last changed, and how much traffic has no route.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "serve/doctor.h"
#include "serve/observation.h"

namespace weir::serve {

/// A session that is down for longer than this is in trouble; before, it may be on its way.
inline constexpr UnixMillis kSourceDownAfterMs = 2 * kMinuteMs;

/// What was observed of routes as rows and findings. Nothing when no source is configured.
[[nodiscard]] std::optional<RouteDiagnosis> diagnose_routes(const Observation& now, const Observation* earlier,
                                                            std::vector<Finding>& findings);

[[nodiscard]] boost::json::object route_diagnosis_json(const RouteDiagnosis& routes);
/// A table of sources under a line of totals.
[[nodiscard]] std::string route_diagnosis_text(const RouteDiagnosis& routes, UnixMillis now);

}  // namespace weir::serve
