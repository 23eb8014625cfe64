// Reassembly of IPv4 and IPv6 fragments (RFC 791 section 3.2, RFC 8200 section 4.5), bounded in memory and time.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "receive/ip_packet.h"

namespace weir::receive {

struct ReassemblyLimits {
  std::size_t octets = std::size_t{16} << 20U;  ///< of all packets that are not whole yet
  std::size_t packets = 4096;                   ///< that are not whole yet
  std::size_t fragments_of_a_packet = 1024;
  UnixMillis age_ms = 30 * kSecondMs;
};

struct ReassemblyStats {
  std::uint64_t fragments = 0;    ///< seen
  std::uint64_t reassembled = 0;  ///< packets made whole
  std::uint64_t overlapping = 0;  ///< packets given up because fragments overlap or contradict each other
  std::uint64_t incomplete = 0;   ///< packets given up for age or for a limit, or not whole at the end
  std::uint64_t duplicates = 0;   ///< fragments that came twice
  std::uint64_t malformed = 0;    ///< fragments with an impossible offset or length, left out
};

/// Collects fragments. Fragments that overlap are a way to smuggle, so such a packet is given up as a whole (RFC 5722);
/// an exact repetition is only a duplicate.
class IpReassembly {
 public:
  explicit IpReassembly(ReassemblyLimits limits = {}) : limits_(limits) {}

  /// Takes a fragment. When it completes its packet, returns that packet's payload, valid until the next call.
  [[nodiscard]] std::optional<Bytes> add(const IpPacket& fragment, UnixMillis now);
  /// Gives up what is not whole.
  void finish();

  [[nodiscard]] const ReassemblyStats& stats() const { return stats_; }

 private:
  struct Key {
    IpAddress source;
    IpAddress destination;
    std::uint32_t identification = 0;
    std::uint8_t protocol = 0;
    auto operator<=>(const Key&) const = default;
  };
  struct Piece {
    std::uint32_t offset = 0;
    std::vector<std::byte> octets;
    [[nodiscard]] std::size_t end() const { return offset + octets.size(); }
  };
  struct Partial {
    std::vector<Piece> pieces;         // by offset, without overlap
    std::optional<std::size_t> total;  // known once the last fragment came
    std::size_t octets = 0;
    UnixMillis since_ms = 0;
    std::list<Key>::iterator place;  // in oldest_first_
    bool given_up = false;  // overlapping: kept as a mark until its age, so that the rest of it is not taken up again
  };
  using Partials = std::map<Key, Partial>;

  enum class Fit : std::uint8_t { taken, duplicate, conflict };
  /// Where a fragment belongs among the pieces, or why it does not.
  [[nodiscard]] Fit fit(const Partial& partial, const IpPacket& fragment) const;
  void insert(Partial& partial, const IpPacket& fragment);
  [[nodiscard]] static bool is_whole(const Partial& partial);
  Bytes assemble(const Partial& partial);
  void give_up(Partial& partial);
  /// Drops what is too old, and the oldest until the limits leave room for `packets` more.
  void make_room(UnixMillis now, std::size_t packets);
  void drop_oldest();
  void remove(Partials::iterator at);

  ReassemblyLimits limits_;
  ReassemblyStats stats_;
  Partials partials_;
  std::list<Key> oldest_first_;
  std::size_t octets_ = 0;
  std::vector<std::byte> whole_;
};

}  // namespace weir::receive
