#include "billing/bill.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace weir::billing {
namespace {

using Wide = unsigned __int128;

std::uint64_t divide_half_up(Wide number, Wide by) {
  const Wide out = (number + by / 2) / by;
  return out > UINT64_MAX ? UINT64_MAX : static_cast<std::uint64_t>(out);
}

/// One direction's samples as rates; the last sample is as long as it is.
std::vector<std::uint64_t> rates(const Bill& bill, std::uint64_t (*of)(const Sample&)) {
  std::vector<std::uint64_t> out;
  UnixMillis begin = bill.range.from_ms;
  for (const Sample& sample : bill.samples) {
    const UnixMillis end = std::min(begin + kSampleMs, bill.range.to_ms);
    out.push_back(rate_bps(of(sample), std::max<UnixMillis>(end - begin, 1)));
    begin += kSampleMs;
  }
  return out;
}

Line line_of(const Bill& bill, std::string direction, std::uint64_t (*of)(const Sample&)) {
  const std::vector<std::uint64_t> samples = rates(bill, of);
  Line out;
  out.direction = std::move(direction);
  out.percentile_95_bps = percentile_95(samples);
  out.maximum_bps = samples.empty() ? 0 : *std::ranges::max_element(samples);
  Wide octets = 0;
  for (const Sample& sample : bill.samples) octets += of(sample);
  const UnixMillis covered =
      std::min(bill.range.to_ms, bill.range.from_ms + static_cast<UnixMillis>(bill.samples.size()) * kSampleMs) -
      bill.range.from_ms;
  if (covered > 0) out.average_bps = divide_half_up(octets * 8000, static_cast<Wide>(covered));
  return out;
}

void charge(const Bill& bill, Line& line) {
  line.billed_bps = std::max(line.percentile_95_bps, bill.commit_bps);
  line.overage_bps = line.billed_bps - bill.commit_bps;
  line.commit_cents = cents_of(bill.commit_bps, bill.price_micros);
  line.overage_cents = cents_of(line.overage_bps, bill.overage_micros);
}

}  // namespace

std::uint64_t percentile_95(std::vector<std::uint64_t> samples) {
  if (samples.empty()) return 0;
  const std::size_t thrown_away = samples.size() * 5 / 100;
  const auto at = samples.begin() + static_cast<std::ptrdiff_t>(thrown_away);
  std::ranges::nth_element(samples, at, std::greater());
  return *at;
}

std::uint64_t rate_bps(std::uint64_t octets, UnixMillis length_ms) {
  return length_ms <= 0 ? 0 : divide_half_up(static_cast<Wide>(octets) * 8000, static_cast<Wide>(length_ms));
}

std::uint64_t cents_of(std::uint64_t bps, std::uint64_t micros) {
  // bit/s to Mbit/s, and millionths to hundredths.
  return divide_half_up(static_cast<Wide>(bps) * micros, Wide{1'000'000} * 10'000);
}

void settle(Bill& bill) {
  const auto in = [](const Sample& sample) { return sample.in_bytes; };
  const auto out = [](const Sample& sample) { return sample.out_bytes; };
  const auto sum = [](const Sample& sample) { return sample.in_bytes + sample.out_bytes; };
  bill.lines = {line_of(bill, "in", in), line_of(bill, "out", out), line_of(bill, "sum", sum)};
  Line& line_in = bill.lines[0];
  Line& line_out = bill.lines[1];
  switch (bill.counted) {
    case Counted::larger:
      charge(bill, line_in.percentile_95_bps > line_out.percentile_95_bps ? line_in : line_out);
      break;
    case Counted::sum:
      charge(bill, bill.lines[2]);
      break;
    case Counted::each:
      charge(bill, line_in);
      charge(bill, line_out);
      break;
    case Counted::in:
      charge(bill, line_in);
      break;
    case Counted::out:
      charge(bill, line_out);
      break;
  }
  bill.total_cents = 0;
  for (const Line& line : bill.lines) bill.total_cents += line.commit_cents + line.overage_cents;
}

std::string money_text(std::uint64_t cents) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%llu.%02llu", static_cast<unsigned long long>(cents / 100),
                static_cast<unsigned long long>(cents % 100));
  return text.data();
}

}  // namespace weir::billing
