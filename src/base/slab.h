// Memory for many small blocks that threads read while one thread replaces them: a block has a number of 32 bits
// instead of an address, costs no header, and what is retired is used again once no reader can see it (epoch.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/epoch.h"
#include "base/reservation.h"

namespace weir {

/// One writer at a time; who holds a Pin of `epochs` reads. Blocks are aligned to 8 octets, and to 64 where their size
/// is a multiple of 64. When there is no memory left, allocate() throws std::bad_alloc as `new` does.
class Slab {
 public:
  /// Counts in units of 8 octets; 0 is no block.
  using Block = std::uint32_t;
  static constexpr std::size_t kUnit = 8;
  /// The largest block.
  static constexpr std::size_t kMostOctets = std::size_t{4} << 20U;

  /// `epochs` outlives it. At most 32 GiB.
  explicit Slab(Epochs& epochs, std::size_t most_octets = std::size_t{32} << 30U);
  ~Slab();
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;

  [[nodiscard]] Block allocate(std::size_t octets);
  /// Of a block that no reader was ever told of. `octets` as at allocate().
  void free(Block block, std::size_t octets);
  /// Frees it in a later collect(), once nobody can see it. It is to be unreachable for readers before that.
  void retire(Block block, std::size_t octets);
  /// Uses again what can be.
  void collect();
  /// The same when much is waiting: cheap to call after each change.
  void collect_if_due() {
    if (retired_since_collect_ >= kRetiredBetweenCollects) collect();
  }

  /// The block as a T, and `count` items that follow it. Both are plain enough to need no destructor.
  template <typename T>
  [[nodiscard]] T* at(Block block) const {
    return reinterpret_cast<T*>(memory_.data() + std::size_t{block} * kUnit);
  }
  template <typename Item, typename Head>
  [[nodiscard]] static std::span<Item> tail(Head& head, std::size_t count) {
    static_assert(sizeof(Head) % alignof(Item) == 0);
    return {reinterpret_cast<Item*>(&head + 1), count};
  }
  template <typename Item, typename Head>
  [[nodiscard]] static std::span<const Item> tail(const Head& head, std::size_t count) {
    static_assert(sizeof(Head) % alignof(Item) == 0);
    return {reinterpret_cast<const Item*>(&head + 1), count};
  }
  /// Where a block is, to be prefetched. Not a function that prefetches: g++ 12 takes one for having no effect, and drops the
  /// calls of it.
  [[nodiscard]] const void* address(Block block) const { return memory_.data() + std::size_t{block} * kUnit; }

  /// Octets of all pages that were ever used, with what waits in them and beside them.
  [[nodiscard]] std::size_t memory() const;
  /// Of these, what holds no block now.
  [[nodiscard]] std::size_t unused() const { return free_pages_.size() * kPageOctets; }

 private:
  static constexpr std::size_t kPageOctets = std::size_t{64} << 10U;
  static constexpr std::size_t kPageUnits = kPageOctets / kUnit;
  static constexpr std::size_t kMostSmallUnits = kPageUnits / 8;
  static constexpr std::size_t kMostClasses = 80;
  static constexpr std::uint32_t kNoPage = 0xffff'ffff;
  /// So often that little waits, so rarely that looking at the readers' places costs nothing.
  static constexpr std::size_t kRetiredBetweenCollects = 1024;

  /// Blocks of one size; pages with room are in their class's list.
  struct Page {
    std::uint16_t size_class = 0;
    std::uint16_t used = 0;
    std::uint16_t fresh = 0;  ///< blocks never given out yet begin here
    Block free = 0;           ///< a list through the blocks themselves
    std::uint32_t next = kNoPage, previous = kNoPage;
  };
  struct Retired {
    std::uint64_t mark = 0;
    Block block = 0;
    std::uint32_t octets = 0;
  };

  [[nodiscard]] static std::size_t units_of(std::size_t octets) { return (octets + kUnit - 1) / kUnit; }
  [[nodiscard]] static std::size_t span_class(std::size_t octets);
  [[nodiscard]] std::uint32_t new_pages(std::size_t count);
  [[nodiscard]] std::uint32_t page_with_room(std::size_t size_class);
  [[nodiscard]] Block allocate_span(std::size_t octets);
  void link(std::uint32_t page);
  void unlink(std::uint32_t page);
  void poison(Block block, std::size_t octets);
  void unpoison(Block block, std::size_t octets);

  Epochs& epochs_;
  Reservation memory_;
  std::vector<std::uint16_t> class_units_;                    ///< size of each class
  std::array<std::uint8_t, kMostSmallUnits + 1> class_of_{};  ///< of a number of units
  std::array<std::uint32_t, kMostClasses> roomy_;             ///< first page with room, of each class
  std::vector<Page> pages_{1};                                ///< page 0 is never used, so that block 0 is none
  std::vector<std::uint32_t> free_pages_;
  std::array<std::vector<Block>, 16> free_spans_;  ///< blocks of 2^i pages
  std::size_t span_pages_ = 0;
  std::deque<Retired> retired_;
  std::size_t retired_since_collect_ = 0;
};

}  // namespace weir
