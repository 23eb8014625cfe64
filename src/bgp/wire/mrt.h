// MRT files (RFC 6396, ADD-PATH RFC 8050): records to values. Plain octets in; files and compression are in bgp/file/.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "bgp/wire/message.h"

namespace weir::bgp {

struct MrtPeer {
  IpAddress address;
  As as = 0;
  std::uint32_t bgp_id = 0;
  auto operator<=>(const MrtPeer&) const = default;
};

/// One route of a dump: TABLE_DUMP, TABLE_DUMP_V2 RIB_IPV4_UNICAST .. RIB_GENERIC and their _ADDPATH forms.
struct MrtRoute {
  Nlri nlri;
  Family family;
  MrtPeer peer;
  UnixMillis originated_ms = 0;
  IpAddress next_hop;
  PathAttributes attributes;
};
/// BGP4MP_MESSAGE, _AS4, _LOCAL, _ADDPATH with an UPDATE in it, and the BGP_UPDATE of before 2000 (RFC 6396 B.2.2).
struct MrtUpdate {
  MrtPeer peer;
  UnixMillis time_ms = 0;
  bool local = false;  ///< _LOCAL: what the collector itself told the peer, so no route of the peer's
  Update update;
};
/// BGP4MP_STATE_CHANGE: the peer's session came up (Established) or went.
struct MrtStateChange {
  MrtPeer peer;
  UnixMillis time_ms = 0;
  bool established = false;
};

struct MrtCounts {
  std::uint64_t records = 0;
  std::uint64_t routes = 0;         ///< of dumps
  std::uint64_t updates = 0;        ///< UPDATE messages
  std::uint64_t local_updates = 0;  ///< of them, those that the collector sent itself
  std::uint64_t announced = 0;      ///< prefixes in them
  std::uint64_t withdrawn = 0;
  std::uint64_t state_changes = 0;
  std::uint64_t other_messages = 0;  ///< OPEN, KEEPALIVE, NOTIFICATION
  std::uint64_t malformed = 0;       ///< records skipped for it
  std::uint64_t unsupported = 0;     ///< records of types or families that Weir does not keep
  std::uint64_t attribute_faults = 0;
};

/// Reads records one after the other out of chunks of any size, keeping only the unfinished record and the peer table.
///
/// A record that breaks its format costs itself alone; of a RIB record, what was whole before the break is kept. The
/// one form beyond the RFC: RIPE's TABLE_DUMP files of 2000 and before hold many entries in a record, and their length
/// leaves out the view and sequence number in front.
class MrtReader {
 public:
  /// A record longer than this is taken for a broken file.
  static constexpr std::size_t kMostRecordOctets = std::size_t{16} << 20U;
  static constexpr std::size_t kMostComplaints = 10;

  struct Handler {
    std::function<void(MrtRoute&)> route;  ///< may move from it
    std::function<void(MrtUpdate&)> update;
    std::function<void(const MrtStateChange&)> state_change;
  };
  explicit MrtReader(Handler handler);
  ~MrtReader();
  MrtReader(const MrtReader&) = delete;
  MrtReader& operator=(const MrtReader&) = delete;

  /// The next octets of the file. An error means that no further record can be found (an impossible length); what was
  /// whole before it has been handled. From then on every call gives that error.
  Result<void> take(Bytes chunk);
  /// To be called at the end of the file: an error when it ends within a record, naming the offset.
  Result<void> finish();
  [[nodiscard]] const MrtCounts& counts() const;
  /// The peers of the last PEER_INDEX_TABLE.
  [[nodiscard]] const std::vector<MrtPeer>& peers() const;
  /// The first few complaints, "record 17 at offset 5100: TABLE_DUMP_V2: peer index 40 of 35".
  [[nodiscard]] const std::vector<std::string>& complaints() const;

 private:
  Result<std::size_t> take_records(Bytes octets);

  std::unique_ptr<class MrtDecoder> decoder_;
  std::vector<std::byte> pending_;  ///< the unfinished record
  std::uint64_t offset_ = 0;        ///< where pending_ begins in the file
  std::optional<Error> broken_;
};

/// Whether a file that begins so is one of MRT records, for telling files apart. Wants the first 12 octets.
[[nodiscard]] bool looks_like_mrt(Bytes beginning);

}  // namespace weir::bgp
