#include "base/reservation.h"

#include <sys/mman.h>

#include <algorithm>

namespace weir {
namespace {

// Of a huge page: the range begins at one, so that the kernel can use them, and what is found by chance in a large
// table costs no walk of page tables.
constexpr std::size_t kAlignment = std::size_t{2} << 20U;
constexpr std::size_t kLeastStep = std::size_t{64} << 10U;

std::size_t round_up(std::size_t octets, std::size_t to) {
  return (octets + to - 1) / to * to;
}

}  // namespace

Reservation::Reservation(std::size_t octets) {
  for (capacity_ = round_up(octets, kAlignment); capacity_ >= kAlignment;
       capacity_ = capacity_ / 2 / kAlignment * kAlignment) {
    mapped_octets_ = capacity_ + kAlignment;
    mapped_ = mmap(nullptr, mapped_octets_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped_ != MAP_FAILED) break;
  }
  if (capacity_ < kAlignment) throw std::bad_alloc();
  data_ = reinterpret_cast<std::byte*>(round_up(reinterpret_cast<std::uintptr_t>(mapped_), kAlignment));
  (void)madvise(data_, capacity_, MADV_HUGEPAGE);  // a wish: without it all works, slower
}

Reservation::~Reservation() {
  munmap(mapped_, mapped_octets_);
}

bool Reservation::commit(std::size_t octets) {
  if (octets <= committed_) return true;
  if (octets > capacity_) return false;
  // Little for a little table; whole huge pages for a large one, in steps that grow with it.
  const std::size_t step = committed_ < kAlignment / 2 ? kLeastStep : kAlignment;
  const std::size_t wanted = std::min(capacity_, round_up(octets + std::min(committed_ / 8, 16 * kAlignment), step));
  if (mprotect(data_ + committed_, wanted - committed_, PROT_READ | PROT_WRITE) != 0) return false;
  committed_ = wanted;
  return true;
}

void Reservation::release(std::size_t offset, std::size_t octets) {
  (void)madvise(data_ + offset, octets, MADV_DONTNEED);
}

}  // namespace weir
