// How traffic goes up and down: by the hour of the day in UTC+8, by the day of the week, and by chance.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace weir::simulate {

/// What a usage report says of a day: figures in one unit of rate.
struct DayFigures {
  double max = 0;
  double average = 0;
  double min = 0;
  double p95 = 0;
};

/// The distribution of a rate over a day, relative to its average: a curve through min at rank 0, the 95th percentile
/// at rank 0.95 and max at rank 1, bent so that its mean is 1. So a day of such traffic gives the figures again.
class DayShape {
 public:
  /// min < average < p95 < max, and the average far enough below p95 for such a curve.
  explicit DayShape(const DayFigures& figures);
  /// Traffic of no special figures.
  static DayShape ordinary() { return DayShape({.max = 2.0, .average = 1.0, .min = 0.33, .p95 = 1.65}); }

  /// rank: 0 the quietest moment of the day .. 1 the busiest.
  [[nodiscard]] double at(double rank) const;

 private:
  double min_;
  double p95_;
  double max_;
  double bend_;
};

/// How busy the moment is among those of its day, 0 to 1, evenly over the day: quietest before dawn, busiest in the
/// evening, and wandering by chance, differently for each `key`.
[[nodiscard]] double rank_at(UnixMillis time, std::uint64_t key);

/// Weekends are quieter; over a week the mean is 1.
[[nodiscard]] double weekday_factor(UnixMillis time);

}  // namespace weir::simulate
