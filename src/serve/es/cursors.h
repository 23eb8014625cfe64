// Open scrolls and points in time. Each is only a place to go on from: what it costs is its question and a cursor, and
// both are bounded in number, age and memory.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "query/tally.h"
#include "serve/es/es_error.h"
#include "serve/es/hits.h"

namespace weir::serve::es {

inline constexpr std::size_t kMostCursors = 500;                          ///< scrolls, and as many points in time
inline constexpr std::size_t kMostCursorOctets = std::size_t{64} << 20U;  ///< of all scrolls together
inline constexpr UnixMillis kMostKeepAliveMs = kDayMs;

/// A scroll: the question of its first page, and where the last page ended.
struct Scroll {
  std::mutex mutex;  ///< pages of one scroll one after the other
  query::Search search;
  HitsSpec hits;
  double score = 1;
  std::uint64_t total = 0;
  bool total_as_int = false;
  std::size_t shards = 0;
  bool ended = false;
  std::size_t octets = 0;
};

/// A point in time: what arrives later is not in it. Its pages are remembered, so that a search can go on behind any
/// hit of them.
struct PointInTime {
  std::mutex mutex;
  std::string indices;
  UnixMillis opened_ms = 0;
  struct Page {
    std::uint64_t first = 0;  ///< the number of its first hit
    std::size_t count = 0;
    std::string after;        ///< where it began
    std::string next;         ///< where it ended, "" at the end of all
  };
  std::deque<Page> pages;
  std::uint64_t next_number = 0;
};
inline constexpr std::size_t kMostPitPages = 256;

/// Any thread. The time is handed in.
class Cursors {
 public:
  /// Errors: 429 when too many are open.
  [[nodiscard]] Parsed<std::string> open(std::shared_ptr<Scroll> scroll, UnixMillis keep_ms, UnixMillis now);
  [[nodiscard]] Parsed<std::string> open(std::shared_ptr<PointInTime> pit, UnixMillis keep_ms, UnixMillis now);
  /// Finds one and keeps it longer. Errors: 404 search_context_missing_exception.
  [[nodiscard]] Parsed<std::shared_ptr<Scroll>> scroll(std::string_view id, UnixMillis keep_ms, UnixMillis now);
  [[nodiscard]] Parsed<std::shared_ptr<PointInTime>> pit(std::string_view id, UnixMillis keep_ms, UnixMillis now);
  /// False when there was none.
  bool close(std::string_view id);
  std::size_t close_all_scrolls();
  std::vector<std::string> close_all_pits();
  [[nodiscard]] std::size_t open_scrolls(UnixMillis now);

 private:
  template <typename T>
  struct Kept {
    std::shared_ptr<T> what;
    UnixMillis until_ms = 0;
    UnixMillis keep_ms = 0;
  };
  void forget_old(UnixMillis now);

  std::mutex mutex_;
  std::map<std::string, Kept<Scroll>, std::less<>> scrolls_;
  std::map<std::string, Kept<PointInTime>, std::less<>> pits_;
};

/// "1m" of a request. Errors: illegal_argument_exception, when it is no length of time or longer than a day.
[[nodiscard]] Parsed<UnixMillis> read_keep_alive(std::string_view text);

}  // namespace weir::serve::es
