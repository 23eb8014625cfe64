#include "decode/sflow5_sequence.h"

#include "flow/key_hash.h"

namespace weir::decode {
namespace {

// Further than this, forwards or backwards, the agent must have begun anew. At a thousand datagrams a second it is a
// minute's outage.
constexpr std::int32_t kMostJump = 65'536;
// Datagrams of several threads of an agent may cross each other by this much and still be of one run of it.
constexpr std::int32_t kUptimeSlackMs = 5000;

std::int32_t difference(std::uint32_t later, std::uint32_t earlier) {
  return static_cast<std::int32_t>(later - earlier);
}

}  // namespace

std::size_t Sflow5Sequences::Hash::operator()(const Sflow5Agent& key) const noexcept {
  using flow::KeyHash;
  const std::size_t source = KeyHash::of_words(key.source.hi, key.source.lo);
  const std::size_t agent = KeyHash::of_words(key.agent.hi, key.agent.lo);
  return KeyHash::of_words(KeyHash::of_words(source, agent), key.sub_agent);
}

void Sflow5Sequences::saw(const Sflow5Agent& agent, const Stamp& now, flow::ExporterState& exporter) {
  const auto found = last_.find(agent);
  if (found == last_.end()) {
    if (last_.size() < most_) last_.emplace(agent, now);
    return;
  }
  Stamp& last = found->second;
  const std::int32_t step = difference(now.sequence, last.sequence);
  const bool restarted = difference(now.uptime_ms, last.uptime_ms) < -kUptimeSlackMs;
  if (restarted || step > kMostJump || step < -kMostJump) {
    last = now;
  } else if (step <= 0) {
    exporter.add(flow::Counter::sequence_reordered);
    last.received_ms = now.received_ms;
  } else {
    if (step > 1) exporter.add(flow::Counter::sequence_lost, static_cast<std::uint64_t>(step) - 1);
    last = now;
  }
}

void Sflow5Sequences::forget(UnixMillis before) {
  boost::unordered::erase_if(last_, [before](const auto& entry) { return entry.second.received_ms < before; });
}

}  // namespace weir::decode
