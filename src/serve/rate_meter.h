// Rates out of counters that only grow: by exporter over the last seconds, and in total for each of the last minutes'
// seconds.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/clock.h"
#include "serve/observation.h"

namespace weir::serve {

struct ExporterRate {
  IpAddress address = {};
  double flows_per_s = 0;
  double datagrams_per_s = 0;
};

/// What arrived between the point before and this one.
struct RatePoint {
  UnixMillis time_ms = 0;
  double flows_per_s = 0;
  double datagrams_per_s = 0;
};

/// Means over the last RateMeter::kWindow seconds, or since the start where that is less.
struct Rates {
  UnixMillis time_ms = 0;
  double flows_per_s = 0;
  double datagrams_per_s = 0;
  double octets_per_s = 0;                   ///< of the datagrams themselves
  RatePoint last = {};                       ///< the last second alone
  std::vector<ExporterRate> exporters = {};  ///< by address
};

/// One thread at a time.
class RateMeter {
 public:
  static constexpr std::size_t kWindow = 10;
  static constexpr std::size_t kHistory = 600;

  /// Takes in a reading; call it about once a second. `now` is shown, `steady` is what rates are divided by.
  void tick(UnixMillis now, std::int64_t steady, const std::vector<ExporterReading>& readings);

  [[nodiscard]] const Rates& rates() const { return rates_; }
  /// The last kHistory points, the oldest first.
  [[nodiscard]] const std::deque<RatePoint>& history() const { return history_; }

 private:
  struct Counts {
    std::uint64_t flows = 0;
    std::uint64_t datagrams = 0;
    std::uint64_t octets = 0;
  };
  /// One exporter's counts at the last kWindow + 1 ticks, as a ring.
  struct Track {
    IpAddress address = {};
    std::array<Counts, kWindow + 1> ring{};
  };
  void add_new(const std::vector<ExporterReading>& readings);
  void compute_rates(UnixMillis now, std::int64_t steady);

  std::vector<Track> tracks_;  ///< by address
  std::array<std::int64_t, kWindow + 1> times_{};
  std::uint64_t ticks_ = 0;
  Rates rates_;
  std::deque<RatePoint> history_;
};

}  // namespace weir::serve
