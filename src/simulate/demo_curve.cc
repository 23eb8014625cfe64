#include "simulate/demo_curve.h"

#include <algorithm>
#include <cmath>

#include "simulate/random.h"

namespace weir::simulate {
namespace {

constexpr UnixMillis kLocalOffset = 8 * kHourMs;
constexpr double kQuietestHour = 5;
constexpr double kRisingHours = 16.5;  // from the quietest hour to the busiest
constexpr double kUpper = 0.05;        // the share of the day above its 95th percentile

double hour_of_day(UnixMillis time) {
  const UnixMillis local = time + kLocalOffset;
  return static_cast<double>(((local % kDayMs) + kDayMs) % kDayMs) / static_cast<double>(kHourMs);
}

}  // namespace

// Below the 95th percentile the curve is min + (p95 - min) * x^bend, above it p95 + (max - p95) * y^2, with x and y
// from 0 to
// 1. Their means are min + (p95 - min) / (bend + 1) and p95 + (max - p95) / 3; the bend follows from the mean of
// all, 1.
DayShape::DayShape(const DayFigures& figures)
    : min_(figures.min / figures.average), p95_(figures.p95 / figures.average), max_(figures.max / figures.average) {
  const double upper_mean = p95_ + (max_ - p95_) / 3;
  const double lower_mean = (1 - kUpper * upper_mean) / (1 - kUpper);
  bend_ = (p95_ - min_) / (lower_mean - min_) - 1;
}

double DayShape::at(double rank) const {
  const double lower = 1 - kUpper;
  if (rank <= lower) return min_ + (p95_ - min_) * std::pow(std::max(rank, 0.0) / lower, bend_);
  const double y = (std::min(rank, 1.0) - lower) / kUpper;
  return p95_ + (max_ - p95_) * y * y;
}

double rank_at(UnixMillis time, std::uint64_t key) {
  const double hours = static_cast<double>(time) / static_cast<double>(kHourMs);
  // Every kind of traffic has its own evening: up to an hour earlier or later.
  const double shift = static_cast<double>(mix(key, 1) >> 11U) * 0x1.0p-52 - 1.0;
  double since = hour_of_day(time) - kQuietestHour - shift;
  if (since < 0) since += 24;
  if (since >= 24) since -= 24;
  double rank = since < kRisingHours ? since / kRisingHours : (24 - since) / (24 - kRisingHours);
  rank += 0.05 * smooth_noise(mix(key, 2), hours / 2) + 0.04 * smooth_noise(mix(key, 3), hours * 6);
  // Reflected at its ends, so that all ranks stay equally frequent.
  rank = std::abs(rank);
  return rank > 1 ? 2 - rank : rank;
}

double weekday_factor(UnixMillis time) {
  constexpr double kWeekend = 0.93;
  constexpr double kWorkday = (7 - 2 * kWeekend) / 5;
  // 1970-01-01 was a Thursday; 0 is Monday.
  const UnixMillis days = (time + kLocalOffset) / kDayMs + 3;
  return days % 7 >= 5 ? kWeekend : kWorkday;
}

}  // namespace weir::simulate
