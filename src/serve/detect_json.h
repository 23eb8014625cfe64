// Parts of detection as JSON that several handlers tell.
#pragma once

#include <boost/json/object.hpp>

#include "detect/detector.h"

namespace weir::serve {

/// {"number", "change", "attack"}.
[[nodiscard]] boost::json::object change_json(const detect::Change& change);
/// {"traffic", "measure", "way", "per", "window_s", "value"}.
[[nodiscard]] boost::json::object threshold_json(const detect::Threshold& threshold);

}  // namespace weir::serve
