// VRPs of the best of several RTR caches, kept in a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bgp/rpki/rtr_cache.h"
#include "bgp/rpki/validator.h"

namespace weir::bgp {

struct RtrCacheConfig {
  std::string host;  ///< a name or an address
  std::uint16_t port = 323;
  int preference = 100;  ///< the highest that works is used; of equal ones the first
};

struct RtrClientOptions {
  std::vector<RtrCacheConfig> caches;
  RtrTimes times;
};

struct RtrClientStatus {
  std::string name;  ///< "rpki.example.net:323"
  int preference = 0;
  RtrState state = RtrState::stopped;
  bool in_use = false;        ///< its VRPs are the ones in the table, even if it is lost
  UnixMillis since_ms = 0;    ///< when it came into this state: up, lost, or not wanted
  UnixMillis updated_ms = 0;  ///< when VRPs of it were last taken over; 0 never
  std::uint32_t serial = 0;
  std::size_t vrps4 = 0;  ///< taken over from it
  std::size_t vrps6 = 0;
  std::string error;
};

/// Caches are used as RFC 8210 section 10 says: the best one; when it fails, the next is started, and its VRPs replace
/// the old ones once it has told them all; when a better one is back, the others are left. Until then, and if there is
/// no other, the VRPs of a lost cache stay in the table until they expire. turn() from one thread, the rest from any.
class RtrClient {
 public:
  /// `table` outlives it; `source` is its place there.
  RtrClient(RtrClientOptions options, VrpTable& table, std::size_t source);
  ~RtrClient();
  RtrClient(const RtrClient&) = delete;
  RtrClient& operator=(const RtrClient&) = delete;

  /// Waits for one of the caches, at most `wait_ms`, and does what is to do. Call it again and again. True when the
  /// VRPs in the table changed.
  bool turn(UnixMillis now, UnixMillis wait_ms);
  /// A turn() that waits, or the next one that would, returns at once.
  void wake();
  [[nodiscard]] std::vector<RtrClientStatus> status() const;

 private:
  static constexpr std::size_t kNone = SIZE_MAX;

  struct Place {
    std::unique_ptr<RtrCache> cache;
    RtrClientStatus shown;
  };

  void wait(UnixMillis wait_ms);
  static void look(Place& place, UnixMillis now);
  [[nodiscard]] std::size_t best() const;
  void start_next(UnixMillis now);
  void leave_worse_than(std::size_t index, UnixMillis now);
  bool take_over(UnixMillis now);
  void show();

  VrpTable& table_;
  const std::size_t source_;
  const int wake_;             // an eventfd
  std::vector<Place> places_;  // the best first
  std::size_t in_use_ = kNone;
  std::uint64_t taken_changes_ = 0;
  bool taken_ = false;  // what is in the table is of the cache in use, up to taken_changes_
  mutable std::mutex mutex_;
  std::vector<RtrClientStatus> shown_;
};

}  // namespace weir::bgp
