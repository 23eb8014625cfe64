// Sends recorded export datagrams to a collector again, in their old rhythm or faster.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/endpoint.h"
#include "base/error.h"
#include "flow/datagram.h"

namespace weir::simulate {

struct ReplayOptions {
  Endpoint target;
  /// 1 keeps the recorded timing, 10 is ten times as fast, 0 as fast as possible.
  double speed = 1;
  /// Each recorded exporter gets a source address of its own, from 127.0.2.1 on, and each of its ports a port of its
  /// own. Needs an IPv4 loopback target; others, and with false all, differ in their ports alone.
  bool distinct_sources = true;
  /// A gap in the recording is waited for at most this long.
  UnixMillis most_gap_ms = kMinuteMs;
};

struct ReplayCounts {
  std::uint64_t datagrams = 0;  ///< taken by the kernel
  std::uint64_t octets = 0;
  std::uint64_t exporters = 0;  ///< different source addresses in the recording
  std::uint64_t sessions = 0;   ///< different source addresses and ports
  std::uint64_t shared =
      0;  ///< sessions beyond the 1000 (or what the system allows) that have sockets of their own: they share the last
  std::uint64_t refused = 0;  ///< times the kernel told that nobody listens
  std::uint64_t failed = 0;   ///< datagrams given up (too large for UDP here, mostly)
};

/// Gives the datagrams in their order; nothing at the end. Payloads are borrowed until the next call.
using DatagramSource = std::function<std::optional<flow::Datagram>()>;

/// Replays until the source ends or `stop` is set. Datagrams recorded out of order are sent in the order given, without
/// a wait. Errors: invalid (an option), io (no socket could be opened).
[[nodiscard]] Result<ReplayCounts> replay(const DatagramSource& source, const ReplayOptions& options,
                                          const std::atomic<bool>& stop);

}  // namespace weir::simulate
