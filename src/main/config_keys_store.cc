// What the store can be told.
#include "main/config_keys.h"

namespace weir::main {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
constexpr std::string_view kNoLimit = "no limit";

}  // namespace

std::vector<Key<Config>> store_keys() {
  using T = Config;
  const DurationKind age{.least = kHourMs, .zero = kNoLimit};
  const SizeKind octets{.least = kMiB, .zero = kNoLimit};
  return {
      one<T>("store.commit_interval", DurationKind{.least = 100, .most = 2 * kSecondMs},
             WEIR_AT(store.commit_interval_ms), "flows are safe on disk, and seen by queries, after this long"),
      one<T>("store.queue_batches", WholeKind{.least = 2, .most = 4096}, WEIR_AT(store.queue_batches),
             "batches of up to about 8192 flows that wait for the writer; when full, flows are lost and counted"),
      one<T>("store.memory", SizeKind{.least = 128 * kMiB}, WEIR_AT(store.memory_octets),
             "what the embedded engine may use"),
      one<T>("store.threads", WholeKind{.least = 1, .most = 256}, WEIR_AT(store.threads),
             "threads of the embedded engine"),
      one<T>("store.hot_time", DurationKind{.least = kMinuteMs, .most = 7 * kDayMs}, WEIR_AT(store.hot_hours_ms),
             "an hour stays in the hot tier this long after its end, for late flows; then it becomes a file"),
      live(one<T>("store.disk_budget", octets, WEIR_AT(store.disk_budget_octets),
                  "for all that is stored; the oldest flows go first")),
      live(one<T>("store.disk_reserve", SizeKind{.least = kMiB}, WEIR_AT(store.disk_reserve_octets),
                  "storing stops, with an alarm, when less than this is free on the disk")),
      live(
          one<T>("store.retention.flows.age", age, WEIR_AT(store.flows.age_ms), "single flows are kept for this long")),
      live(one<T>("store.retention.flows.size", octets, WEIR_AT(store.flows.octets),
                  "single flows may take this much of the disk")),
      live(one<T>("store.retention.rollup_1m.age", age, WEIR_AT(store.rollup_1m.age_ms),
                  "sums for each minute are kept for this long")),
      live(one<T>("store.retention.rollup_1m.size", octets, WEIR_AT(store.rollup_1m.octets),
                  "sums for each minute may take this much of the disk")),
      live(one<T>("store.retention.rollup_5m.age", age, WEIR_AT(store.rollup_5m.age_ms),
                  "sums for each 5 minutes are kept for this long")),
      live(one<T>("store.retention.rollup_5m.size", octets, WEIR_AT(store.rollup_5m.octets),
                  "sums for each 5 minutes may take this much of the disk")),
      live(one<T>("store.retention.rollup_1h.age", age, WEIR_AT(store.rollup_1h.age_ms),
                  "sums for each hour are kept for this long")),
      live(one<T>("store.retention.rollup_1h.size", octets, WEIR_AT(store.rollup_1h.octets),
                  "sums for each hour may take this much of the disk")),
  };
}

}  // namespace weir::main
