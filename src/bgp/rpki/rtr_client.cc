#include "bgp/rpki/rtr_client.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace weir::bgp {
namespace {

/// A cache that has not told all its VRPs by then does not keep the next one from being asked.
constexpr UnixMillis kPatienceMs = 20 * kSecondMs;

/// All its VRPs are known, and it can be asked for changes.
bool is_up(const RtrCache& cache) {
  return cache.session().holds_all() && (cache.state() == RtrState::established || cache.state() == RtrState::syncing);
}

}  // namespace

RtrClient::RtrClient(RtrClientOptions options, VrpTable& table, std::size_t source)
    : table_(table), source_(source), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  std::ranges::stable_sort(options.caches, std::ranges::greater(), &RtrCacheConfig::preference);
  for (const RtrCacheConfig& cache : options.caches) {
    Place place;
    place.cache = std::make_unique<RtrCache>(cache.host, cache.port, options.times);
    const bool colons = cache.host.contains(':');
    place.shown.name = (colons ? "[" + cache.host + "]" : cache.host) + ":" + std::to_string(cache.port);
    place.shown.preference = cache.preference;
    places_.push_back(std::move(place));
  }
  show();
}

RtrClient::~RtrClient() {
  ::close(wake_);
}

void RtrClient::wake() {
  (void)::eventfd_write(wake_, 1);
}

void RtrClient::wait(UnixMillis wait_ms) {
  std::vector<pollfd> fds{{.fd = wake_, .events = POLLIN, .revents = 0}};
  for (const Place& place : places_) {
    if (place.cache->descriptor() >= 0)
      fds.push_back({.fd = place.cache->descriptor(), .events = place.cache->events(), .revents = 0});
  }
  (void)::poll(fds.data(), fds.size(), static_cast<int>(wait_ms));
  eventfd_t taken = 0;
  (void)::eventfd_read(wake_, &taken);
}

std::vector<RtrClientStatus> RtrClient::status() const {
  const std::lock_guard lock(mutex_);
  return shown_;
}

bool RtrClient::turn(UnixMillis now, UnixMillis wait_ms) {
  wait(wait_ms);
  for (Place& place : places_) {
    place.cache->turn(now);
    look(place, now);
  }
  if (const std::size_t index = best(); index != kNone) {
    leave_worse_than(index, now);
    if (index != in_use_) taken_ = false;
    in_use_ = index;
  } else {
    start_next(now);
  }
  const bool changed = take_over(now);
  show();
  return changed;
}

void RtrClient::look(Place& place, UnixMillis now) {
  RtrClientStatus& shown = place.shown;
  const RtrState before = shown.state;
  RtrState state = place.cache->state();
  // While a lost cache is tried again, and while an established one is asked for changes, people are told no other
  // word.
  if (before == RtrState::lost &&
      (state == RtrState::connecting || (state == RtrState::syncing && !is_up(*place.cache))))
    state = RtrState::lost;
  if (before == RtrState::established && state == RtrState::syncing) state = RtrState::established;
  shown.serial = place.cache->session().serial();
  shown.error = place.cache->error();
  if (state == before) return;
  shown.state = state;
  shown.since_ms = now;
  if (state == RtrState::established) log::info("an RPKI cache is up", "cache=" + shown.name);
  if (state == RtrState::lost)
    log::warn("an RPKI cache is lost", "cache=" + shown.name + " error=\"" + log::escape(shown.error) + "\"");
}

std::size_t RtrClient::best() const {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (is_up(*places_[i].cache)) return i;
  }
  return kNone;
}

/// The next one that is not tried yet, unless one that is tried deserves more time.
void RtrClient::start_next(UnixMillis now) {
  for (Place& place : places_) {
    if (!place.cache->started()) {
      place.cache->start();
      place.shown.state = RtrState::connecting;
      place.shown.since_ms = now;
      wake();
      return;
    }
    const bool failing = place.shown.state == RtrState::lost || place.shown.state == RtrState::no_data;
    if (!failing && now - place.shown.since_ms < kPatienceMs) return;
  }
}

void RtrClient::leave_worse_than(std::size_t index, UnixMillis now) {
  for (std::size_t i = index + 1; i < places_.size(); ++i) {
    Place& place = places_[i];
    if (!place.cache->started()) continue;
    place.cache->stop();
    place.shown.state = RtrState::stopped;
    place.shown.since_ms = now;
    place.shown.error.clear();
  }
}

/// Takes the VRPs of the cache in use when they changed: all told, or all expired.
bool RtrClient::take_over(UnixMillis now) {
  if (in_use_ == kNone) return false;
  Place& place = places_[in_use_];
  const RtrSession& session = place.cache->session();
  if (taken_ && session.changes() == taken_changes_) return false;
  const auto is_v4 = [](const Vrp& vrp) { return vrp.prefix.address.is_v4(); };
  place.shown.vrps4 = static_cast<std::size_t>(std::ranges::count_if(session.vrps(), is_v4));
  place.shown.vrps6 = session.vrps().size() - place.shown.vrps4;
  place.shown.updated_ms = now;
  table_.replace(source_, session.vrps());
  taken_changes_ = session.changes();
  taken_ = true;
  return true;
}

void RtrClient::show() {
  std::vector<RtrClientStatus> all;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    places_[i].shown.in_use = i == in_use_;
    all.push_back(places_[i].shown);
  }
  const std::lock_guard lock(mutex_);
  shown_.swap(all);
}

}  // namespace weir::bgp
