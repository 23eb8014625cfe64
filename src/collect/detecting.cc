#include "collect/detecting.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/clock.h"
#include "base/log.h"
#include "base/state_file.h"
#include "collect/named_thread.h"
#include "detect/attack_json.h"

namespace weir::collect {
namespace {

using detect::Attack;
using detect::AttackPtr;
using detect::Change;
using detect::ChangeKind;

constexpr std::size_t kMostAttackOctets = std::size_t{4} << 20U;
constexpr std::size_t kMostBaselinesOctets = std::size_t{64} << 20U;
constexpr UnixMillis kTakenUpMs = 10 * kMinuteMs;  // an attack that was seen this lately may still go on

AttackPtr without_evidence(const Attack& attack) {
  auto out = std::make_shared<Attack>(attack);
  out->evidence.top.clear();
  out->evidence.samples.clear();
  out->evidence.curve.clear();
  return out;
}

std::uint64_t id_of(const std::filesystem::path& file) {
  const std::string name = file.stem().string();
  std::uint64_t id = 0;
  const auto [at, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  return error == std::errc{} && at == name.data() + name.size() && file.extension() == ".json" ? id : 0;
}

std::string text_of(const Attack& attack) {
  return "id=" + std::to_string(attack.id) + " kind=" + std::string(name_of(attack.kind)) + " target=" +
         (attack.subject.empty() ? to_string(attack.target) : "\"" + log::escape(attack.subject) + "\"") + " rule=\"" +
         log::escape(attack.rule) + "\" value=" + detect::rate_text(attack.value) +
         " threshold=" + detect::rate_text(attack.threshold);
}

}  // namespace

Result<std::unique_ptr<Detecting>> Detecting::open(const detect::DetectConfig& config, const detect::OwnNetwork& network,
                                                   flow::StringPool& strings, const std::filesystem::path& data,
                                                   std::vector<detect::CustomerPrefix> customers) {
  std::unique_ptr<Detecting> out(new Detecting(strings, data));
  auto engine = detect::Engine::of(config, network, strings, customers);
  if (!engine) return std::unexpected(engine.error());
  out->engine_ = *std::move(engine);
  out->network_ = network;
  out->customers_ = std::move(customers);
  out->history_ = config.history;
  if (auto loaded = out->load(); !loaded) return std::unexpected(loaded.error());
  return out;
}

Detecting::~Detecting() {
  stop();
}

Result<void> Detecting::load() {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) return fail(ErrorCode::io, "the directory '" + directory_.string() + "' cannot be made: " + error.message());
  std::uint64_t newest = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const std::uint64_t id = id_of(entry.path());
    if (id == 0) continue;
    newest = std::max(newest, id);
    const auto octets = read_whole(entry.path(), kMostAttackOctets);
    auto attack = octets ? detect::read_attack(as_text(*octets)) : std::unexpected(octets.error());
    if (!attack) {
      log::warn("a past attack cannot be read and is left out", entry.path().string() + ": " + attack.error().message);
      continue;
    }
    if (!attack->ended_ms && now_ms() - attack->last_ms < kTakenUpMs) {
      engine_->take_up(*attack);
      open_.emplace(id, std::make_shared<const Attack>(*std::move(attack)));
    } else {
      if (!attack->ended_ms) {
        attack->ended_ms = attack->last_ms;
        save(*attack);
      }
      past_.emplace(id, without_evidence(*attack));
    }
  }
  if (error) return fail(ErrorCode::io, "the directory '" + directory_.string() + "' cannot be read: " + error.message());
  engine_->count_from(newest + 1);
  load_baselines();
  return {};
}

void Detecting::load_baselines() {
  const auto octets = read_whole(baselines_file_, kMostBaselinesOctets);
  if (!octets) return;
  if (const auto loaded = engine_->baselines().load(*octets, strings_); !loaded) {
    log::warn("what was learned of usual traffic is lost and is learned anew", loaded.error().message);
  }
}

void Detecting::start() {
  thread_ = named_thread("weir-detect", [this] { run(); });
}

void Detecting::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  thread_.join();
  tick(now_ms());
  for (const auto& [id, attack] : open_) save(*attack);
  save_baselines();
}

void Detecting::run() {
  std::unique_lock lock(stop_mutex_);
  while (!stop_changed_.wait_for(lock, std::chrono::milliseconds(kTickMs), [&] { return stopping_; })) {
    lock.unlock();
    tick(now_ms());
    lock.lock();
  }
}

void Detecting::tick(UnixMillis now) {
  std::vector<Change> changes;
  {
    const std::lock_guard lock(engine_mutex_);
    engine_->advance(now, changes);
  }
  publish(std::move(changes), now);
  if (baselines_saved_at_ == 0) baselines_saved_at_ = now;
  if (now - baselines_saved_at_ >= kSaveBaselinesMs) {
    baselines_saved_at_ = now;
    save_baselines();
  }
}

void Detecting::publish(std::vector<Change>&& changes, UnixMillis now) {
  for (Change& change : changes) {
    if (change.kind == ChangeKind::opened) log::warn("an attack began", text_of(*change.attack));
    if (change.kind == ChangeKind::ended) log::info("an attack ended", text_of(*change.attack));
    std::vector<std::function<void(const Change&)>> listeners;
    {
      const std::lock_guard lock(told_mutex_);
      change.number = next_change_++;
      if (change.kind == ChangeKind::ended) {
        open_.erase(change.attack->id);
        past_.insert_or_assign(change.attack->id, without_evidence(*change.attack));
      } else {
        open_.insert_or_assign(change.attack->id, change.attack);
      }
      changes_.push_back(change);
      if (changes_.size() > kMostChanges) changes_.pop_front();
      listeners = listeners_;
    }
    for (const auto& listener : listeners) listener(change);
    keep(change, now);
  }
}

void Detecting::keep(const Change& change, UnixMillis now) {
  const std::uint64_t id = change.attack->id;
  UnixMillis& saved_at = saved_at_[id];
  if (change.kind == ChangeKind::updated && now - saved_at < kSaveOpenMs) return;
  saved_at = now;
  save(*change.attack);
  if (change.kind != ChangeKind::ended) return;
  saved_at_.erase(id);
  forget_oldest();
}

void Detecting::save(const Attack& attack) {
  const auto saved =
      write_atomically(file_of(attack.id), as_octets(detect::attack_text(attack)));
  if (!saved && !save_failed_) log::error("an attack could not be saved", saved.error().message);
  save_failed_ = !saved;
}

void Detecting::save_baselines() {
  std::vector<std::byte> octets;
  {
    const std::lock_guard lock(engine_mutex_);
    octets = engine_->baselines().save(strings_);
  }
  if (const auto saved = write_atomically(baselines_file_, octets); !saved) {
    log::warn("what was learned of usual traffic could not be saved", saved.error().message);
  }
}

void Detecting::forget_oldest() {
  const std::lock_guard lock(told_mutex_);
  while (past_.size() > history_) {
    std::error_code ignored;
    std::filesystem::remove(file_of(past_.begin()->first), ignored);
    past_.erase(past_.begin());
  }
}

std::filesystem::path Detecting::file_of(std::uint64_t id) const {
  return directory_ / (std::to_string(id) + ".json");
}

Result<void> Detecting::configure(const detect::DetectConfig& config, const detect::OwnNetwork& network,
                                  std::vector<detect::CustomerPrefix> customers) {
  const std::lock_guard lock(engine_mutex_);
  if (auto done = engine_->replace(config, network, customers); !done) return done;
  network_ = network;
  customers_ = std::move(customers);
  history_ = config.history;
  return {};
}

Result<void> Detecting::replace(const detect::DetectConfig& config) {
  const std::lock_guard lock(engine_mutex_);
  if (auto done = engine_->replace(config, network_, customers_); !done) return done;
  history_ = config.history;
  return {};
}

void Detecting::add(const flow::FlowBatch& batch) {
  const auto began = std::chrono::steady_clock::now();
  const std::lock_guard lock(engine_mutex_);
  engine_->add(batch);
  busy_ns_ += static_cast<std::uint64_t>((std::chrono::steady_clock::now() - began).count());
}

void Detecting::adopt(const Attack& ended) {
  Attack attack = ended;
  attack.ended_ms = ended.ended_ms.value_or(ended.last_ms);
  {
    const std::lock_guard lock(engine_mutex_);
    attack.id = engine_->next_id();
    engine_->count_from(attack.id + 1);
  }
  save(attack);
  {
    const std::lock_guard lock(told_mutex_);
    past_.insert_or_assign(attack.id, without_evidence(attack));
  }
  forget_oldest();
}

std::vector<AttackPtr> Detecting::attacks(const detect::AttackQuery& query) const {
  std::vector<AttackPtr> out;
  const auto fits = [&](const Attack& a) {
    if (a.began_ms >= query.to_ms || a.ended_ms.value_or(INT64_MAX) < query.from_ms) return false;
    if (!query.customer.empty() && a.customer != query.customer) return false;
    if (!query.within) return true;
    const Prefix& p = *query.within;
    return p.length <= a.target.length ? p.contains(a.target.address) : a.target.contains(p.address);
  };
  const std::lock_guard lock(told_mutex_);
  for (const auto* attacks : {&open_, &past_}) {
    if (attacks == &open_ ? !query.open : !query.past) continue;
    for (const auto& [id, attack] : *attacks) {
      if (fits(*attack)) out.push_back(attack);
    }
  }
  std::ranges::sort(out, std::ranges::greater{}, [](const AttackPtr& a) { return std::pair(a->began_ms, a->id); });
  if (out.size() > query.most) out.resize(query.most);
  return out;
}

AttackPtr Detecting::attack(std::uint64_t id) const {
  AttackPtr brief;
  {
    const std::lock_guard lock(told_mutex_);
    if (const auto at = open_.find(id); at != open_.end()) return at->second;
    const auto at = past_.find(id);
    if (at == past_.end()) return nullptr;
    brief = at->second;
  }
  const auto octets = read_whole(file_of(id), kMostAttackOctets);
  if (!octets) return brief;
  auto full = detect::read_attack(as_text(*octets));
  return full ? std::make_shared<const Attack>(*std::move(full)) : brief;
}

detect::Changes Detecting::changes(std::uint64_t number) const {
  const std::lock_guard lock(told_mutex_);
  detect::Changes out;
  out.next = next_change_;
  if (number == 0) return out;
  out.lost = !changes_.empty() && number < changes_.front().number;
  for (const Change& change : changes_) {
    if (change.number >= number) out.changes.push_back(change);
  }
  return out;
}

void Detecting::listen(std::function<void(const Change&)> listener) {
  const std::lock_guard lock(told_mutex_);
  listeners_.push_back(std::move(listener));
}

detect::Explanation Detecting::explain(IpAddress address) const {
  const std::lock_guard lock(engine_mutex_);
  return engine_->explain(address);
}

std::vector<detect::RuleInfo> Detecting::rules() const {
  const std::lock_guard lock(engine_mutex_);
  return engine_->rules();
}

detect::DetectConfig Detecting::config() const {
  const std::lock_guard lock(engine_mutex_);
  return engine_->config();
}

detect::OwnNetwork Detecting::network() const {
  const std::lock_guard lock(engine_mutex_);
  return network_;
}

detect::DetectStatus Detecting::status() const {
  const std::lock_guard lock(engine_mutex_);
  return engine_->status();
}

void Detecting::register_metrics(Metrics& metrics, const Detecting* of) {
  const auto number = [&](std::string name, std::string help, Metrics::Type type,
                          std::uint64_t detect::DetectStatus::* member) {
    metrics.add(std::move(name), std::move(help), type,
                [of, member] { return of == nullptr ? 0.0 : static_cast<double>(of->status().*member); });
  };
  using S = detect::DetectStatus;
  constexpr auto kCounter = Metrics::Type::counter;
  constexpr auto kGauge = Metrics::Type::gauge;
  number("weir_detect_flows_total", "flows that detection looked at", kCounter, &S::records);
  number("weir_detect_too_old_total", "flows that ended before the past that detection holds", kCounter, &S::too_old);
  number("weir_detect_targets", "addresses and prefixes that are watched", kGauge, &S::targets);
  number("weir_detect_detailed", "of these, measured by the second", kGauge, &S::detailed);
  number("weir_detect_evicted_total", "light targets that made room for heavier ones", kCounter, &S::evicted);
  number("weir_detect_refused_total", "light targets that there was no room for", kCounter, &S::refused);
  number("weir_detect_memory_octets", "memory of detection", kGauge, &S::memory_octets);
  number("weir_detect_open_attacks", "attacks that go on", kGauge, &S::open_attacks);
  number("weir_detect_attacks_total", "attacks found since the start", kCounter, &S::attacks);
  number("weir_detect_baselines", "targets whose usual traffic is known", kGauge, &S::baselines);
  metrics.add("weir_detect_busy_seconds_total", "processor time spent on looking at flows", kCounter,
              [of] { return of == nullptr ? 0.0 : static_cast<double>(of->busy_ns_.load()) / 1e9; });
}

}  // namespace weir::collect
