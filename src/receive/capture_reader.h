// A capture file -> the export datagrams in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "flow/datagram.h"
#include "receive/ip_packet.h"
#include "receive/ip_reassembly.h"
#include "receive/pcap_file.h"

namespace weir::receive {

/// What was in a capture; every packet is counted in exactly one of the counters behind `packets`, a fragment in none
/// but the reassembly's until its packet is whole.
struct CaptureStats {
  std::uint64_t packets = 0;
  std::uint64_t datagrams = 0;   ///< UDP datagrams given out
  std::uint64_t octets = 0;      ///< of their payloads
  std::uint64_t other_port = 0;  ///< UDP to a port that was not asked for
  std::uint64_t not_udp = 0;     ///< IP, but another transport
  std::uint64_t not_ip = 0;
  std::uint64_t unknown_link_type = 0;
  std::uint64_t truncated = 0;  ///< cut by the capture's snapshot length
  std::uint64_t bad_ip = 0;     ///< malformed frame or IP header
  std::uint64_t bad_udp = 0;    ///< a UDP length that its packet does not hold
  ReassemblyStats reassembly;
};

/// Reads a capture as if its datagrams arrived now: in order, with the capture's times. Move-only; one thread at a
/// time.
class CaptureReader {
 public:
  /// Errors as PcapFile::open.
  [[nodiscard]] static Result<CaptureReader> open(const std::string& path);
  /// Over a capture file in memory that outlives the reader.
  [[nodiscard]] static Result<CaptureReader> of_memory(Bytes file);

  /// Gives out only datagrams to these UDP ports. None, the default, means all: the decoder tells export datagrams by
  /// their version.
  void only_ports(std::vector<std::uint16_t> ports) { ports_ = std::move(ports); }

  /// The next datagram: the session as a collector at the destination would see it, received_ms the capture's time. Its
  /// payload is borrowed until the next call. Nothing at the end; then error() tells a damaged file from a whole one.
  [[nodiscard]] std::optional<flow::Datagram> next();
  /// Why the file ended early: what at which offset. Nothing for a whole file.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] const CaptureStats& stats() const { return stats_; }

 private:
  explicit CaptureReader(PcapFile file) : file_(std::move(file)) {}
  std::optional<flow::Datagram> read_packet(const CapturedPacket& packet);
  std::optional<flow::Datagram> read_udp(const IpPacket& ip, Bytes segment, const CapturedPacket& packet);

  PcapFile file_;
  std::vector<std::uint16_t> ports_;
  IpReassembly reassembly_;
  CaptureStats stats_;
  std::optional<Error> error_;
};

}  // namespace weir::receive
