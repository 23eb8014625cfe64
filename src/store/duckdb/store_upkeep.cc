// Upkeep's side: the disk is watched, hours are closed, what broke is opened again.
#include <algorithm>
#include <chrono>
#include <thread>

#include "store/duckdb/store_impl.h"

namespace weir::store {
namespace {

using namespace std::chrono_literals;

constexpr UnixMillis kRetryAfterMs = 10 * kSecondMs;
constexpr UnixMillis kLookForDamagedMs = 10 * kSecondMs;
// After a write failed this much must be free before the next try, whatever the reserve.
constexpr std::uint64_t kLeastFree = std::uint64_t{16} << 20U;
constexpr int kMostWaits = 1000;  // for the writer to let a table go, 10 ms each

}  // namespace

void DuckDbStore::watch_disk(UnixMillis now) {
  const auto octets = free_octets(options_.directory);
  if (!octets) return;  // the writer will meet what is wrong
  const std::uint64_t reserve = options_.disk_reserve_octets;
  // Not at once again when one file is deleted: an eighth more than what stopped it.
  std::uint64_t enough = disk_full_ ? reserve + reserve / 8 : reserve;
  if (write_failed_) enough = std::max(enough, kLeastFree);
  if (*octets >= enough) {
    write_failed_.store(false);
    if (disk_full_.exchange(false)) alarms_.clear("disk_full", "");
    return;
  }
  disk_full_.store(true);
  alarms_.raise("disk_full", "",
                "only " + std::to_string(*octets >> 20U) + " MiB are free in " + options_.directory.string() +
                    ", less than the reserve of " + std::to_string(reserve >> 20U) +
                    " MiB; nothing is stored until there is more: free some, or set a disk budget",
                now);
}

void DuckDbStore::set_limits(const Limits& limits) {
  const std::lock_guard one(upkeep_mutex_);
  options_.flows = limits.flows;
  options_.rollup_1m = limits.rollup_1m;
  options_.rollup_5m = limits.rollup_5m;
  options_.rollup_1h = limits.rollup_1h;
  options_.disk_budget_octets = limits.disk_budget_octets;
  options_.disk_reserve_octets = limits.disk_reserve_octets;
}

void DuckDbStore::upkeep(UnixMillis now) {
  if (options_.read_only) return;
  const std::lock_guard one(upkeep_mutex_);
  watch_disk(now);
  if (broken_ && !disk_full_ && now >= retry_at_) reopen(now);
  if (broken_) return;
  const std::shared_lock lock(opened_mutex_);
  if (!opened_) return;
  if (now >= damaged_due_) {
    watch_damaged(options_, alarms_, now);
    damaged_due_ = now + kLookForDamagedMs;
  }
  if (now < retry_at_) return;
  const auto worked = opened_->step(now, false);
  Result<void> done = worked ? opened_->refresh_views() : std::unexpected(worked.error());
  note_upkeep(done, now);
}

void DuckDbStore::note_upkeep(const Result<void>& done, UnixMillis now) {
  if (opened_->fatal()) broken_.store(true);
  if (done) {
    alarms_.clear("upkeep_failed", "");
    return;
  }
  retry_at_ = now + kRetryAfterMs;
  alarms_.raise("upkeep_failed", "", "the store's upkeep failed and is tried again: " + done.error().message, now);
}

void DuckDbStore::reopen(UnixMillis now) {
  const std::unique_lock lock(opened_mutex_);
  opened_.reset();
  auto opened = OpenedStore::open(options_, strings_, alarms_, now);
  if (!opened) {
    retry_at_ = now + kSecondMs;
    alarms_.raise("store_failed", "", "the store cannot be opened again and is tried on: " + opened.error().message,
                  now);
    return;
  }
  opened_ = *std::move(opened);
  broken_.store(false);
  alarms_.clear("store_failed", "");
}

Result<void> DuckDbStore::settle(UnixMillis now) {
  if (options_.read_only) return fail(ErrorCode::invalid, "the store is open for reading only");
  const std::lock_guard one(upkeep_mutex_);
  const std::shared_lock lock(opened_mutex_);
  if (!opened_ || broken_) return fail(ErrorCode::io, "the store is closed after an error");
  std::uint64_t version = opened_->catalog().version();
  int waits = 0;
  while (true) {
    const auto worked = opened_->step(now, true);
    if (!worked) return std::unexpected(worked.error());
    if (!*worked) break;
    // Without a change the step only asked the writer to let a table go at its next commit; a file of many changes
    // nothing either, but then the next one follows.
    if (const std::uint64_t next = opened_->catalog().version(); next != version) {
      version = next;
      waits = 0;
    } else if (++waits > kMostWaits) {
      return fail(ErrorCode::busy, "the writer does not let its tables go");
    } else {
      std::this_thread::sleep_for(10ms);
    }
  }
  return opened_->refresh_views();
}

}  // namespace weir::store
