#include "collect/mitigation.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/log.h"
#include "base/state_file.h"
#include "collect/named_thread.h"
#include "collect/run_program.h"
#include "collect/syslog_sender.h"
#include "detect/mitigation/measure.h"
#include "detect/mitigation/payload.h"
#include "detect/mitigation/state_file.h"
#include "fetch/post.h"

namespace weir::collect {
namespace {

using detect::ChannelConfig;
using detect::ChannelKind;
using detect::Delivery;
using detect::Measuring;

constexpr std::int64_t kTickMs = 100;
constexpr std::int64_t kLookAtPeersMs = 2000;
constexpr int kNoticeThreads = 3;
constexpr const char* kSendmail = "/usr/sbin/sendmail";

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? std::string(name.data()) : "localhost";
}

Result<detect::MachineState> load(const std::filesystem::path& file) {
  const auto octets = read_whole(file, detect::kMostStateOctets);
  if (!octets) return std::unexpected(octets.error());
  return detect::read_state(as_text(*octets));
}

Result<void> send_mail(const ChannelConfig& channel, const Delivery& delivery, const std::atomic<bool>& stop) {
  const std::string message = detect::mail_message(channel, delivery, host_name());
  if (!channel.url.empty()) {
    return fetch::send(fetch::Mail{.url = channel.url,
                                   .user = channel.user,
                                   .password = channel.password,
                                   .from = channel.from,
                                   .to = channel.to,
                                   .message = message,
                                   .timeout_ms = channel.timeout_ms},
                       stop);
  }
  std::vector<std::string> arguments = {"-i", "-f", channel.from, "--"};
  arguments.insert(arguments.end(), channel.to.begin(), channel.to.end());
  return run_program(kSendmail, arguments, message, channel.timeout_ms, stop);
}

Result<void> call(const ChannelConfig& channel, const Delivery& delivery, const std::atomic<bool>& stop) {
  auto request = detect::http_call(channel, delivery, now_ms());
  if (!request) return std::unexpected(request.error());
  return fetch::send(fetch::Post{.method = std::move(request->method),
                                 .url = std::move(request->url),
                                 .headers = std::move(request->headers),
                                 .body = std::move(request->body),
                                 .timeout_ms = channel.timeout_ms},
                     stop);
}

}  // namespace

Mitigation::Mitigation(const std::filesystem::path& data, const MitigationSurroundings& around,
                       detect::MitigationConfig config)
    : around_(around),
      state_file_(data / "state" / "mitigation.json"),
      log_(data / "audit"),
      own_as_(config.own_as),
      mitigator_(std::make_unique<detect::LiveMitigator>(
          std::move(config),
          detect::MitigatorSurroundings{
              .now = now_ms,
              .save = [this](std::string_view state) { return write_atomically(state_file_, as_octets(state)); },
              .announcer = around_.announcer,
              .log = log_,
              .origin_of = [this](const Prefix& prefix) { return origin_of(prefix); },
              .peer_problem = [this](const std::string& peer,
                                     bgp::Family family) { return peer_problem(peer, family); }})) {}

Mitigation::~Mitigation() {
  stop();
}

Result<void> Mitigation::start() {
  if (auto opened = log_.open(now_ms()); !opened) return opened;
  auto state = load(state_file_);
  if (!state && state.error().code != ErrorCode::not_found) {
    std::error_code ignored;
    const std::filesystem::path aside = state_file_.string() + ".damaged";
    std::filesystem::rename(state_file_, aside, ignored);
    log::error("what mitigation remembered cannot be read; nothing of it is announced",
               "reason=\"" + log::escape(state.error().message) + "\" kept=" + aside.string());
  }
  look_at_peers();
  mitigator_->resume(std::move(state));
  threads_.push_back(named_thread("weir-mitigate", [this] { run(); }));
  threads_.push_back(named_thread("weir-measure", [this] { run_measuring(); }));
  for (int i = 0; i < kNoticeThreads; ++i) threads_.push_back(named_thread("weir-notify", [this] { run_notices(); }));
  return {};
}

void Mitigation::configure(detect::MitigationConfig config) {
  own_as_ = config.own_as;
  mitigator_->configure(std::move(config));
}

void Mitigation::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Mitigation::on_change(const detect::Change& change) {
  {
    const std::lock_guard lock(mutex_);
    attacks_.push_back(change.attack);
  }
  changed_.notify_all();
}

/// False: it is to end.
bool Mitigation::wait(std::int64_t ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_.load(); });
  return !stopping_;
}

void Mitigation::run() {
  std::int64_t looked_at = steady_ms();
  for (;;) {
    std::deque<detect::AttackPtr> attacks;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::milliseconds(kTickMs),
                        [this] { return stopping_.load() || !attacks_.empty(); });
      if (stopping_) return;
      attacks.swap(attacks_);
    }
    for (const detect::AttackPtr& attack : attacks) mitigator_->on_attack(*attack);
    mitigator_->tick();
    if (steady_ms() - looked_at < kLookAtPeersMs) continue;
    look_at_peers();
    looked_at = steady_ms();
  }
}

void Mitigation::run_measuring() {
  const detect::Ask ask = [this](const query::Query& query) { return around_.store.run(query, stopping_); };
  while (wait(kTickMs)) {
    for (const Measuring& measuring : mitigator_->take_measurings()) {
      if (measuring.what == Measuring::What::radius)
        mitigator_->on_radius(measuring.mitigation, detect::measure_radius(measuring, ask));
      else
        mitigator_->on_effect(measuring.mitigation, detect::measure_effect(measuring, ask));
      if (stopping_) return;
    }
  }
}

void Mitigation::run_notices() {
  while (wait(kTickMs)) {
    for (const Delivery& delivery : mitigator_->due(1)) {
      const auto outcome = deliver(delivery);
      if (stopping_ && !outcome) return;  // it is sent again after the next start
      if (!outcome)
        log::warn("a notice was not delivered; it is tried again", "channel=\"" + log::escape(delivery.channel) +
                                                                       "\" reason=\"" + log::escape(outcome.error().message) + "\"");
      mitigator_->on_delivered(delivery.id, outcome);
    }
  }
}

Result<void> Mitigation::deliver(const Delivery& delivery) const {
  const auto channel = mitigator_->channel(delivery.channel);
  if (!channel) return fail(ErrorCode::invalid, "the channel is no longer configured");
  switch (channel->kind) {
    case ChannelKind::script: {
      const auto arguments = detect::script_arguments(*channel, delivery.notice);
      if (!arguments) return std::unexpected(arguments.error());
      return run_program(channel->program, *arguments, delivery.notice.document, channel->timeout_ms, stopping_);
    }
    case ChannelKind::mail: return send_mail(*channel, delivery, stopping_);
    case ChannelKind::syslog:
      return send_syslog(channel->syslog, detect::syslog_message(delivery.notice, host_name(), ::getpid()));
    default: return call(*channel, delivery, stopping_);
  }
}

void Mitigation::register_metrics(Metrics& metrics) const {
  using Counter = std::atomic<std::uint64_t> detect::MitigationCounters::*;
  const auto counter = [&](std::string name, std::string help, Counter member) {
    metrics.add(std::move(name), std::move(help), Metrics::Type::counter, [this, member] {
      return static_cast<double>((mitigator_->counters().*member).load());
    });
  };
  counter("weir_mitigation_announcements_total", "routes announced against attacks, at each peer",
          &detect::MitigationCounters::announcements);
  counter("weir_mitigation_withdrawals_total", "routes withdrawn, at each peer",
          &detect::MitigationCounters::withdrawals);
  counter("weir_mitigation_refusals_total", "mitigations that a guard refused", &detect::MitigationCounters::refusals);
  counter("weir_mitigation_notices_delivered_total", "notices that were delivered",
          &detect::MitigationCounters::delivered);
  counter("weir_mitigation_notices_failed_total", "attempts to deliver a notice that failed",
          &detect::MitigationCounters::not_delivered);
  metrics.add("weir_mitigations", "mitigations that are open, by state", Metrics::Type::gauge, Metrics::Read([this] {
                const detect::MitigationSummary of = mitigator_->summary();
                const auto sample = [](const char* state, std::size_t count) {
                  return Metrics::Sample{.labels = {{"state", state}}, .value = static_cast<double>(count)};
                };
                return std::vector{sample("proposed", of.proposed), sample("active", of.active),
                                   sample("rehearsed", of.rehearsed)};
              }));
}

detect::OriginFacts Mitigation::origin_of(const Prefix& prefix) const {
  bgp::VrpTable::Reader reader(around_.vrps);
  const std::uint32_t as = own_as_;
  detect::OriginFacts out;
  out.validity = reader.validate(prefix, as);
  out.covered_by_own = std::ranges::any_of(reader.covering(prefix), [&](const bgp::Vrp& vrp) { return vrp.as == as; });
  return out;
}

void Mitigation::look_at_peers() {
  std::map<std::string, std::vector<bgp::BgpPeerStatus>> peers;
  for (bgp::BgpPeerStatus& peer : around_.sources().bgp) peers[peer.name].push_back(std::move(peer));
  const std::lock_guard lock(mutex_);
  peers_ = std::move(peers);
}

std::string Mitigation::peer_problem(const std::string& peer, bgp::Family family) const {
  const std::lock_guard lock(mutex_);
  const auto at = peers_.find(peer);
  if (at == peers_.end()) return "it is not configured, or nobody has connected";
  const auto is_up = [](const bgp::BgpPeerStatus& p) { return p.state == bgp::BgpState::established; };
  if (std::ranges::none_of(at->second, is_up)) return "its session is down";
  const bool agreed = std::ranges::any_of(
      at->second, [&](const bgp::BgpPeerStatus& p) { return is_up(p) && p.agreed.families.has(family); });
  if (agreed) return "";
  return std::string(to_string(family)) + " is not agreed on; add it to 'families' here and at the peer";
}

}  // namespace weir::collect
