// A few threads that run handlers, behind a queue that refuses when it is full.
#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"

namespace weir::serve {

/// Construction is inert; start() makes the threads, stop() lets them finish what is queued and joins them.
class WorkerPool {
 public:
  using Task = std::move_only_function<void()>;

  WorkerPool(std::size_t threads, std::size_t queued) : threads_wanted_(threads), queue_(queued) {}
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void start();
  /// False when the queue is full or the pool was stopped. Tasks do not throw.
  [[nodiscard]] bool run(Task task) { return queue_.push(std::move(task)); }
  void stop();

 private:
  const std::size_t threads_wanted_;
  BoundedQueue<Task, WhenFull::drop> queue_;
  std::vector<std::thread> threads_;
};

}  // namespace weir::serve
