// A range of addresses that memory is put behind as it is needed: what lies in it never moves, so that threads may read
// it while it grows.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

namespace weir {

/// The range alone; nothing is counted as used before commit(). Linux.
class Reservation {
 public:
  /// Reserves `octets`, or as much of it as the process may have (a limit on its address space halves it).
  explicit Reservation(std::size_t octets);
  ~Reservation();
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  [[nodiscard]] std::byte* data() const { return data_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t committed() const { return committed_; }
  /// The first `octets` can be used, zeroed. False when there is no more room or no memory.
  [[nodiscard]] bool commit(std::size_t octets);
  /// Gives the memory behind whole pages back to the system; they read as zero.
  void release(std::size_t offset, std::size_t octets);

 private:
  std::byte* data_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t committed_ = 0;
  void* mapped_ = nullptr;
  std::size_t mapped_octets_ = 0;
};

/// An array that grows and never moves: one thread appends, others read what they were told of. T needs no destructor.
template <typename T>
class ReservedArray {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit ReservedArray(std::size_t most) : memory_(most * sizeof(T)), most_(memory_.capacity() / sizeof(T)) {}

  [[nodiscard]] T& operator[](std::size_t i) { return items()[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const { return items()[i]; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool full() const { return size_ == most_; }
  [[nodiscard]] std::size_t memory() const { return memory_.committed(); }
  /// Appends T{}. The new one is to be published by who appends. Throws std::bad_alloc as `new` does.
  T& emplace_back() {
    if (full() || !memory_.commit((size_ + 1) * sizeof(T))) throw std::bad_alloc();
    return *new (items() + size_++) T{};
  }

 private:
  [[nodiscard]] T* items() const { return reinterpret_cast<T*>(memory_.data()); }

  Reservation memory_;
  std::size_t most_;
  std::size_t size_ = 0;
};

}  // namespace weir
