// One bill: the samples of a month, their 95th percentile, and what it costs. Pure arithmetic in whole numbers, so that
// whoever has the samples gets the same bill.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "billing/billing_config.h"
#include "billing/month.h"

namespace weir::billing {

/// What the group moved in one sample of five minutes.
struct Sample {
  std::uint64_t in_bytes = 0;
  std::uint64_t out_bytes = 0;
  bool operator==(const Sample&) const = default;
};

/// One percentile with its price.
struct Line {
  std::string direction;  ///< "in", "out" or "sum"
  std::uint64_t percentile_95_bps = 0;  ///< rounded half up
  std::uint64_t average_bps = 0;
  std::uint64_t maximum_bps = 0;
  std::uint64_t billed_bps = 0;    ///< the commitment, or the percentile where that is larger; 0 where it is not billed
  std::uint64_t overage_bps = 0;   ///< above the commitment
  std::uint64_t commit_cents = 0;  ///< hundredths of the currency's unit, rounded half up
  std::uint64_t overage_cents = 0;
  bool operator==(const Line&) const = default;
};

struct Bill {
  std::string group;
  Month month;
  std::string time_zone;
  Range range;
  std::string currency;
  Counted counted = Counted::larger;
  std::uint64_t commit_bps = 0;
  std::uint64_t price_micros = 0;
  std::uint64_t overage_micros = 0;
  std::string filter_in;   ///< the questions that the samples are answers to
  std::string filter_out;
  std::string source;      ///< what the store read
  std::vector<Sample> samples;  ///< from range.from_ms on, kSampleMs each; the last one may be cut short
  std::vector<Line> lines;
  std::uint64_t total_cents = 0;
  UnixMillis made_ms = 0;
  bool frozen = false;          ///< false: so far
  std::string previous_sha256;  ///< of the month before, so that the bills of a group are a chain; "" where there is none
};

/// Sorted, the top 5 % thrown away (their number rounded down), the highest that is left; in bytes of a sample. 0 of none.
[[nodiscard]] std::uint64_t percentile_95(std::vector<std::uint64_t> samples);
/// Octets in a sample of `length_ms` as bit/s, rounded half up.
[[nodiscard]] std::uint64_t rate_bps(std::uint64_t octets, UnixMillis length_ms);
/// What `bps` cost at a price of micros for one Mbit/s: cents, rounded half up.
[[nodiscard]] std::uint64_t cents_of(std::uint64_t bps, std::uint64_t micros);

/// Sets lines and total from samples, commitment and prices.
void settle(Bill& bill);

/// 12345 cents -> "123.45".
[[nodiscard]] std::string money_text(std::uint64_t cents);

}  // namespace weir::billing
