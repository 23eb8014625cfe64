// What the doctor says of things beside the flows: RPKI, files from the web, SNMP.
#pragma once

#include <vector>

#include "base/clock.h"
#include "collect/rpki.h"
#include "collect/web_files.h"
#include "serve/observation.h"
#include "snmp/poller.h"

namespace weir::main {

/// Nothing when all is well. At most some dozens of SNMP agents are named; the rest is counted in one more.
[[nodiscard]] std::vector<serve::Outage> outages_of(const collect::RpkiStatus& rpki,
                                                    const std::vector<collect::WebFiles::Status>& files,
                                                    const std::vector<snmp::AgentStatus>& agents, UnixMillis now);

}  // namespace weir::main
