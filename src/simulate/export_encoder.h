// Flows -> export datagrams, for any protocol. One encoder is one Exporting Process towards one collector: it keeps the
// sequence numbers.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "base/byte_writer.h"
#include "base/clock.h"
#include "flow/interface_counters.h"
#include "simulate/simulated_flow.h"

namespace weir::simulate {

/// The largest UDP payload that an Ethernet carries unfragmented: 1500 less the IPv4 and UDP headers.
inline constexpr std::size_t kMostPayload = 1472;

/// Takes one finished datagram, borrowed for the call, and how many flow records it holds.
using Emit = std::function<void(Bytes datagram, std::size_t flows)>;

/// Time is handed in; no call looks at a clock. One thread at a time.
class ExportEncoder {
 public:
  virtual ~ExportEncoder() = default;

  /// Writes one datagram into `out` (what it held is gone) from the first of `flows`, which is not empty, and returns
  /// how many it took: as many as fit into kMostPayload. NetFlow v5 takes IPv4 flows only: the caller sees to it. sFlow
  /// samples single packets: bytes / packets is the sampled packet's IP length.
  virtual std::size_t encode(std::span<const SimulatedFlow> flows, UnixMillis now, ByteWriter& out) = 0;

  /// Sends what a collector must know first and again from time to time: templates, sampling rates, interface names.
  /// Nothing for protocols without templates.
  virtual void announce(UnixMillis now, const Emit& emit) {
    (void)now;
    (void)emit;
  }

  /// Another sampling rate from now on; announce() tells it, where it is not in every datagram.
  virtual void set_sampling_rate(std::uint32_t rate) = 0;

  /// The sequence number that the next datagram will carry, in the protocol's own way of counting.
  [[nodiscard]] virtual std::uint32_t sequence() const = 0;
  virtual void set_sequence(std::uint32_t sequence) = 0;

  /// Sends readings of interface counters (sFlow); nothing for the other protocols.
  virtual void send_counters(std::span<const flow::InterfaceCounters> readings, UnixMillis now, const Emit& emit) {
    (void)readings;
    (void)now;
    (void)emit;
  }
};

/// The encoder of the exporter's protocol. There is none for NetFlow v7: nothing comes back.
[[nodiscard]] std::unique_ptr<ExportEncoder> make_encoder(const SimulatedExporter& exporter);

/// sysUptime: milliseconds since `boot_ms`, as 32 bits that wrap.
[[nodiscard]] constexpr std::uint32_t uptime_at(UnixMillis time, UnixMillis boot_ms) {
  return static_cast<std::uint32_t>(time - boot_ms);
}

/// The 2-octet form of an AS number: AS_TRANS (RFC 6793) for those that need four.
[[nodiscard]] constexpr std::uint16_t two_octet_as(std::uint32_t as) {
  return as > 0xffff ? std::uint16_t{23456} : static_cast<std::uint16_t>(as);
}

}  // namespace weir::simulate
