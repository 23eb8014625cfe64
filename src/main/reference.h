// The reference pages under docs/reference/ and the example configuration, written from the tables that the program
// runs on.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::main {

/// A page by its name: config, example, columns, metrics, filter, query or reports. The error lists the names.
[[nodiscard]] Result<std::string> reference_page(std::string_view name);

[[nodiscard]] std::string config_reference();
/// A whole configuration file in which every key is explained and commented out.
[[nodiscard]] std::string config_example();
[[nodiscard]] std::string columns_reference();
[[nodiscard]] std::string metrics_reference();

}  // namespace weir::main
