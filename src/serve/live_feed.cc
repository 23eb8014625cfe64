#include "serve/live_feed.h"

#include <algorithm>
#include <chrono>

#include "serve/live_events.h"

namespace weir::serve {
namespace {

constexpr UnixMillis kTickMs = 1000;
constexpr std::uint64_t kDoctorTicks = 5;
constexpr UnixMillis kLookMs = 200;  // how soon somebody who comes is noticed
constexpr UnixMillis kLeastRestMs = 3 * kSecondMs;
constexpr UnixMillis kTopRangeMs = 5 * kMinuteMs;
constexpr UnixMillis kTrafficRangeMs = 15 * kMinuteMs;
constexpr UnixMillis kTrafficStepMs = 10 * kSecondMs;

}  // namespace

void LiveFeed::start() {
  ticker_ = std::thread([this] { tick_loop(); });
  asker_ = std::thread([this] { ask_loop(); });
}

void LiveFeed::stop() {
  cancel_.store(true);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (ticker_.joinable()) ticker_.join();
  if (asker_.joinable()) asker_.join();
}

std::string LiveFeed::greeting() const {
  // A browser that lost the connection comes back after two seconds.
  std::string out = "retry: 2000\n\n" + event_text("history", history_json(monitor_.history())) +
                    event_text("rates", rates_json(monitor_.rates()));
  const std::lock_guard lock(mutex_);
  return out + exporters_ + traffic_ + top_;
}

bool LiveFeed::sleep(UnixMillis ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(ms), [&] { return stopping_; });
  return !stopping_;
}

void LiveFeed::tick_loop() {
  std::int64_t next = steady_ms();
  for (std::uint64_t count = 0;; ++count) {
    tick(count);
    next = std::max(next + kTickMs, steady_ms());
    if (!sleep(next - steady_ms())) return;
  }
}

void LiveFeed::tick(std::uint64_t count) {
  const UnixMillis now = now_ms();
  const std::size_t known = monitor_.rates().exporters.size();
  monitor_.tick(now, steady_ms());
  const Rates rates = monitor_.rates();
  const bool anybody = stream_->clients() > 0;
  if (anybody) stream_->publish(event_text("rates", rates_json(rates)));
  tell_attacks(anybody);
  // A new exporter is shown at once.
  if (count % kDoctorTicks != 0 && rates.exporters.size() == known) return;
  const Observation observation = monitor_.observe(now);
  std::string text = event_text("exporters", exporters_json(monitor_.diagnose(observation), rates, observation.store));
  if (anybody) stream_->publish(text);
  const std::lock_guard lock(mutex_);
  exporters_ = std::move(text);
}

void LiveFeed::tell_attacks(bool anybody) {
  const detect::Detector* detector = monitor_.sources().detector;
  if (detector == nullptr) return;
  const detect::Changes changes = detector->changes(next_attack_change_);
  next_attack_change_ = changes.next;
  if (!anybody) return;
  for (const detect::Change& change : changes.changes) stream_->publish(event_text("attack", attack_change_json(change)));
}

void LiveFeed::ask_loop() {
  std::int64_t next = 0;
  while (sleep(kLookMs)) {
    if (stream_->clients() == 0) {
      // Who comes next is not greeted with what is old.
      next = 0;
      const std::lock_guard lock(mutex_);
      traffic_.clear();
      top_.clear();
    } else if (steady_ms() >= next) {
      const std::int64_t began = steady_ms();
      ask();
      next = steady_ms() + std::max(kLeastRestMs, 9 * (steady_ms() - began));
    }
  }
}

void LiveFeed::ask() {
  store::Store& store = monitor_.sources().store;
  const UnixMillis now = now_ms();
  query::Query traffic;
  traffic.to_ms = now - now % kTrafficStepMs;
  traffic.from_ms = traffic.to_ms - kTrafficRangeMs;
  traffic.resolution_ms = kTrafficStepMs;
  const auto series = store.run(traffic, cancel_);
  std::string traffic_text =
      event_text("traffic", series ? traffic_json(*series, kTrafficStepMs) : error_json(series.error()));

  std::vector<query::Answer> answers;
  Result<query::Answer> answer;
  for (const TopList& list : top_lists()) {
    query::Query top;
    top.to_ms = traffic.to_ms;
    top.from_ms = top.to_ms - kTopRangeMs;
    top.by = list.by;
    answer = store.run(top, cancel_);
    if (!answer) break;
    answers.push_back(std::move(*answer));
  }
  std::string top_text = event_text(
      "top", answer ? top_json(answers, traffic.to_ms - kTopRangeMs, traffic.to_ms) : error_json(answer.error()));
  stream_->publish(traffic_text + top_text);
  const std::lock_guard lock(mutex_);
  traffic_ = std::move(traffic_text);
  top_ = std::move(top_text);
}

}  // namespace weir::serve
