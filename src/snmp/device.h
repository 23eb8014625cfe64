// What a device says of itself and of its interfaces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "flow/interface_counters.h"
#include "flow/interface_table.h"

namespace weir::snmp {

struct Interface {
  std::uint32_t index = 0;
  flow::InterfaceInfo info;
  bool operator==(const Interface&) const = default;
};

/// One device as it is remembered.
struct Device {
  IpAddress exporter;
  std::string name;  ///< sysName
  UnixMillis polled_ms = 0;
  std::vector<Interface> interfaces;  ///< by index
};

/// One whole reading of a device.
struct Reading {
  std::string name;
  std::uint64_t uptime_cs = 0;  ///< sysUpTime, hundredths of a second; back at 0 after a restart
  std::vector<Interface> interfaces;
  /// `exporter` and `time_ms` are left to whoever asked. Only of interfaces with 64-bit counters.
  std::vector<flow::InterfaceCounters> counters;
};

}  // namespace weir::snmp
