// sFlow version 5 (sflow.org, sflow_version_5.txt): flow samples -> rows, counter samples -> interface readings.
#pragma once

#include <cstddef>
#include <memory>

#include "base/clock.h"
#include "decode/context.h"
#include "decode/decoder.h"

namespace weir::decode {

/// Decodes sFlow v5 datagrams. What it remembers between them is bounded: the last sequence number of each agent, and
/// the numbers of texts (AS paths, communities) that it interned lately. One thread uses one of them, with one string
/// pool.
class Sflow5Decoder {
 public:
  /// An agent that is silent for this long is forgotten: its next datagram starts a new count.
  static constexpr UnixMillis kAgentIdleMs = kHourMs;

  /// `most_agents` bounds how many (source, agent, sub-agent) have their sequence numbers followed.
  explicit Sflow5Decoder(std::size_t most_agents = 65'536);
  ~Sflow5Decoder();
  Sflow5Decoder(Sflow5Decoder&&) noexcept;
  Sflow5Decoder& operator=(Sflow5Decoder&&) noexcept;

  /// Appends one row for each flow sample (plain and expanded), and one reading for each counter sample that holds
  /// generic interface counters. A notice of a discarded packet (sample format 5) is counted, but it is no flow:
  /// notices are not sampled, so nothing can be scaled by them.
  ///
  /// Every row has time, time_received, flow_start and flow_end (all the receive time; sFlow has no clock), exporter
  /// (the datagram's source), export_protocol, observation_domain (the sub-agent), packets and flows (both 1); beside
  /// these what the sample gives. `bytes` is the sampled packet's IP length; where its IP header is not readable, the
  /// frame's length less what was stripped and what lies before the network layer. An interface that the agent does not
  /// know is unknown; the device itself (0x3fffffff) is interface 0; a packet that the device dropped has no out_if but
  /// a forwarding_status.
  ///
  /// Never fails: a bad sample is counted on the context's exporter and costs the others nothing. Counts everything of
  /// the exporter but `datagrams` and `octets`, which are the caller's.
  void decode(const flow::Datagram& datagram, const Context& context, Decoded& out);

  /// Forgets agents that are idle; call it now and then with the receive time.
  void age(UnixMillis now);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::decode
