// A mitigation as JSON: in the API, in what channels are told, in the state file. One form for all, so that whoever reads one
// can read the others. Times are milliseconds since the epoch, rates bits and packets per second.
#pragma once

#include <boost/json/object.hpp>

#include "base/error.h"
#include "detect/mitigation/mitigation.h"

namespace weir::detect {

[[nodiscard]] boost::json::object mitigation_json(const Mitigation& mitigation);
/// The inverse. Errors (malformed) name the member.
[[nodiscard]] Result<Mitigation> read_mitigation(const boost::json::value& value);

[[nodiscard]] boost::json::object route_json(const PlannedRoute& route);
[[nodiscard]] Result<PlannedRoute> read_route(const boost::json::value& value);

}  // namespace weir::detect
