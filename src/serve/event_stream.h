// Server-sent events (the WHATWG HTML standard, section "Server-sent events"): one text made once, sent to many
// clients.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace weir::serve {

/// One event as it goes over the wire: "event: NAME", then DATA in as many "data:" lines as it has, then an empty line.
[[nodiscard]] std::string event_text(std::string_view name, std::string_view data);

/// A broadcast: who publishes does not know who listens. Thread-safe. Bounded: behind `most_clients` nobody is let in.
class EventStream {
 public:
  using Text = std::shared_ptr<const std::string>;
  /// Called by the publishing thread; must be quick and must not call back into the stream.
  using Listener = std::function<void(const Text&)>;
  using Ticket = std::uint64_t;

  explicit EventStream(std::size_t most_clients) : most_clients_(most_clients) {}

  /// Nothing when there are too many clients already.
  [[nodiscard]] std::optional<Ticket> subscribe(Listener listener);
  /// After this returns, the listener is not called any more.
  void unsubscribe(Ticket ticket);
  /// Hands `text` (one or more events) to every client of this moment.
  void publish(std::string text);
  [[nodiscard]] std::size_t clients() const;

 private:
  const std::size_t most_clients_;
  mutable std::mutex mutex_;
  std::map<Ticket, Listener> listeners_;
  Ticket next_ = 1;
};

}  // namespace weir::serve
