// docs/reference/reports.md, from the tables of reports and parameters.
#pragma once

#include <string>

namespace weir::query::report {

[[nodiscard]] std::string reports_reference_markdown();

}  // namespace weir::query::report
