// One SNMP agent, asked by Net-SNMP: the one file that sees that library.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/endpoint.h"
#include "base/error.h"
#include "snmp/device.h"
#include "snmp/snmp_config.h"

namespace weir::snmp {

/// A session with one agent. All agents from one thread: Net-SNMP keeps state for the whole process.
class Agent {
 public:
  /// Errors name the agent and say what is wrong, without any secret.
  [[nodiscard]] static Result<std::unique_ptr<Agent>> open(const Endpoint& agent, const Credentials& credentials,
                                                           UnixMillis timeout_ms);
  virtual ~Agent() = default;

  /// sysUpTime in hundredths of a second: one request.
  [[nodiscard]] virtual Result<std::uint64_t> uptime() = 0;
  /// Everything: as many GETBULKs as the device has interfaces for. Ends between two requests when `stop` becomes true.
  [[nodiscard]] virtual Result<Reading> read(const std::atomic<bool>& stop) = 0;
};

}  // namespace weir::snmp
