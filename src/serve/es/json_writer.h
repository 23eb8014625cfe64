// JSON as Elasticsearch writes it: "1.5" rather than "1.5E0", on request with line breaks.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace weir::serve::es {

/// Numbers that are not finite become null. `pretty`: two blanks for each level.
[[nodiscard]] std::string write_json(const boost::json::value& value, bool pretty = false);

}  // namespace weir::serve::es
