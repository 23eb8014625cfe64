// The first stage: one small record for each address, prefix, customer and interface that has traffic, with how much of its
// thresholds it used up lately. Who comes near is measured in detail (detail.h); nobody else costs more than this.
//
// Bounded memory. Where there is no room, the lightest of the places that an address may take gives way, and only to a heavier
// one, or to a lighter one with the chance of its share: pushing out a target of weight w takes traffic of weight w. Targets
// that are measured in detail never give way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "detect/detect_config.h"

namespace weir::detect {

/// Which target: `hi`, `lo` are an address, or for a customer and an interface a number (target_name.h).
struct TargetKey {
  std::uint64_t hi = 0;
  std::uint64_t lo = 0;
  std::uint8_t length = 0;  ///< of a prefix, in the family's own bits
  Level level = Level::address;
  std::uint8_t slice = 0;  ///< 0: all flows; n: those that match custom rule n-1
  bool operator==(const TargetKey&) const = default;

  [[nodiscard]] std::uint64_t hash() const;
  [[nodiscard]] IpAddress address() const { return {hi, lo}; }
};

struct Target {
  static constexpr std::uint16_t kUngoverned = UINT16_MAX;

  // The key, flat, so that nothing is lost to padding.
  std::uint64_t hi = 0;
  std::uint64_t lo = 0;
  std::uint8_t length = 0;
  Level level = Level::address;
  std::uint8_t slice = 0;
  bool used = false;
  std::uint32_t last_s = 0;               ///< when it was touched last, on the engine's clock
  std::array<float, 2> score{};          ///< by Way; see Scores
  std::array<std::uint16_t, 2> detail{};  ///< by Way; 0: none
  std::uint16_t rule_set = 0;  ///< kUngoverned: to be asked for when it is touched next

  [[nodiscard]] TargetKey key() const { return {hi, lo, length, level, slice}; }
  [[nodiscard]] bool is(const TargetKey& key) const {
    return hi == key.hi && lo == key.lo && length == key.length && level == key.level && slice == key.slice;
  }
  [[nodiscard]] bool is_detailed() const { return detail[0] != 0 || detail[1] != 0; }
};
static_assert(sizeof(Target) == 40);

/// A score is volume in units of what a threshold allows in its window (of at most 5 s), halved every kHalfLifeS.
inline constexpr std::uint32_t kHalfLifeS = 8;
[[nodiscard]] float decay(std::uint32_t seconds);

class TargetTable {
 public:
  /// Holds at most as many as fit in `most_octets`.
  explicit TargetTable(std::size_t most_octets);

  /// Starts fetching what find() of this hash will look at.
  void prefetch(std::uint64_t hash) const;
  /// Null where it is not held.
  [[nodiscard]] Target* find(const TargetKey& key, std::uint64_t hash);
  /// The target, new ones with the scores as they took them over and `fresh` set. Null where it is refused. Pointers hold until
  /// the next call. `weight` is the score that the caller is about to add.
  struct Found {
    Target* target = nullptr;
    bool fresh = false;
  };
  [[nodiscard]] Found find_or_add(const TargetKey& key, std::uint64_t hash, float weight, std::uint32_t now_s);

  template <typename Visit>
  void for_each(Visit&& visit) {
    for (Segment& segment : segments_) {
      for (Target& target : segment.slots) {
        if (target.used) visit(target);
      }
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t memory() const { return slots_ * sizeof(Target); }
  [[nodiscard]] std::uint64_t evicted() const { return evicted_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  static constexpr std::size_t kSegments = 64;
  static constexpr std::size_t kFirstSlots = 128;
  static constexpr std::size_t kProbes = 16;      ///< places that a target may take
  static constexpr std::uint32_t kStaleS = 600;   ///< untouched for so long, it gives way to anybody

  struct Segment {
    std::vector<Target> slots;
  };
  [[nodiscard]] Segment& segment_of(std::uint64_t hash) { return segments_[hash >> 58U]; }
  /// Nothing found, and where a new one would go.
  struct Places {
    Target* found = nullptr;
    Target* free = nullptr;     ///< or stale
    Target* lightest = nullptr;
    float lightest_weight = 0;
  };
  [[nodiscard]] Places look(Segment& segment, const TargetKey& key, std::uint64_t hash, std::uint32_t now_s);
  bool grow(Segment& segment);
  [[nodiscard]] bool chance(float probability);

  std::size_t most_slots_;
  std::size_t slots_ = 0;
  std::size_t size_ = 0;
  std::uint64_t evicted_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t random_;
  std::vector<Segment> segments_;
};

}  // namespace weir::detect
