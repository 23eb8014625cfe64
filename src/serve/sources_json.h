// How the sources of routes are, as JSON.
#pragma once

#include <boost/json/object.hpp>

#include "bgp/source_status.h"

namespace weir::serve {

/// "listeners", "bgp", "bmp", "files". Times in ms, null where not known.
[[nodiscard]] boost::json::object sources_json(const bgp::SourcesStatus& status);

}  // namespace weir::serve
