#include "base/epoch.h"

#include <algorithm>

namespace weir {

Epochs::Reader::Reader(Epochs& epochs) : epochs_(epochs), place_(epochs.take_place()) {}

Epochs::Reader::~Reader() {
  const std::scoped_lock lock(epochs_.mutex_);
  place_.taken = false;
}

Epochs::Place& Epochs::take_place() {
  const std::scoped_lock lock(mutex_);
  const auto free = std::ranges::find(places_, false, &Place::taken);
  Place& place = free != places_.end() ? *free : places_.emplace_back();
  place.taken = true;
  return place;
}

Epochs::~Epochs() {
  for (Retired& retired : retired_) retired.free();
}

void Epochs::retire(std::function<void()> free) {
  retired_.push_back({mark(), std::move(free)});
}

void Epochs::collect() {
  if (retired_.empty()) return;
  const std::uint64_t below = advance();
  while (!retired_.empty() && retired_.front().mark < below) {
    retired_.front().free();
    retired_.pop_front();
  }
}

std::uint64_t Epochs::advance() {
  std::uint64_t lowest = now_.fetch_add(1, std::memory_order_seq_cst) + 1;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const std::scoped_lock lock(mutex_);
  for (const Place& place : places_) {
    const std::uint64_t pinned = place.pinned.load(std::memory_order_seq_cst);
    if (pinned != 0) lowest = std::min(lowest, pinned);
  }
  return lowest;
}

}  // namespace weir
