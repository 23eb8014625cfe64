#include "serve/event_stream.h"

namespace weir::serve {

std::string event_text(std::string_view name, std::string_view data) {
  std::string out = "event: ";
  out += name;
  out += '\n';
  while (true) {
    const auto end = data.find('\n');
    out += "data: ";
    out += data.substr(0, end);
    out += '\n';
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + 1);
  }
  out += '\n';
  return out;
}

std::optional<EventStream::Ticket> EventStream::subscribe(Listener listener) {
  const std::lock_guard lock(mutex_);
  if (listeners_.size() >= most_clients_) return std::nullopt;
  listeners_.emplace(next_, std::move(listener));
  return next_++;
}

void EventStream::unsubscribe(Ticket ticket) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(ticket);
}

void EventStream::publish(std::string text) {
  const auto shared = std::make_shared<const std::string>(std::move(text));
  const std::lock_guard lock(mutex_);
  for (const auto& [ticket, listener] : listeners_) listener(shared);
}

std::size_t EventStream::clients() const {
  const std::lock_guard lock(mutex_);
  return listeners_.size();
}

}  // namespace weir::serve
