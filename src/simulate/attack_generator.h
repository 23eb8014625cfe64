// One attack from one exporter to one collector, as long as it is wanted.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/error.h"
#include "simulate/attack_shapes.h"
#include "simulate/generator.h"

namespace weir::simulate {

struct AttackOptions {
  Endpoint target;  ///< the collector
  flow::ExportProtocol protocol = flow::ExportProtocol::netflow9;
  std::string kind;
  IpAddress own = IpAddress::v4(103U << 24U | 64U << 16U | 13U << 8U | 104U);  ///< who is attacked, or attacks
  double packets_per_second = 0;  ///< of the attack itself, before sampling; 0: as usual for its kind
  std::uint32_t sampling_rate = 1;
  UnixMillis duration_ms = 10 * kSecondMs;
  std::uint64_t seed = 1;
};

/// Sends until the duration is over or `stop` is set. Errors: invalid (the message names the option), io.
[[nodiscard]] Result<GeneratorCounts> run_attack(const AttackOptions& options, const std::atomic<bool>& stop);

}  // namespace weir::simulate
