// Freeing what other threads may still read: a reader pins an epoch for as long as it looks, the writer retires what it
// took out, and what was retired is freed once every reader that was pinned then has let go. Readers never wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace weir {

class Epochs {
 public:
  /// One reading thread's place. Make it once for each thread; it may not outlive the Epochs.
  class Reader;
  /// While it lives, nothing retired after its making is freed. Hold it for a batch, not for seconds.
  class Pin;

  Epochs();
  ~Epochs();  ///< frees all; no reader may be pinned
  Epochs(const Epochs&) = delete;
  Epochs& operator=(const Epochs&) = delete;

  /// Writer: `free` is called, from a later retire() or collect() of the writer's thread, when nobody can read any more
  /// what it frees. What is retired must be unreachable for readers already.
  void retire(std::function<void()> free);
  /// Writer: frees what can be freed now.
  void collect();
};

}  // namespace weir
