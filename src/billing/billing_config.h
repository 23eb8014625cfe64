// What is billed: groups of interfaces, customers, autonomous systems or prefixes, and how their 95th percentile counts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"

namespace weir::billing {

/// Which of the two directions counts.
enum class Counted : std::uint8_t {
  larger,  ///< the 95th percentile of each direction; the larger one is billed
  sum,     ///< of the two directions' sum, sample by sample
  each,    ///< both, each by itself
  in,
  out,
};
inline constexpr std::array<std::string_view, 5> kCountedWords = {"larger", "sum", "each", "in", "out"};

struct BilledInterface {
  std::string exporter;   ///< name or address
  std::string interface;  ///< name or ifIndex
  bool operator==(const BilledInterface&) const = default;
};

/// One bill a month. What is listed in one group belongs together: its traffic is summed before the percentile. Amounts of
/// money are whole millionths of the currency's unit.
struct GroupConfig {
  std::string name;
  /// in: what the interface receives; out: what it sends, as on the router.
  std::vector<BilledInterface> interfaces = {};
  /// Of all others in is what has its destination in the group, out what has its source there.
  std::vector<std::string> customers = {};
  std::vector<std::uint32_t> ases = {};
  std::vector<Prefix> prefixes = {};
  std::string filter = {};  ///< further conditions, e.g. so that traffic counts on one router only
  Counted counted = Counted::larger;
  std::uint64_t commit_bps = 0;      ///< paid for whatever is used
  std::uint64_t price_micros = 0;    ///< of one Mbit/s and month
  std::optional<std::uint64_t> overage_micros = {};  ///< of one Mbit/s above the commitment; nothing: the price
  bool operator==(const GroupConfig&) const = default;
};

struct BillingConfig {
  std::vector<GroupConfig> groups = {};
  std::string currency = "USD";
  std::string time_zone = "UTC";  ///< IANA name: in which a month begins and ends
  /// How long after the end of a month its bills are frozen: flows may come late.
  UnixMillis grace_ms = 6 * kHourMs;
  bool operator==(const BillingConfig&) const = default;
};

/// The length of a sample. Invoices of carriers are made of five minutes.
inline constexpr UnixMillis kSampleMs = 5 * kMinuteMs;

/// What cannot be meant as it stands: a group of nothing, a filter that cannot be read, a time zone that nobody knows. One
/// sentence each.
[[nodiscard]] std::vector<std::string> find_contradictions(const BillingConfig& config);

}  // namespace weir::billing
