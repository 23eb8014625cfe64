// Interface totals as a device counts them itself (sFlow counter samples, later SNMP): held beside the flow totals so that
// the two can be compared.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/ip_address.h"

namespace weir::flow {

/// One reading of one interface. Counters are cumulative since the device started; a device may wrap or reset them.
struct InterfaceCounters {
  UnixMillis time_ms = 0;
  IpAddress exporter;
  std::uint32_t if_index = 0;
  std::uint64_t speed_bps = 0;  ///< 0 unknown
  bool admin_up = false;
  bool oper_up = false;
  std::uint64_t in_octets = 0;
  std::uint64_t in_packets = 0;  ///< unicast, multicast and broadcast
  std::uint64_t in_discards = 0;
  std::uint64_t in_errors = 0;
  std::uint64_t out_octets = 0;
  std::uint64_t out_packets = 0;
  std::uint64_t out_discards = 0;
  std::uint64_t out_errors = 0;
};

}  // namespace weir::flow
