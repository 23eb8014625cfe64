#include "detect/target_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "flow/key_hash.h"

namespace weir::detect {

std::uint64_t TargetKey::hash() const {
  const std::uint64_t what = std::uint64_t{length} << 16U | static_cast<std::uint64_t>(level) << 8U | slice;
  return flow::KeyHash::of_words(hi ^ (what * 0x9e37'79b9'7f4a'7c15), lo);
}

float decay(std::uint32_t seconds) {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = std::exp2(-static_cast<float>(i) / static_cast<float>(kHalfLifeS));
    }
    return out;
  }();
  return seconds < table.size() ? table[seconds] : 0.0F;
}

TargetTable::TargetTable(std::size_t most_octets)
    : most_slots_(most_octets / sizeof(Target)), random_(flow::process_seed()), segments_(kSegments) {
  for (Segment& segment : segments_) segment.slots.resize(kFirstSlots);
  slots_ = kSegments * kFirstSlots;
}

void TargetTable::prefetch(std::uint64_t hash) const {
  const Segment& segment = segments_[hash >> 58U];
  __builtin_prefetch(&segment.slots[hash & (segment.slots.size() - 1)]);
}

TargetTable::Places TargetTable::look(Segment& segment, const TargetKey& key, std::uint64_t hash, std::uint32_t now_s) {
  Places places;
  const std::size_t mask = segment.slots.size() - 1;
  for (std::size_t i = 0; i < kProbes; ++i) {
    Target& target = segment.slots[(hash + i) & mask];
    if (!target.used) {
      if (places.free == nullptr) places.free = &target;
      return places;
    }
    if (target.is(key)) {
      places.found = &target;
      return places;
    }
    if (target.is_detailed()) continue;
    const std::uint32_t age = now_s - std::min(now_s, target.last_s);
    if (age >= kStaleS && places.free == nullptr) places.free = &target;
    const float weight = (target.score[0] + target.score[1]) * decay(age);
    if (places.lightest == nullptr || weight < places.lightest_weight) {
      places.lightest = &target;
      places.lightest_weight = weight;
    }
  }
  return places;
}

Target* TargetTable::find(const TargetKey& key, std::uint64_t hash) {
  return look(segment_of(hash), key, hash, 0).found;
}

TargetTable::Found TargetTable::find_or_add(const TargetKey& key, std::uint64_t hash, float weight, std::uint32_t now_s) {
  Segment& segment = segment_of(hash);
  Places places = look(segment, key, hash, now_s);
  if (places.found != nullptr) return {places.found, false};
  while (places.free == nullptr && grow(segment)) places = look(segment, key, hash, now_s);
  Target fresh{.hi = key.hi,
               .lo = key.lo,
               .length = key.length,
               .level = key.level,
               .slice = key.slice,
               .used = true,
               .last_s = now_s};
  if (places.free != nullptr) {
    if (!places.free->used) ++size_;
    *places.free = fresh;
    return {places.free, true};
  }
  if (places.lightest == nullptr) {
    ++refused_;
    return {};
  }
  if (weight < places.lightest_weight) {
    if (!chance(weight / places.lightest_weight)) {
      ++refused_;
      return {};
    }
    // It stands for all those that were refused, so it takes over the weight.
    fresh.score[0] = places.lightest_weight;
  }
  ++evicted_;
  *places.lightest = fresh;
  return {places.lightest, true};
}

bool TargetTable::grow(Segment& segment) {
  const std::size_t old_size = segment.slots.size();
  if (slots_ + old_size > most_slots_) return false;
  const std::vector<Target> old = std::exchange(segment.slots, std::vector<Target>(old_size * 2));
  slots_ += old_size;
  for (const Target& target : old) {
    if (!target.used) continue;
    const std::uint64_t hash = target.key().hash();
    Places places = look(segment, target.key(), hash, 0);
    if (places.free == nullptr) {
      // Hardly ever: sixteen neighbours are taken. The lightest of all seventeen goes.
      ++evicted_;
      --size_;
      if (places.lightest == nullptr) continue;
      if (!target.is_detailed() && places.lightest_weight >= target.score[0] + target.score[1]) continue;
      places.free = places.lightest;
    }
    *places.free = target;
  }
  return true;
}

bool TargetTable::chance(float probability) {
  random_ += 0x9e37'79b9'7f4a'7c15;
  std::uint64_t z = random_;
  z = (z ^ (z >> 30U)) * 0xbf58'476d'1ce4'e5b9;
  z = (z ^ (z >> 27U)) * 0x94d0'49bb'1331'11eb;
  return static_cast<float>((z ^ (z >> 31U)) >> 40U) * 0x1.0p-24F < probability;
}

}  // namespace weir::detect
