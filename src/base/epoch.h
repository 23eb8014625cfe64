// Freeing what other threads may still read: a reader pins an epoch for as long as it looks, the writer retires what it
// took out, and what was retired is freed once every reader that was pinned then has let go. Readers never wait.
//
// How it holds: a number counts epochs. A reader writes the number of now into its place before it looks at anything.
// The writer takes a thing out, marks it with the number of now, and counts on. Who pins later has the higher number
// and cannot find the thing; so when no place holds a number as low as the mark, nobody looks at it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

namespace weir {

class Epochs {
  struct alignas(64) Place {
    std::atomic<std::uint64_t> pinned{0};  ///< the epoch, or 0
    bool taken = false;
  };

 public:
  /// One reading thread's place. Make it once for each thread; it may not outlive the Epochs.
  class Reader {
   public:
    explicit Reader(Epochs& epochs);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

   private:
    friend class Epochs;
    Epochs& epochs_;
    Place& place_;
    unsigned depth_ = 0;
  };
  /// While it lives, nothing retired after its making is freed. Hold it for a batch, not for seconds. A thread may hold
  /// several at once.
  class Pin {
   public:
    explicit Pin(Reader& reader) : reader_(reader) {
      if (reader_.depth_++ == 0) reader_.epochs_.pin(reader_.place_);
    }
    ~Pin() {
      if (--reader_.depth_ == 0) reader_.place_.pinned.store(0, std::memory_order_release);
    }
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;

   private:
    Reader& reader_;
  };

  Epochs() = default;
  ~Epochs();  ///< frees all; no reader may be pinned
  Epochs(const Epochs&) = delete;
  Epochs& operator=(const Epochs&) = delete;

  // Writer: one at a time.
  /// `free` is called, from a later collect() of the writer's thread or the destructor, when nobody can read any more
  /// what it frees. What is retired must be unreachable for readers already.
  void retire(std::function<void()> free);
  /// Frees what can be freed now.
  void collect();

  // The same for who keeps its own list of what it retired (slab.h): things marked lower than what advance() returns
  // are out of every reader's sight.
  [[nodiscard]] std::uint64_t mark() const { return now_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t advance();

 private:
  struct Retired {
    std::uint64_t mark = 0;
    std::function<void()> free;
  };

  [[nodiscard]] Place& take_place();
  void pin(Place& place) {
    place.pinned.exchange(now_.load(std::memory_order_acquire), std::memory_order_seq_cst);
    // What the reader loads from here on must not be older than what its place says.
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }

  std::atomic<std::uint64_t> now_{1};
  std::mutex mutex_;          ///< of places_: readers come and go rarely
  std::deque<Place> places_;  ///< a deque does not move them
  std::deque<Retired> retired_;
};

}  // namespace weir
