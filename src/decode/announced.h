// What an exporter announced about itself in options data: how it samples, and what its interfaces, VRFs and
// applications are called.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "base/route_distinguisher.h"
#include "flow/key_hash.h"
#include "flow/string_pool.h"

namespace weir::decode {

/// The kinds of facts, as numbers that saved state keeps.
enum class Fact : std::uint8_t {
  system_rate = 1,            ///< -> rate
  sampler_rate = 2,           ///< samplerId or selectorId -> rate
  interface_rate = 3,         ///< ifIndex -> rate
  interface_sampler = 4,      ///< ifIndex -> samplerId
  template_rate = 5,          ///< Template ID -> rate
  interface_name = 6,         ///< ifIndex -> text
  interface_description = 7,  ///< ifIndex -> text
  vrf_name = 8,               ///< VRF ID -> text
  application_name = 9,       ///< application_key() -> text
  system_init_time = 10,      ///< -> UnixMillis
  vrf_distinguisher = 11,     ///< VRF ID -> route distinguisher, its 8 octets as a number
};
inline constexpr std::uint8_t kMostFact = 11;
/// True when the value is the number of a text.
[[nodiscard]] constexpr bool is_text(Fact fact) {
  return fact >= Fact::interface_name && fact <= Fact::application_name;
}

/// The facts of one Observation Domain of one Transport Session.
class Announced {
 public:
  static constexpr std::size_t kMostSamplers = 4096;

  /// What learn() did.
  enum class Learned : std::uint8_t { nothing_new, changed, refused };
  /// Takes one fact; the newest wins. `room` is how many further facts may be held; a known fact never needs room.
  Learned learn(Fact fact, std::uint64_t key, std::uint64_t value, std::size_t room);

  /// The rate of one row's sampler; 0 unknown.
  [[nodiscard]] std::uint32_t sampler_rate(std::uint64_t sampler) const;
  /// The rate of an interface, its own or its sampler's; 0 unknown.
  [[nodiscard]] std::uint32_t interface_rate(std::uint32_t if_index) const;
  [[nodiscard]] std::uint32_t template_rate(std::uint16_t template_id) const;
  /// The rate of the whole domain: announced as such, or the one rate that all its samplers have; 0 unknown.
  [[nodiscard]] std::uint32_t common_rate() const { return common_rate_; }
  [[nodiscard]] bool has_interface_rates() const { return has_interface_rates_; }
  [[nodiscard]] bool has_interface_names() const { return has_interface_names_; }

  /// The name, or else the description; 0 unknown.
  [[nodiscard]] flow::StringId interface_name(std::uint32_t if_index) const;
  [[nodiscard]] flow::StringId vrf_name(std::uint32_t vrf) const;
  [[nodiscard]] RouteDistinguisher vrf_distinguisher(std::uint32_t vrf) const;
  [[nodiscard]] flow::StringId application_name(std::uint64_t key) const;
  /// What sysUptime counts from (systemInitTimeMilliseconds); 0 unknown.
  [[nodiscard]] UnixMillis system_init_ms() const { return system_init_ms_; }

  [[nodiscard]] std::size_t size() const { return facts_.size() + samplers_.size(); }
  /// Calls visit(Fact, key, value) for every fact, in no order.
  template <typename Visit>
  void each(Visit visit) const {
    for (const auto& [key, value] : facts_) visit(key.fact, key.number, value);
    for (const auto& [sampler, rate] : samplers_) visit(Fact::sampler_rate, sampler, rate);
  }

 private:
  struct Key {
    Fact fact;
    std::uint64_t number;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Key& key) const noexcept {
      return flow::KeyHash::of_words(static_cast<std::uint64_t>(key.fact), key.number);
    }
  };
  [[nodiscard]] std::uint64_t find(Fact fact, std::uint64_t key) const {
    const auto at = facts_.find(Key{fact, key});
    return at == facts_.end() ? 0 : at->second;
  }
  /// Puts the value into the map the fact belongs to.
  Learned put(Fact fact, std::uint64_t key, std::uint64_t value, std::size_t room);
  void summarize();

  boost::unordered_flat_map<Key, std::uint64_t, Hash> facts_;
  boost::unordered_flat_map<std::uint64_t, std::uint64_t, flow::KeyHash> samplers_;  // apart: they are compared
  UnixMillis system_init_ms_ = 0;
  std::uint32_t common_rate_ = 0;
  bool has_interface_rates_ = false;
  bool has_interface_names_ = false;
};

}  // namespace weir::decode
