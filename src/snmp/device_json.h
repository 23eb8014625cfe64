// Devices as they are kept on the disk (state/interfaces.json), so that names are there before the first poll.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "snmp/device.h"

namespace weir::snmp {

[[nodiscard]] std::string to_json(const std::vector<Device>& devices);
/// malformed for anything that to_json() does not write.
[[nodiscard]] Result<std::vector<Device>> from_json(std::string_view text);

}  // namespace weir::snmp
