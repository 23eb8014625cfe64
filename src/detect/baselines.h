// What is usual for a target in each hour of the week, learned from its own past.
//
// Of each hour the 95th percentile of its minutes (each told by its highest five seconds) is kept, of the last three weeks.
// Usual is the median over those of the same hour of the week and its two neighbours; while there are too few, over the same
// hour of all days. Minutes of an attack do not count, and a median does not follow the one week in which an attack was
// missed. The confidence grows with the number of hours seen and falls with how much they differ.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/clock.h"
#include "base/error.h"
#include "detect/target_table.h"
#include "flow/string_pool.h"

namespace weir::detect {

struct Usual {
  double bits = 0;
  double packets = 0;
  double bits_spread = 0;  ///< median of the deviations from the median, times 1.48
  double packets_spread = 0;
  double confidence = 0;   ///< 0 to 1
};

class Baselines {
 public:
  static constexpr std::size_t kMost = 4096;  ///< targets; then the one that was not heard of for the longest gives way

  /// One minute of a target: the rates of its highest five seconds.
  void add(const TargetKey& key, Way way, UnixMillis minute_ms, double bits, double packets);
  [[nodiscard]] std::optional<Usual> usual(const TargetKey& key, Way way, UnixMillis now) const;
  [[nodiscard]] std::size_t size() const { return series_.size(); }
  [[nodiscard]] std::size_t memory() const;

  /// As octets, and back. Numbers of texts are written as texts. Errors: malformed; then nothing is taken over.
  [[nodiscard]] std::vector<std::byte> save(const flow::StringPool& strings) const;
  Result<void> load(Bytes octets, flow::StringPool& strings);

 private:
  static constexpr std::size_t kHours = 168;
  static constexpr std::size_t kWeeks = 3;
  struct Key {
    TargetKey target;
    Way way;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const { return key.target.hash() ^ static_cast<std::size_t>(key.way); }
  };
  struct Hour {
    float bits = 0;
    float packets = 0;
  };
  struct Series {
    std::array<std::array<Hour, kWeeks>, kHours> hours{};
    std::array<std::uint8_t, kHours> seen{};  ///< of this hour of the week, at most 255
    std::int64_t open_hour = -1;              ///< since the epoch
    std::vector<Hour> minutes;                ///< of the open hour
  };
  static void close_hour(Series& series);
  void make_room();

  boost::unordered_flat_map<Key, std::unique_ptr<Series>, KeyHash> series_;
};

}  // namespace weir::detect
