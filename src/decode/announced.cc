#include "decode/announced.h"

namespace weir::decode {

namespace {

/// Puts one value into a map that may grow by `room`.
template <typename Map, typename Key>
Announced::Learned put_into(Map& map, const Key& key, std::uint64_t value, std::size_t room) {
  if (const auto at = map.find(key); at != map.end()) {
    if (at->second == value) return Announced::Learned::nothing_new;
    at->second = value;
    return Announced::Learned::changed;
  }
  if (room == 0) return Announced::Learned::refused;
  map.emplace(key, value);
  return Announced::Learned::changed;
}

}  // namespace

Announced::Learned Announced::put(Fact fact, std::uint64_t key, std::uint64_t value, std::size_t room) {
  if (fact != Fact::sampler_rate) return put_into(facts_, Key{fact, key}, value, room);
  return put_into(samplers_, key, value, samplers_.size() < kMostSamplers ? room : 0);
}

Announced::Learned Announced::learn(Fact fact, std::uint64_t key, std::uint64_t value, std::size_t room) {
  const Learned learned = put(fact, key, value, room);
  if (learned != Learned::changed) return learned;
  switch (fact) {
    case Fact::interface_rate:
    case Fact::interface_sampler:
      has_interface_rates_ = true;
      break;
    case Fact::interface_name:
    case Fact::interface_description:
      has_interface_names_ = true;
      break;
    case Fact::system_init_time:
      system_init_ms_ = static_cast<UnixMillis>(value);
      break;
    case Fact::system_rate:
    case Fact::sampler_rate:
      summarize();
      break;
    default:
      break;
  }
  return learned;
}

std::uint32_t Announced::sampler_rate(std::uint64_t sampler) const {
  const auto at = samplers_.find(sampler);
  return at == samplers_.end() ? 0 : static_cast<std::uint32_t>(at->second);
}

std::uint32_t Announced::interface_rate(std::uint32_t if_index) const {
  if (const std::uint64_t rate = find(Fact::interface_rate, if_index); rate != 0)
    return static_cast<std::uint32_t>(rate);
  const std::uint64_t sampler = find(Fact::interface_sampler, if_index);
  return sampler == 0 ? 0 : sampler_rate(sampler);
}

std::uint32_t Announced::template_rate(std::uint16_t template_id) const {
  return static_cast<std::uint32_t>(find(Fact::template_rate, template_id));
}

flow::StringId Announced::interface_name(std::uint32_t if_index) const {
  const std::uint64_t name = find(Fact::interface_name, if_index);
  return static_cast<flow::StringId>(name != 0 ? name : find(Fact::interface_description, if_index));
}

flow::StringId Announced::vrf_name(std::uint32_t vrf) const {
  return static_cast<flow::StringId>(find(Fact::vrf_name, vrf));
}

RouteDistinguisher Announced::vrf_distinguisher(std::uint32_t vrf) const {
  return {find(Fact::vrf_distinguisher, vrf)};
}

flow::StringId Announced::application_name(std::uint64_t key) const {
  return static_cast<flow::StringId>(find(Fact::application_name, key));
}

void Announced::summarize() {
  common_rate_ = static_cast<std::uint32_t>(find(Fact::system_rate, 0));
  if (common_rate_ != 0) return;
  // Many devices announce a sampler table but do not say in the flow which sampler saw it. Where all samplers have one
  // rate it does not matter; where they differ the rate stays unknown.
  std::uint64_t rate = 0;
  for (const auto& [sampler, value] : samplers_) {
    if (rate != 0 && value != rate) return;
    rate = value;
  }
  common_rate_ = static_cast<std::uint32_t>(rate);
}

}  // namespace weir::decode
