// Datagram -> rows of a FlowBatch: NetFlow v5, v7, v9, IPFIX and sFlow v5, told apart by their version word.
//
// No socket, clock, log or thread: what the time is, the datagram says. The same bytes always give the same rows.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/byte_reader.h"
#include "base/error.h"
#include "base/ip_address.h"
#include "flow/batch.h"
#include "flow/datagram.h"
#include "flow/exporter_table.h"
#include "flow/interface_counters.h"
#include "flow/string_pool.h"

namespace weir::decode {

/// How to decode; the defaults suit everybody.
struct DecodeOptions {
  /// An exporter's clock further from the receive time than this is wrong: flows are then accounted to the receive
  /// time.
  UnixMillis clock_tolerance_ms = 10 * kMinuteMs;
  /// A flow's end may lie this far behind its message's export time (long timeouts, replays) before it counts as wrong.
  UnixMillis flow_age_ms = 24 * kHourMs;
  /// Templates that are not refreshed for this long are forgotten (UDP only; RFC 7011 section 8.4).
  UnixMillis template_lifetime_ms = 7 * kDayMs;
  std::size_t most_templates_per_exporter = 4096;
  /// Of all exporters together; the exporters that were silent for longest are forgotten first.
  std::size_t template_octets = std::size_t{128} << 20U;
  /// Observation Domains of Transport Sessions that are remembered; the one that was silent for longest is forgotten
  /// first.
  std::size_t most_sessions = 65'536;
  /// Sampling rates, names of interfaces, VRFs and applications that exporters announce: of all, and of one domain.
  std::size_t most_names = std::size_t{1} << 20U;
  std::size_t most_names_per_domain = std::size_t{1} << 17U;
  /// Data Sets that wait for their Template; one domain may take at most half of the room. 0: none waits.
  std::size_t parked_octets = std::size_t{16} << 20U;
  UnixMillis parked_age_ms = 30 * kMinuteMs;
  /// Addresses, ports and protocol from the inner header: of sampled packets inside GRE, VXLAN and IP-in-IP instead of the
  /// outer header's, and of records whose Template repeats a header's fields (SRv6) instead of each field's first.
  bool inner_addresses = false;
  /// Records of connections with counters for both directions (Cisco ASA's initiatorOctets and responderOctets) as two
  /// rows, as RFC 5103 biflows always are; otherwise as one row with the sum.
  bool split_connections = false;
  /// Sources that pass on what others measured: `exporter` is then the address in the message (IPFIX 130, 131, 403,
  /// 404; sFlow's agent), where it has one.
  std::vector<Prefix> exporter_from_message;
};

/// Everything that one datagram, or several, gave.
struct Decoded {
  flow::FlowBatch flows;
  std::vector<flow::InterfaceCounters> counters;  ///< sFlow counter samples
};

/// Holds the templates, samplers and names that exporters announced. One thread uses one Decoder, and all datagrams of
/// an exporter address go to the same one. Its memory is bounded by the options.
class Decoder {
 public:
  /// `strings` and `exporters` are shared between decoders and outlive them.
  Decoder(const DecodeOptions& options, flow::StringPool& strings, flow::ExporterTable& exporters);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  /// Appends what the datagram holds to `out`. Never fails: a bad part is counted on the exporter by its reason and
  /// costs nothing else. Rows of Data Sets that were parked are appended when their Template comes, with their own
  /// times.
  void decode(const flow::Datagram& datagram, Decoded& out);

  /// Ages templates and parked Data Sets; call it every few seconds with the receive time.
  void age(UnixMillis now);

  /// True when templates or options data changed since the last save().
  [[nodiscard]] bool changed() const;
  /// What must survive a restart: templates, samplers, names. A versioned format of its own; see load().
  [[nodiscard]] std::vector<std::byte> save();
  /// Takes back what save() wrote, adding to what is known. On malformed input everything whole before the damage is
  /// kept, and the error says how much.
  Result<void> load(Bytes saved);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::decode
