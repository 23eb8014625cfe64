#include "base/slab.h"

#include <algorithm>
#include <bit>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define WEIR_SLAB_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEIR_SLAB_POISON 1
#endif
#endif
#ifdef WEIR_SLAB_POISON
// As <sanitizer/asan_interface.h> declares them: so that the sanitizer sees the use of a freed block.
extern "C" void __asan_poison_memory_region(void const volatile* at, std::size_t octets);
extern "C" void __asan_unpoison_memory_region(void const volatile* at, std::size_t octets);
#endif

namespace weir {

Slab::Slab(Epochs& epochs, std::size_t most_octets) : epochs_(epochs), memory_(most_octets) {
  // Every number of units up to 32, then eight steps for each doubling: at most an eighth is lost.
  for (std::size_t units = 1; units <= kMostSmallUnits; units += units < 32 ? 1 : std::bit_floor(units) / 8) {
    for (std::size_t i = class_units_.empty() ? 0 : class_units_.back() + std::size_t{1}; i <= units; ++i) {
      class_of_.at(i) = static_cast<std::uint8_t>(class_units_.size());
    }
    class_units_.push_back(static_cast<std::uint16_t>(units));
  }
  roomy_.fill(kNoPage);
}

Slab::~Slab() {
  if (memory_.committed() > 0) unpoison(0, memory_.committed());
}

std::size_t Slab::span_class(std::size_t octets) {
  return static_cast<std::size_t>(std::bit_width((octets + kPageOctets - 1) / kPageOctets - 1));
}

std::uint32_t Slab::new_pages(std::size_t count) {
  const std::size_t first = pages_.size();
  if (!memory_.commit((first + count) * kPageOctets)) throw std::bad_alloc();
  pages_.resize(first + count);
  return static_cast<std::uint32_t>(first);
}

void Slab::link(std::uint32_t page) {
  std::uint32_t& first = roomy_.at(pages_[page].size_class);
  pages_[page].previous = kNoPage;
  pages_[page].next = first;
  if (first != kNoPage) pages_[first].previous = page;
  first = page;
}

void Slab::unlink(std::uint32_t page) {
  const auto [next, previous] = std::pair(pages_[page].next, pages_[page].previous);
  if (next != kNoPage) pages_[next].previous = previous;
  (previous != kNoPage ? pages_[previous].next : roomy_.at(pages_[page].size_class)) = next;
}

std::uint32_t Slab::page_with_room(std::size_t size_class) {
  if (roomy_.at(size_class) != kNoPage) return roomy_.at(size_class);
  std::uint32_t page = 0;
  if (!free_pages_.empty()) {
    page = free_pages_.back();
    free_pages_.pop_back();
  } else {
    page = new_pages(1);
  }
  pages_[page] = {.size_class = static_cast<std::uint16_t>(size_class)};
  link(page);
  return page;
}

Slab::Block Slab::allocate(std::size_t octets) {
  const std::size_t units = units_of(octets);
  if (units > kMostSmallUnits) return allocate_span(octets);
  const std::size_t size_class = class_of_.at(units);
  const std::uint32_t number = page_with_room(size_class);
  Page& page = pages_[number];
  const std::size_t size = class_units_[size_class];
  Block block = page.free;
  if (block != 0) {
    page.free = *at<Block>(block);
  } else {
    block = static_cast<Block>(number * kPageUnits + page.fresh * size);
    ++page.fresh;
  }
  ++page.used;
  if (page.free == 0 && (page.fresh + std::size_t{1}) * size > kPageUnits) unlink(number);
  unpoison(block, octets);
  return block;
}

Slab::Block Slab::allocate_span(std::size_t octets) {
  if (octets > kMostOctets) throw std::bad_alloc();
  const std::size_t span = span_class(octets);
  auto& free = free_spans_.at(span);
  if (!free.empty()) {
    const Block block = free.back();
    free.pop_back();
    unpoison(block, octets);
    return block;
  }
  const std::size_t pages = std::size_t{1} << span;
  const std::uint32_t first = new_pages(pages);
  span_pages_ += pages;
  return static_cast<Block>(first * kPageUnits);
}

void Slab::free(Block block, std::size_t octets) {
  const std::size_t units = units_of(octets);
  if (units > kMostSmallUnits) {
    poison(block, octets);
    free_spans_.at(span_class(octets)).push_back(block);
    return;
  }
  const auto number = static_cast<std::uint32_t>(block / kPageUnits);
  Page& page = pages_[number];
  const bool was_full = page.free == 0 && (page.fresh + std::size_t{1}) * class_units_[page.size_class] > kPageUnits;
  if (page.used == 1) {
    if (!was_full) unlink(number);
    poison(block, octets);
    unpoison(static_cast<Block>(number * kPageUnits), kPageOctets);  // it may hold blocks of another size next
    free_pages_.push_back(number);
    page = {};
    return;
  }
  *at<Block>(block) = page.free;
  page.free = block;
  --page.used;
  if (was_full) link(number);
  poison(block, octets);
}

void Slab::retire(Block block, std::size_t octets) {
  retired_.push_back({epochs_.mark(), block, static_cast<std::uint32_t>(octets)});
  ++retired_since_collect_;
}

void Slab::collect() {
  retired_since_collect_ = 0;
  if (retired_.empty()) return;
  const std::uint64_t below = epochs_.advance();
  while (!retired_.empty() && retired_.front().mark < below) {
    free(retired_.front().block, retired_.front().octets);
    retired_.pop_front();
  }
}

std::size_t Slab::memory() const {
  return pages_.size() * (kPageOctets + sizeof(Page)) + retired_.size() * sizeof(Retired) +
         free_pages_.capacity() * sizeof(std::uint32_t);
}

// A block's first word stays readable: the list of free blocks runs through it.
void Slab::poison([[maybe_unused]] Block block, [[maybe_unused]] std::size_t octets) {
#ifdef WEIR_SLAB_POISON
  if (octets > kUnit) __asan_poison_memory_region(at<std::byte>(block) + kUnit, octets - kUnit);
#endif
}

void Slab::unpoison([[maybe_unused]] Block block, [[maybe_unused]] std::size_t octets) {
#ifdef WEIR_SLAB_POISON
  __asan_unpoison_memory_region(at<std::byte>(block), octets);
#endif
}

}  // namespace weir
