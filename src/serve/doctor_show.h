// The doctor's diagnosis for programs (JSON) and for a terminal (text).
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "serve/doctor.h"

namespace weir::serve {

/// {"time", "health", "server": [finding..], "exporters": [{"address", "name", "protocols", "received", ...,
/// "findings"}]}; a name that is not known and a time that never was are null.
[[nodiscard]] boost::json::object doctor_json(const Diagnosis& diagnosis);
[[nodiscard]] boost::json::array findings_json(const std::vector<Finding>& findings);
/// A table of exporters, then every finding with what to do. Text from exporters is escaped.
[[nodiscard]] std::string doctor_text(const Diagnosis& diagnosis);

}  // namespace weir::serve
