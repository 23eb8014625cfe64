#include "collect/routing.h"

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/log.h"
#include "collect/named_thread.h"

namespace weir::collect {
namespace {

constexpr std::chrono::milliseconds kUpkeepEvery{50};
constexpr std::int64_t kLongestNapMs = kSecondMs;

constexpr std::string_view kStaticName = "static";
constexpr std::int64_t kFilesEveryMs = kSecondMs;

bgp::SessionsConfig sessions_of(const RoutingConfig& config) {
  return {.bgp = config.bgp, .bmp = config.bmp, .hold_ms = config.rib.hold_ms};
}

/// The files, and the routes of the configuration as one more.
std::vector<RouteFileConfig> files_of(const RoutingConfig& config) {
  std::vector<RouteFileConfig> out = config.files;
  if (config.fixed.empty()) return out;
  RouteFileConfig& fixed = out.emplace_back();
  fixed.source.name = kStaticName;
  fixed.source.kind = bgp::SourceKind::fixed;
  fixed.source.routes = config.fixed;
  fixed.source.preference = config.fixed_preference;
  return out;
}

Result<void> validate_file(const RouteFileConfig& file, std::vector<std::string>& names) {
  const std::string who = "routes.files: '" + file.source.name + "': ";
  if (file.source.paths.empty()) return fail(ErrorCode::invalid, who + "'paths' is missing; name at least one file");
  if (!file.url.empty() && file.source.paths.size() != 1)
    return fail(ErrorCode::invalid, who + "with 'url' there is one path, where the file is kept");
  if (std::ranges::find(names, file.source.name) != names.end())
    return fail(ErrorCode::invalid, who + "another source of routes has this name; expected each once");
  names.push_back(file.source.name);
  return {};
}

}  // namespace

Result<void> validate(const RoutingConfig& config) {
  std::vector<std::string> names = {std::string(kStaticName)};
  for (const bgp::PeerConfig& peer : config.bgp.peers) names.push_back(peer.source_name());
  for (const bgp::RouterConfig& router : config.bmp.routers) names.push_back(router.source_name());
  for (const RouteFileConfig& file : config.files) {
    if (auto valid = validate_file(file, names); !valid) return valid;
  }
  return bgp::validate(sessions_of(config));
}

Routing::Routing(bgp::Rib& rib) : rib_(rib), sessions_(rib), files_(rib) {
  add_job(kFilesEveryMs, [this] { files_.check(now_ms()); });
}

Routing::~Routing() {
  stop();
}

Result<void> Routing::start(const RoutingConfig& config) {
  if (auto valid = validate(config); !valid) return valid;
  if (auto opened = sessions_.open(sessions_of(config)); !opened) return opened;
  apply(config);
  running_ = true;
  network_ = named_thread("weir-bgp", [this] { sessions_.run(); });
  upkeep_ = named_thread("weir-rib", [this] { run_upkeep(); });
  jobs_thread_ = named_thread("weir-jobs", [this] { run_jobs(); });
  return {};
}

void Routing::reload(const RoutingConfig& config) {
  if (const auto done = sessions_.reload(sessions_of(config)); !done)
    log::error("not all sources of routes follow the reload", log::escape(done.error().message));
  apply(config);
}

void Routing::apply(const RoutingConfig& config) {
  for (const VrfName& vrf : config.vrfs) rib_.name_table(vrf.name, vrf.rd);
  files_.set(files_of(config));
}

void Routing::stop() {
  if (!running_) return;
  running_ = false;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  files_.stop();
  jobs_thread_.join();
  sessions_.stop();
  network_.join();
  upkeep_.join();
}

void Routing::add_job(std::int64_t interval_ms, std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({.interval_ms = interval_ms, .due_at = steady_ms(), .work = std::move(job)});
  }
  changed_.notify_all();
}

void Routing::run_upkeep() {
  std::unique_lock lock(mutex_);
  for (bool more = false; !stopping_;) {
    if (!more) changed_.wait_for(lock, kUpkeepEvery, [this] { return stopping_; });
    lock.unlock();
    more = rib_.upkeep(now_ms());
    lock.lock();
  }
}

void Routing::run_jobs() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::int64_t now = steady_ms();
    const auto due = std::ranges::min_element(jobs_, {}, &Job::due_at);
    if (due == jobs_.end() || due->due_at > now) {
      const std::int64_t nap = due == jobs_.end() ? kLongestNapMs : std::min(due->due_at - now, kLongestNapMs);
      changed_.wait_for(lock, std::chrono::milliseconds(nap));
      continue;
    }
    const auto index = due - jobs_.begin();  // jobs are only ever added
    const auto work = due->work;
    lock.unlock();
    work();
    lock.lock();
    Job& job = jobs_[static_cast<std::size_t>(index)];
    job.due_at = steady_ms() + job.interval_ms;
  }
}

RoutingStatus Routing::status() const {
  RoutingStatus out = sessions_.status();
  out.files = files_.status();
  return out;
}

}  // namespace weir::collect
