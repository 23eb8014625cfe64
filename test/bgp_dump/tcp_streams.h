// The octets of the TCP connections of a capture, in order. For tests: a gap ends what can be read of a stream.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/byte_reader.h"
#include "base/clock.h"
#include "base/ip_address.h"

namespace weir::test {

/// One direction of a connection.
struct StreamKey {
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;
  auto operator<=>(const StreamKey&) const = default;
  [[nodiscard]] StreamKey reversed() const { return {destination, source, destination_port, source_port}; }
};

class TcpStreams {
 public:
  /// `take` is handed all octets of a stream that nothing has consumed yet, and says how many it consumed. `fresh` is
  /// true when they do not follow on what came before: a new connection, or behind a gap.
  using Take = std::function<std::size_t(const StreamKey&, Bytes octets, bool fresh, UnixMillis time)>;
  explicit TcpStreams(Take take) : take_(std::move(take)) {}

  /// One segment with its TCP header.
  void add(IpAddress source, IpAddress destination, Bytes segment, UnixMillis time);
  /// What lies behind gaps, as far as it was captured.
  void finish();

 private:
  struct Stream {
    bool known = false;  ///< `next` is set
    bool fresh = true;
    bool after_syn_data = false;
    std::uint32_t next = 0;
    std::map<std::uint32_t, std::vector<std::byte>> ahead;  ///< by distance behind the first `next`
    std::vector<std::byte> pending;
    UnixMillis time = 0;
  };
  void append(const StreamKey& key, Stream& stream, std::uint32_t sequence, Bytes data);
  void offer(const StreamKey& key, Stream& stream);
  void skip_gaps(const StreamKey& key, Stream& stream);

  Take take_;
  std::map<StreamKey, Stream> streams_;
};

}  // namespace weir::test
