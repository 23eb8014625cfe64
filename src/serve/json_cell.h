// A cell of an answer as JSON.
#pragma once

#include <boost/json/value.hpp>

#include "query/query.h"

namespace weir::serve {

/// null when unknown, a number, or text.
[[nodiscard]] boost::json::value cell_json(const query::Cell& cell);

}  // namespace weir::serve
