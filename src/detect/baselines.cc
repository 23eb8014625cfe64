#include "detect/baselines.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/byte_writer.h"

namespace weir::detect {
namespace {

constexpr std::int64_t kWeekHours = 168;
constexpr std::size_t kLeastMinutes = 10;  // of an hour, for it to count
constexpr std::size_t kEnoughOfThisHour = 3;
constexpr double kFullConfidence = 6;      // observations
constexpr std::uint32_t kMagic = 0x57424c31;  // "WBL1"
constexpr std::size_t kMostName = 4096;

double median(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double spread(std::vector<double> values, double around) {
  for (double& value : values) value = std::abs(value - around);
  return 1.48 * median(values);
}

float high(std::vector<float> values) {
  const std::size_t at = values.size() - 1 - values.size() / 20;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at));
  return values[at];
}

}  // namespace

void Baselines::close_hour(Series& series) {
  if (series.open_hour >= 0 && series.minutes.size() >= kLeastMinutes) {
    const auto hour = static_cast<std::size_t>(series.open_hour % kWeekHours);
    std::vector<float> bits;
    std::vector<float> packets;
    for (const Hour& minute : series.minutes) {
      bits.push_back(minute.bits);
      packets.push_back(minute.packets);
    }
    series.hours[hour][series.seen[hour] % kWeeks] = {high(std::move(bits)), high(std::move(packets))};
    // Counts on beyond kWeeks, in steps that keep the place in turn.
    series.seen[hour] = static_cast<std::uint8_t>(series.seen[hour] >= 250 ? 250 - kWeeks + 1 + series.seen[hour] % kWeeks
                                                                           : series.seen[hour] + 1);
  }
  series.minutes.clear();
}

void Baselines::add(const TargetKey& key, Way way, UnixMillis minute_ms, double bits, double packets) {
  auto at = series_.find(Key{key, way});
  if (at == series_.end()) {
    if (series_.size() >= kMost) make_room();
    at = series_.emplace(Key{key, way}, std::make_unique<Series>()).first;
  }
  Series& series = *at->second;
  const std::int64_t hour = minute_ms / kHourMs;
  if (hour != series.open_hour) {
    close_hour(series);
    series.open_hour = hour;
  }
  if (series.minutes.size() < 60) series.minutes.push_back({static_cast<float>(bits), static_cast<float>(packets)});
}

void Baselines::make_room() {
  const auto oldest = std::ranges::min_element(series_, {}, [](const auto& entry) { return entry.second->open_hour; });
  if (oldest != series_.end()) series_.erase(oldest);
}

std::optional<Usual> Baselines::usual(const TargetKey& key, Way way, UnixMillis now) const {
  const auto at = series_.find(Key{key, way});
  if (at == series_.end()) return std::nullopt;
  const Series& series = *at->second;
  std::vector<double> bits;
  std::vector<double> packets;
  const std::int64_t hour = now / kHourMs;
  const auto take = [&](std::int64_t h) {
    const auto place = static_cast<std::size_t>((h + kWeekHours) % kWeekHours);
    for (std::size_t i = 0; i < std::min<std::size_t>(series.seen[place], kWeeks); ++i) {
      bits.push_back(static_cast<double>(series.hours[place][i].bits));
      packets.push_back(static_cast<double>(series.hours[place][i].packets));
    }
  };
  for (std::int64_t h = hour - 1; h <= hour + 1; ++h) take(h);
  double counts = static_cast<double>(bits.size());
  if (bits.size() < kEnoughOfThisHour) {
    const std::size_t own = bits.size();
    for (std::int64_t day = 1; day < 7; ++day) {
      for (std::int64_t h = hour - 1; h <= hour + 1; ++h) take(h - day * 24);
    }
    counts = static_cast<double>(own) + 0.5 * static_cast<double>(bits.size() - own);
  }
  if (bits.empty()) return std::nullopt;
  Usual out;
  out.bits = median(bits);
  out.packets = median(packets);
  out.bits_spread = spread(bits, out.bits);
  out.packets_spread = spread(packets, out.packets);
  const double unsteady = out.bits > 0 ? out.bits_spread / out.bits : 0;
  out.confidence = std::min(1.0, counts / kFullConfidence) / (1 + unsteady);
  return out;
}

std::size_t Baselines::memory() const {
  return series_.size() * (sizeof(Series) + sizeof(Key) + 60 * sizeof(Hour) + 32);
}

std::vector<std::byte> Baselines::save(const flow::StringPool& strings) const {
  ByteWriter out;
  out.u32(kMagic);
  out.u32(static_cast<std::uint32_t>(series_.size()));
  for (const auto& [key, series] : series_) {
    const std::string_view name = key.target.level == Level::customer
                                      ? strings.text(static_cast<flow::StringId>(key.target.lo))
                                      : std::string_view();
    out.u64(key.target.hi);
    out.u64(key.target.lo);
    out.u8(key.target.length);
    out.u8(static_cast<std::uint8_t>(key.target.level));
    out.u8(static_cast<std::uint8_t>(key.way));
    out.u16(static_cast<std::uint16_t>(name.size()));
    out.text(name);
    for (std::size_t hour = 0; hour < kHours; ++hour) {
      out.u8(series->seen[hour]);
      for (const Hour& week : series->hours[hour]) {
        out.u32(std::bit_cast<std::uint32_t>(week.bits));
        out.u32(std::bit_cast<std::uint32_t>(week.packets));
      }
    }
  }
  return out.take();
}

Result<void> Baselines::load(Bytes octets, flow::StringPool& strings) {
  ByteReader in(octets);
  const std::uint32_t magic = in.u32();
  const std::uint32_t count = in.u32();
  if (!in.ok() || magic != kMagic || count > kMost) return fail(ErrorCode::malformed, "these are no saved baselines");
  decltype(series_) read;
  for (std::uint32_t i = 0; i < count; ++i) {
    Key key{};
    key.target.hi = in.u64();
    key.target.lo = in.u64();
    key.target.length = in.u8();
    const std::uint8_t level = in.u8();
    const std::uint8_t way = in.u8();
    const std::size_t size = in.u16();
    if (!in.ok() || level >= kLevelCount || way > 1 || size > kMostName) break;
    const std::string_view name = as_text(in.bytes(size));
    key.target.level = static_cast<Level>(level);
    key.way = static_cast<Way>(way);
    if (key.target.level == Level::customer) key.target.lo = strings.intern(name);
    auto series = std::make_unique<Series>();
    for (std::size_t hour = 0; hour < kHours; ++hour) {
      series->seen[hour] = in.u8();
      for (Hour& week : series->hours[hour]) {
        week.bits = std::bit_cast<float>(in.u32());
        week.packets = std::bit_cast<float>(in.u32());
        if (!(week.bits >= 0) || !(week.packets >= 0)) return fail(ErrorCode::malformed, "a saved baseline is no rate");
      }
    }
    read.insert_or_assign(key, std::move(series));
  }
  if (!in.ok() || read.size() != count) return fail(ErrorCode::malformed, "the saved baselines end early");
  series_ = std::move(read);
  return {};
}

}  // namespace weir::detect
