// The second stage: a target that came near a threshold, measured by the second over the last two minutes and by ten seconds
// over the last five.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "detect/hyperloglog.h"
#include "detect/record.h"
#include "detect/target_table.h"

namespace weir::detect {

/// What passed in one stretch of time; estimates.
struct Cell {
  std::array<float, kTrafficCount> bytes{};
  std::array<float, kTrafficCount> packets{};
  float flows = 0;
  float weighted = 0;  ///< packets times their sampling rate: from it follows how many were really seen

  void add(const Record& record, float share);
};

/// A rate with its 95 % confidence interval, which is the value itself where nothing was sampled.
struct Measured {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// The largest window of a threshold's kind, and where it was.
struct Window {
  Measured measured;
  std::int64_t end_s = 0;       ///< the last second of the largest
  std::int64_t last_over_s = 0; ///< the last second of the latest window that was above; 0: none was
};

/// Some other traffic of the target, to see how much of it a filter would hit. Plain enough to be held many times.
struct Feature {
  IpAddress source;
  IpAddress destination;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint16_t length = 0;
  std::uint8_t protocol = 0;
  std::uint8_t tcp_flags = 0;
  std::uint8_t icmp_type = 0;
  bool fragment = false;
};
[[nodiscard]] Feature feature_of(const Record& record);

struct Detail {
  static constexpr std::int64_t kSeconds = 128;
  static constexpr std::int64_t kTens = 32;
  static constexpr std::uint32_t kPeersEpochS = 30;
  static constexpr std::size_t kUsual = 48;

  TargetKey key;
  Way way = Way::incoming;
  std::uint16_t rule_set = 0;
  std::uint32_t customer = 0;  ///< number of its text
  float score = 0;             ///< as of last_s
  std::uint32_t last_s = 0;
  std::uint32_t made_s = 0;
  std::uint16_t evidence = 0;  ///< 0: none
  std::uint64_t attack = 0;    ///< the open one's number; 0: none
  bool touched = false;        ///< since the last look
  std::int64_t touched_s = INT64_MAX;  ///< the first second that was, since then
  bool is_scanner = false;     ///< an address outside that tries many of ours
  std::uint16_t index = 0;     ///< its place
  std::int64_t newest_s = 0;   ///< cells up to it are valid
  std::int64_t over_s = 0;     ///< the last second in which it was above a threshold, or of an attack above its release
  std::int64_t told_s = 0;     ///< the last second of an attack that has ended; 0 none
  // What is unusual, refreshed every minute; 0: not known well enough.
  double unusual_bits = 0;
  double unusual_packets = 0;
  std::uint32_t usual_checked_s = 0;
  std::array<Cell, kSeconds> seconds{};
  std::array<Cell, kTens> tens{};
  std::array<HyperLogLog<256>, 2> peers{};  ///< of this epoch and the one before
  std::uint32_t peers_epoch = 0;
  /// One or two flows of each of the last calm seconds, and when they were: an attack that begins is in the last ones alone.
  std::array<Feature, kUsual> usual{};
  std::array<std::uint32_t, kUsual> usual_s{};
  std::uint32_t usual_count = 0;

  [[nodiscard]] float score_at(std::uint32_t now_s) const { return score * decay(now_s - std::min(now_s, last_s)); }
  /// Makes room up to `now_s`: what falls out of the past is forgotten.
  void advance(std::int64_t now_s);
  /// `count_peer`: whether it is one of those that are counted for distinct peers.
  void add(const Record& record, const Spread& spread, std::uint64_t peer_hash, std::uint32_t now_s, bool count_peer);
  void note_usual(const Record& record, std::uint32_t now_s);
  [[nodiscard]] std::vector<Feature> usual_before(std::int64_t second) const;
  [[nodiscard]] const Cell& second(std::int64_t s) const { return seconds[static_cast<std::size_t>(s % kSeconds)]; }
  /// Windows that end at `oldest_s` or later. `until_s` is the engine's now.
  [[nodiscard]] Window largest(const Threshold& threshold, std::int64_t oldest_s, std::int64_t until_s) const;
  /// Different peers within the last 30 to 60 s.
  [[nodiscard]] double distinct_peers() const;
  /// The average over the seconds from `from_s` to `to_s`, both included.
  [[nodiscard]] Rates average(Traffic traffic, std::int64_t from_s, std::int64_t to_s) const;
};

}  // namespace weir::detect
