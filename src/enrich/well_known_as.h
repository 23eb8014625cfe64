// Names of well-known networks, so that the largest have a name where no file is configured.
#pragma once

#include <vector>

#include "flow/as_names.h"

namespace weir::enrich {

/// Written by hand: carriers, clouds, content networks and large access networks. A file goes before it.
[[nodiscard]] std::vector<flow::AsName> well_known_as_names();

}  // namespace weir::enrich
