// Who sends, and what became of it: one entry of counters for each exporter, for /metrics and the doctor.
#pragma once

#include <array>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "flow/key_hash.h"
#include "flow/string_pool.h"

namespace weir::flow {

// X(name, group, help)   group: ok counts what went well, bad counts trouble that the doctor explains.
// clang-format off
#define WEIR_EXPORTER_COUNTERS(X) \
  X(datagrams,               ok,  "datagrams received") \
  X(octets,                  ok,  "octets of datagrams received") \
  X(flows,                   ok,  "flow records decoded") \
  X(templates,               ok,  "templates and options templates learned or refreshed") \
  X(templates_replaced,      ok,  "templates whose definition changed") \
  X(templates_withdrawn,     ok,  "templates withdrawn by the exporter") \
  X(templates_expired,       ok,  "templates not refreshed for too long and forgotten") \
  X(options_records,         ok,  "options data records decoded") \
  X(counter_samples,         ok,  "sFlow counter samples decoded") \
  X(discard_notices,         ok,  "sFlow notices of discarded packets; they are not sampled, so no flow is made of them") \
  X(sets_parked,             ok,  "data sets that came before their template and wait for it") \
  X(sets_unparked,           ok,  "parked data sets decoded when their template came") \
  X(flows_sampled,           ok,  "flow records whose sampling rate is known") \
  X(flows_rate_configured,   ok,  "flow records whose sampling rate only the configuration gives") \
  X(flows_named,             ok,  "flow records with an interface name") \
  X(flows_routed,            ok,  "flow records with a route or an AS") \
  X(flows_routed_own_view,   ok,  "flow records whose route is from the exporter's own table") \
  X(flows_routed_next_hop,   ok,  "flow records whose route was chosen by the next hop that the exporter told") \
  X(flows_routed_best,       ok,  "flow records whose route is the best of all sources") \
  X(flows_routed_exported,   ok,  "flow records without a route in the table whose AS or path the exporter told") \
  X(bytes_routed,            ok,  "bytes of flow records with a route or an AS, times the sampling rate") \
  X(bytes_unrouted,          ok,  "bytes of flow records with neither route nor AS, times the sampling rate") \
  X(flows_stored,            ok,  "flow records handed to the store") \
  X(sequence_lost,           bad, "messages, records or datagrams missing by the sequence numbers") \
  X(sequence_reordered,      bad, "messages that arrived late or twice by the sequence numbers") \
  X(sets_unparked_too_late,  bad, "parked data sets given up because of their age") \
  X(sets_park_full,          bad, "data sets without a template not kept because the parking space is full") \
  X(clock_wrong,             bad, "flow records accounted to the receive time because the exporter's clock is off") \
  X(counters_absurd,         bad, "flow records with an impossible byte or packet counter, kept but not summed") \
  X(flows_unsampled,         bad, "flow records whose exporter told no sampling rate") \
  X(flows_not_stored,        bad, "flow records that the store refused or lost") \
  X(bad_version,             bad, "datagrams of an unknown protocol or version") \
  X(bad_header,              bad, "datagrams too short for their header") \
  X(bad_count,               bad, "datagrams that announce more or fewer records than they hold") \
  X(bad_length,              bad, "messages whose length field disagrees with the datagram") \
  X(bad_set,                 bad, "sets with an impossible length or a reserved ID") \
  X(bad_template,            bad, "templates that break the protocol") \
  X(bad_record,              bad, "data records cut short or with impossible lengths") \
  X(bad_sample,              bad, "sFlow samples or records cut short or with impossible lengths") \
  X(bad_packet_header,       bad, "sampled packet headers that could not be read") \
  X(unsupported,             bad, "well-formed parts that Weir does not decode") \
  X(too_many_templates,      bad, "templates refused because the exporter has too many") \
  X(too_many_names,          bad, "announced sampling rates and names refused because there are too many")
// clang-format on

enum class Counter : std::uint8_t {
#define X(name, ...) name,
  WEIR_EXPORTER_COUNTERS(X)
#undef X
};

inline constexpr std::size_t kCounterCount = 0
#define X(...) +1
    WEIR_EXPORTER_COUNTERS(X)
#undef X
    ;

enum class CounterGroup : std::uint8_t { ok, bad };
struct CounterInfo {
  Counter counter;
  std::string_view name;
  CounterGroup group;
  std::string_view help;
};
inline constexpr std::array<CounterInfo, kCounterCount> kCounters = {{
#define X(name, group, help) {Counter::name, #name, CounterGroup::group, help},
    WEIR_EXPORTER_COUNTERS(X)
#undef X
}};

/// Bits of ExporterState::protocols.
enum class ExportProtocol : std::uint8_t { netflow5 = 1, netflow7 = 2, netflow9 = 4, ipfix = 8, sflow5 = 16 };
[[nodiscard]] std::string_view to_string(ExportProtocol protocol);

/// Counters of one exporter. Any thread may add and read; values are relaxed, so a reader sees each a little late.
class ExporterState {
 public:
  explicit ExporterState(IpAddress address) : address_(address) {}
  [[nodiscard]] IpAddress address() const { return address_; }

  void add(Counter counter, std::uint64_t count = 1) {
    counters_[static_cast<std::size_t>(counter)].fetch_add(count, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t get(Counter counter) const {
    return counters_[static_cast<std::size_t>(counter)].load(std::memory_order_relaxed);
  }
  void saw(ExportProtocol protocol, UnixMillis now) {
    const auto bit = static_cast<std::uint8_t>(protocol);
    if ((protocols_.load(std::memory_order_relaxed) & bit) == 0) protocols_.fetch_or(bit, std::memory_order_relaxed);
    last_seen_ms_.store(now, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint8_t protocols() const { return protocols_.load(std::memory_order_relaxed); }
  /// When the last good datagram came; 0 never.
  [[nodiscard]] UnixMillis last_seen_ms() const { return last_seen_ms_.load(std::memory_order_relaxed); }

  /// What the exporter announced as an interface's description beside its name (element 83). Takes a lock; what does not
  /// fit any more is left out.
  void describe_interface(std::uint32_t index, StringId description);
  /// 0: none announced. Takes a lock: remember it until descriptions_version() is another.
  [[nodiscard]] StringId interface_description(std::uint32_t index) const;
  [[nodiscard]] std::uint32_t descriptions_version() const {
    return descriptions_version_.load(std::memory_order_relaxed);
  }

 private:
  static constexpr std::size_t kMostDescriptions = 65'536;

  const IpAddress address_;
  std::array<std::atomic<std::uint64_t>, kCounterCount> counters_{};
  std::atomic<std::uint8_t> protocols_{0};
  std::atomic<UnixMillis> last_seen_ms_{0};
  mutable std::mutex descriptions_mutex_;
  boost::unordered_flat_map<std::uint32_t, StringId, KeyHash> descriptions_;
  std::atomic<std::uint32_t> descriptions_version_{0};
};

/// All exporters since the start. Entries are never removed, and their addresses never change, so a stage keeps a reference.
/// Bounded: behind `most` exporters, all further ones share the entry of "::", so that forged sources cannot fill memory.
class ExporterTable {
 public:
  explicit ExporterTable(std::size_t most = 65'536) : most_(most), overflow_(IpAddress{}) {}

  /// The entry of `address`, made on first use. Takes a lock: keep the reference.
  ExporterState& of(IpAddress address);
  /// All entries, by address.
  [[nodiscard]] std::vector<const ExporterState*> all() const;

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<ExporterState>> entries_;  // sorted by address
  ExporterState overflow_;
};

}  // namespace weir::flow
