#include "simulate/demo_attack.h"

#include <array>

#include "simulate/demo_hosts.h"
#include "simulate/random.h"

namespace weir::simulate {
namespace {

constexpr UnixMillis kSlotMs = 10 * kMinuteMs;
constexpr std::uint64_t kSlotsForEachOfThePast = 6;

struct KindRow {
  std::string_view name;
  double least_bps;
  double most_bps;
  std::uint32_t packet_octets;
  std::uint32_t sources;
};

constexpr std::array<KindRow, kAttackKindCount> kKinds = {{
    {"SYN flood", 0.2e9, 0.4e9, 44, 5000},
    {"NTP amplification", 1.4e9, 2.8e9, 468, 3000},
    {"DNS amplification", 0.9e9, 1.9e9, 1380, 2000},
}};

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

std::string_view to_string(AttackKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].name;
}

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
  if (slot < 0 && random.next() % kSlotsForEachOfThePast != 0) return std::nullopt;
  const UnixMillis delay = slot == 0 ? 70 * kSecondMs : random.between(60'000, 300'000);
  const auto kind = slot == 0 ? AttackKind::ntp_amplification : static_cast<AttackKind>(random.below(kAttackKindCount));
  const KindRow& row = kKinds[static_cast<std::size_t>(kind)];

  Attack attack;
  attack.start_ms = epoch_ms_ + slot * kSlotMs + delay;
  attack.end_ms = attack.start_ms + random.between(60'000, 180'000);
  attack.kind = kind;
  attack.customer = random.below(static_cast<std::uint32_t>(customers_.size()));
  const Customer& customer = customers_[attack.customer];
  const ServerAddress victim = server_of(customer, random.below(6), false);
  attack.victim = victim.address;
  attack.victim_mask = victim.prefix_length;
  attack.victim_port = random.chance(0.7) ? 443 : 80;
  attack.bits_per_second = row.least_bps + (row.most_bps - row.least_bps) * random.unit();
  attack.packet_octets = row.packet_octets;
  attack.sources = row.sources;
  attack.seed = random.next();
  return attack;
}

}  // namespace weir::simulate
