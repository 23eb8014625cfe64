// The load generator: flow records of one protocol at a given rate to one collector, counted exactly.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/error.h"
#include "flow/exporter_table.h"
#include "simulate/udp_sender.h"

namespace weir::simulate {

/// What to send. The defaults send NetFlow v9 with the hosting providers' eighteen fields, as fast as it goes.
struct GeneratorOptions {
  Endpoint target;
  /// netflow5, netflow9, ipfix or sflow5.
  flow::ExportProtocol protocol = flow::ExportProtocol::netflow9;
  double flows_per_second = 0;   ///< 0: as fast as possible
  std::uint64_t flow_count = 0;  ///< stop after exactly this many; 0: no limit
  UnixMillis duration_ms = 0;    ///< stop after this long; 0: no limit
  /// Exporters, each with a source of its own: 127.0.1.1, 127.0.1.2, ... when the target is an IPv4 loopback address,
  /// else ports of one address. 1 to 1000.
  unsigned exporters = 1;
  unsigned observation_domains = 1;  ///< of each exporter, numbered from 1; 1 to 1000
  unsigned flows_per_datagram = 0;   ///< 0: as many as fit 1472 octets, fewer at rates of a few hundred flows a second
  double ipv6_share = 0;             ///< of the flows, 0 to 1; not with netflow5
  std::uint32_t sampling_rate = 1;   ///< announced as 1-in-this; bytes and packets are counted as sent
  std::uint64_t seed = 1;
  std::size_t distinct_datagrams = 4096;          ///< made beforehand; each sending varies them (datagram_pool.h)
  UnixMillis active_timeout_ms = 60 * kSecondMs;  ///< flows ended at any time within it
  UnixMillis announce_ms = 20 * kSecondMs;        ///< templates and options are sent again after this long
};

/// What was sent, exactly: of datagrams that the kernel took. Whether the collector got them is for the collector to
/// say.
struct GeneratorCounts {
  std::uint64_t flows = 0;
  std::uint64_t bytes = 0;  ///< sums over the flow records, as exported
  std::uint64_t packets = 0;
  std::uint64_t datagrams = 0;      ///< with flows
  std::uint64_t announcements = 0;  ///< datagrams with templates and options alone
  std::uint64_t octets = 0;         ///< of all datagrams' payloads
  std::uint64_t refused = 0;        ///< times the kernel told that nobody listens
  std::uint64_t failed = 0;         ///< datagrams given up; not counted above
  UnixMillis elapsed_ms = 0;
  UnixMillis first_ms = 0;  ///< of an attack: the wall clock when its first flow was sent; 0 none was
};

/// Makes its datagrams when opened (a fraction of a second), so that running costs little. One thread at a time.
class Generator {
 public:
  /// Errors: invalid (an option out of range; the message names it), io (a socket).
  static Result<Generator> open(const GeneratorOptions& options);
  Generator(Generator&&) noexcept;
  Generator& operator=(Generator&&) noexcept;
  ~Generator();

  /// Sends until the count or the duration is reached or `stop` is set; with neither, until `stop`. Ends early when the
  /// kernel takes nothing any more (then failed > 0). `progress`, if given, is called about once a second. Call it
  /// once.
  GeneratorCounts run(const std::atomic<bool>& stop,
                      const std::function<void(const GeneratorCounts&)>& progress = nullptr);

 private:
  class Impl;
  explicit Generator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::simulate
