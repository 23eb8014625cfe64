#include "serve/es/cursors.h"

#include <fmt/format.h>

#include <random>

#include "serve/es/dates.h"

namespace weir::serve::es {
namespace {

/// 128 bits that nobody guesses.
std::string fresh_id(std::string_view kind) {
  std::random_device random;
  std::string out(kind);
  for (int i = 0; i < 4; ++i) out += fmt::format("{:08x}", random());
  return out;
}

std::unexpected<EsError> no_context(std::string_view id) {
  EsError error;
  error.status = 404;
  error.type = "search_context_missing_exception";
  error.reason = fmt::format("No search context found for id [{}]", id.substr(0, 64));
  error.in_search = true;
  return std::unexpected(std::move(error));
}

std::unexpected<EsError> too_many(std::string_view what) {
  return refuse("rejected_execution_exception",
                fmt::format("Trying to create too many {}. Must be less than or equal to: [{}]. Close those that are not needed, or let "
                            "them live shorter.",
                            what, kMostCursors),
                429);
}

}  // namespace

void Cursors::forget_old(UnixMillis now) {
  std::erase_if(scrolls_, [&](const auto& entry) { return entry.second.until_ms < now; });
  std::erase_if(pits_, [&](const auto& entry) { return entry.second.until_ms < now; });
}

Parsed<std::string> Cursors::open(std::shared_ptr<Scroll> scroll, UnixMillis keep_ms, UnixMillis now) {
  const std::scoped_lock lock(mutex_);
  forget_old(now);
  std::size_t octets = scroll->octets;
  for (const auto& [id, kept] : scrolls_) octets += kept.what->octets;
  if (scrolls_.size() >= kMostCursors || octets > kMostCursorOctets) return too_many("scroll contexts");
  std::string id = fresh_id("s");
  scrolls_[id] = {std::move(scroll), now + keep_ms, keep_ms};
  return id;
}

Parsed<std::string> Cursors::open(std::shared_ptr<PointInTime> pit, UnixMillis keep_ms, UnixMillis now) {
  const std::scoped_lock lock(mutex_);
  forget_old(now);
  if (pits_.size() >= kMostCursors) return too_many("points in time");
  std::string id = fresh_id("p");
  pits_[id] = {std::move(pit), now + keep_ms, keep_ms};
  return id;
}

Parsed<std::shared_ptr<Scroll>> Cursors::scroll(std::string_view id, UnixMillis keep_ms, UnixMillis now) {
  const std::scoped_lock lock(mutex_);
  forget_old(now);
  const auto found = scrolls_.find(id);
  if (found == scrolls_.end()) return no_context(id);
  if (keep_ms > 0) found->second.keep_ms = keep_ms;
  found->second.until_ms = now + found->second.keep_ms;
  return found->second.what;
}

Parsed<std::shared_ptr<PointInTime>> Cursors::pit(std::string_view id, UnixMillis keep_ms, UnixMillis now) {
  const std::scoped_lock lock(mutex_);
  forget_old(now);
  const auto found = pits_.find(id);
  if (found == pits_.end()) return no_context(id);
  if (keep_ms > 0) found->second.keep_ms = keep_ms;
  found->second.until_ms = now + found->second.keep_ms;
  return found->second.what;
}

bool Cursors::close(std::string_view id) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = scrolls_.find(id); found != scrolls_.end()) {
    scrolls_.erase(found);
    return true;
  }
  if (const auto found = pits_.find(id); found != pits_.end()) {
    pits_.erase(found);
    return true;
  }
  return false;
}

std::size_t Cursors::close_all_scrolls() {
  const std::scoped_lock lock(mutex_);
  const std::size_t count = scrolls_.size();
  scrolls_.clear();
  return count;
}

std::vector<std::string> Cursors::close_all_pits() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [id, kept] : pits_) out.push_back(id);
  pits_.clear();
  return out;
}

std::size_t Cursors::open_scrolls(UnixMillis now) {
  const std::scoped_lock lock(mutex_);
  forget_old(now);
  return scrolls_.size();
}

Parsed<UnixMillis> read_keep_alive(std::string_view text) {
  const auto length = parse_interval(text);
  if (!length) return illegal(fmt::format("failed to parse setting [keep_alive] with value [{}] as a time value", text));
  if (*length > kMostKeepAliveMs)
    return illegal(fmt::format("Keep alive for request ({}) is too large. It must be less than (1d).", text));
  return *length;
}

}  // namespace weir::serve::es
