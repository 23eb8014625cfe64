// What receive/ hands to decode/: one export datagram and where it came from.
#pragma once

#include <cstdint>

#include "base/byte_reader.h"
#include "base/clock.h"
#include "base/ip_address.h"

namespace weir::flow {

/// The Transport Session of RFC 7011 section 2 over UDP: the exporter's address and port, and our own port.
struct TransportSession {
  IpAddress source;
  std::uint16_t source_port = 0;
  std::uint16_t local_port = 0;
  auto operator<=>(const TransportSession&) const = default;
};

/// One UDP payload. `payload` is borrowed: valid until the next receive.
struct Datagram {
  Bytes payload;
  TransportSession session;
  UnixMillis received_ms = 0;
};

}  // namespace weir::flow
