#include "simulate/demo_attack.h"

#include <array>

#include "simulate/demo_hosts.h"
#include "simulate/random.h"

namespace weir::simulate {
namespace {

constexpr UnixMillis kSlotMs = 10 * kMinuteMs;
constexpr std::int64_t kSlotsForEachOfThePast = 6;

/// Those of AttackShape that the demo shows, and how large they are. As many rows, as often.
struct KindRow {
  std::string_view word;
  double least_bps;
  double most_bps;
};

constexpr auto kKinds = std::to_array<KindRow>({
    {"ntp_amplification", 1.4e9, 2.8e9},
    {"syn_flood", 0.2e9, 0.4e9},
    {"dns_amplification", 0.9e9, 1.9e9},
    {"carpet_bombing", 2.2e9, 3.4e9},
    {"udp_flood", 0.8e9, 1.5e9},
    {"outgoing_amplification", 0.5e9, 0.9e9},
    {"cldap_amplification", 0.7e9, 1.6e9},
    {"syn_flood", 0.2e9, 0.4e9},
    {"outgoing_flood", 1.2e9, 1.8e9},
});

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

std::vector<Attack> AttackSchedule::between(UnixMillis from_ms, UnixMillis to_ms) const {
  std::vector<Attack> out;
  const std::int64_t last = floor_div(to_ms - epoch_ms_, kSlotMs);
  for (std::int64_t slot = floor_div(from_ms - epoch_ms_, kSlotMs); slot <= last; ++slot) {
    const std::optional<Attack> attack = in_slot(slot);
    if (attack && attack->start_ms < to_ms && attack->end_ms > from_ms) out.push_back(*attack);
  }
  return out;
}

// An attack lies wholly within its slot: it starts in the first five minutes and lasts at most three.
std::optional<Attack> AttackSchedule::in_slot(std::int64_t slot) const {
  Random random(mix(mix(seed_, 0xa77ac4), static_cast<std::uint64_t>(slot)));
  std::int64_t turn = slot;
  if (slot < 0) {
    turn = -floor_div(slot, kSlotsForEachOfThePast);
    const auto chosen = static_cast<std::int64_t>(mix(seed_, static_cast<std::uint64_t>(turn)) % kSlotsForEachOfThePast);
    if (slot + turn * kSlotsForEachOfThePast != chosen) return std::nullopt;
  }
  const UnixMillis delay = slot == 0 ? 70 * kSecondMs : random.between(60'000, 300'000);
  // One kind after the other, so that a few hours show all of them.
  const KindRow& row = kKinds[static_cast<std::size_t>(turn) % kKinds.size()];

  Attack attack;
  attack.start_ms = epoch_ms_ + slot * kSlotMs + delay;
  attack.end_ms = attack.start_ms + random.between(60'000, 180'000);
  attack.shape = find_attack_shape(row.word);
  attack.customer = random.below(static_cast<std::uint32_t>(customers_.size()));
  const Customer& customer = customers_[attack.customer];
  const ServerAddress victim = server_of(customer, random.below(6), false);
  attack.victim = victim.address;
  attack.victim_mask = victim.prefix_length;
  attack.bits_per_second = row.least_bps + (row.most_bps - row.least_bps) * random.unit();
  attack.seed = random.next();
  return attack;
}

}  // namespace weir::simulate
