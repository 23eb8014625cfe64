// The reference pages under docs/reference/ and the example configuration, written from the tables that the program
// runs on.
#pragma once

#include <string>

#include "base/metrics.h"

namespace weir::main {

[[nodiscard]] std::string config_reference();
/// A whole configuration file in which every key is explained and commented out.
[[nodiscard]] std::string config_example();
[[nodiscard]] std::string columns_reference();
[[nodiscard]] std::string metrics_reference(const Metrics& metrics);

}  // namespace weir::main
