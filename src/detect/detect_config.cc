#include "detect/detect_config.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace weir::detect {
namespace {

std::vector<Threshold> make_defaults() {
  using enum Traffic;
  using enum Level;
  using M = Measure;
  constexpr Way kIn = Way::incoming;
  constexpr Way kOut = Way::outgoing;
  return {
      {.traffic = all, .measure = M::bits, .way = kIn, .level = address, .value = 1e9},
      {.traffic = all, .measure = M::packets, .way = kIn, .level = address, .value = 200e3},
      {.traffic = all, .measure = M::flows, .way = kIn, .level = address, .value = 20e3},
      {.traffic = udp, .measure = M::bits, .way = kIn, .level = address, .value = 300e6},
      {.traffic = udp, .measure = M::packets, .way = kIn, .level = address, .value = 60e3},
      {.traffic = amplified, .measure = M::bits, .way = kIn, .level = address, .value = 100e6},
      {.traffic = syn, .measure = M::packets, .way = kIn, .level = address, .value = 20e3},
      {.traffic = rst, .measure = M::packets, .way = kIn, .level = address, .value = 20e3},
      {.traffic = icmp, .measure = M::packets, .way = kIn, .level = address, .value = 10e3},
      {.traffic = icmp, .measure = M::bits, .way = kIn, .level = address, .value = 100e6},
      {.traffic = fragment, .measure = M::packets, .way = kIn, .level = address, .value = 20e3},
      {.traffic = fragment, .measure = M::bits, .way = kIn, .level = address, .value = 200e6},
      {.traffic = other, .measure = M::packets, .way = kIn, .level = address, .value = 40e3},
      {.traffic = other, .measure = M::bits, .way = kIn, .level = address, .value = 300e6},
      {.traffic = attempts, .measure = M::distinct_destinations, .way = kIn, .level = address, .window_s = 30,
       .value = 1000},
      // Of prefixes: what no single address shows.
      {.traffic = udp, .measure = M::bits, .way = kIn, .level = subnet, .value = 800e6},
      {.traffic = udp, .measure = M::packets, .way = kIn, .level = subnet, .value = 150e3},
      {.traffic = amplified, .measure = M::bits, .way = kIn, .level = subnet, .value = 250e6},
      {.traffic = syn, .measure = M::packets, .way = kIn, .level = subnet, .value = 60e3},
      {.traffic = icmp, .measure = M::packets, .way = kIn, .level = subnet, .value = 30e3},
      {.traffic = fragment, .measure = M::packets, .way = kIn, .level = subnet, .value = 60e3},
      {.traffic = other, .measure = M::packets, .way = kIn, .level = subnet, .value = 100e3},
      {.traffic = udp, .measure = M::bits, .way = kIn, .level = site, .value = 2e9},
      {.traffic = udp, .measure = M::packets, .way = kIn, .level = site, .value = 400e3},
      {.traffic = amplified, .measure = M::bits, .way = kIn, .level = site, .value = 500e6},
      {.traffic = syn, .measure = M::packets, .way = kIn, .level = site, .value = 150e3},
      {.traffic = icmp, .measure = M::packets, .way = kIn, .level = site, .value = 60e3},
      {.traffic = udp, .measure = M::bits, .way = kIn, .level = announced, .value = 3e9},
      {.traffic = udp, .measure = M::packets, .way = kIn, .level = announced, .value = 600e3},
      {.traffic = amplified, .measure = M::bits, .way = kIn, .level = announced, .value = 1e9},
      {.traffic = syn, .measure = M::packets, .way = kIn, .level = announced, .value = 200e3},
      {.traffic = icmp, .measure = M::packets, .way = kIn, .level = announced, .value = 100e3},
      // From own addresses.
      {.traffic = udp, .measure = M::packets, .way = kOut, .level = address, .value = 100e3},
      {.traffic = amplified, .measure = M::bits, .way = kOut, .level = address, .value = 100e6},
      {.traffic = syn, .measure = M::packets, .way = kOut, .level = address, .value = 20e3},
      {.traffic = icmp, .measure = M::packets, .way = kOut, .level = address, .value = 10e3},
      {.traffic = fragment, .measure = M::packets, .way = kOut, .level = address, .value = 40e3},
      {.traffic = attempts, .measure = M::distinct_destinations, .way = kOut, .level = address, .window_s = 30,
       .value = 400},
  };
}

struct Suffix {
  char letter;
  double factor;
};
constexpr std::array<Suffix, 4> kSuffixes = {{{'T', 1e12}, {'G', 1e9}, {'M', 1e6}, {'k', 1e3}}};

constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

std::optional<std::uint32_t> minute_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  std::uint32_t hour = 0;
  std::uint32_t minute = 0;
  const auto h = std::from_chars(text.data(), text.data() + 2, hour);
  const auto m = std::from_chars(text.data() + 3, text.data() + 5, minute);
  if (h.ec != std::errc{} || h.ptr != text.data() + 2 || m.ec != std::errc{} || m.ptr != text.data() + 5) return {};
  if (hour > 24 || minute > 59 || (hour == 24 && minute != 0)) return std::nullopt;
  return hour * 60 + minute;
}

bool read_weekly(std::string_view text, QuietTime& out) {
  if (text.size() != 15 || text[3] != ' ' || text[9] != '-') return false;
  const auto from = minute_of(text.substr(4, 5));
  const auto to = minute_of(text.substr(10, 5));
  for (std::uint32_t day = 0; day < kDays.size(); ++day) {
    if (kDays[day] != text.substr(0, 3) || !from || !to) continue;
    out.weekly_from_minute = day * 1440 + *from;
    out.weekly_minutes = *to > *from ? *to - *from : *to + 1440 - *from;
    return true;
  }
  return false;
}

}  // namespace

const std::vector<Threshold>& default_thresholds() {
  static const std::vector<Threshold> thresholds = make_defaults();
  return thresholds;
}

std::string name_of(const Threshold& threshold) {
  return fmt::format("{} {} {} per {}", kTrafficWords[static_cast<std::size_t>(threshold.traffic)],
                     kMeasureWords[static_cast<std::size_t>(threshold.measure)],
                     kWayWords[static_cast<std::size_t>(threshold.way)],
                     kLevelWords[static_cast<std::size_t>(threshold.level)]);
}

Result<void> read_quiet_time(std::string_view text, QuietTime& out) {
  if (read_weekly(text, out)) return {};
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto from = parse_time(text.substr(0, slash), 0);
    const auto to = parse_time(text.substr(slash + 1), 0);
    if (from && to && *from < *to && *from > 0) {
      out.from_ms = *from;
      out.to_ms = *to;
      return {};
    }
  }
  return fail(ErrorCode::invalid, "'" + std::string(text.substr(0, 80)) +
                                      "' is no quiet time; write 'Sun 02:00-04:00' for each week or "
                                      "2026-11-23T02:00/2026-11-23T04:00 for once, both in UTC");
}

Result<double> parse_rate(std::string_view text) {
  const auto refuse = [&]() -> Result<double> {
    return fail(ErrorCode::invalid, "'" + std::string(text.substr(0, 40)) +
                                        "' is no rate; write a number such as 20000, 20k, 500M or 1.5G");
  };
  double factor = 1;
  std::string_view digits = text;
  for (const Suffix& suffix : kSuffixes) {
    if (!digits.ends_with(suffix.letter)) continue;
    factor = suffix.factor;
    digits.remove_suffix(1);
    break;
  }
  double value = 0;
  const auto [at, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  if (digits.empty() || error != std::errc{} || at != digits.data() + digits.size()) return refuse();
  value *= factor;
  if (!std::isfinite(value) || value < 0 || value > 1e15) return refuse();
  return value;
}

std::string rate_text(double value) {
  for (const Suffix& suffix : kSuffixes) {
    if (value < suffix.factor) continue;
    return fmt::format("{:.3g}{}", value / suffix.factor, suffix.letter);
  }
  return fmt::format("{:.3g}", value);
}

}  // namespace weir::detect
