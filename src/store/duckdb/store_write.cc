// The writer's side: what is queued goes into transactions.
#include <algorithm>
#include <chrono>
#include <thread>

#include "store/duckdb/store_impl.h"

namespace weir::store {
namespace {

using namespace std::chrono_literals;

// Readings are few: a device's interfaces every 20 s or so. The bound is for a writer that stands still.
constexpr std::size_t kMostReadings = 100'000;
constexpr UnixMillis kLongestCommitMs = 2000;
constexpr auto kIdle = 100ms;

}  // namespace

bool DuckDbStore::append(flow::FlowBatch&& batch, bool wait) {
  const std::size_t rows = batch.size();
  if (rows == 0) return true;
  const bool refused =
      options_.read_only || stopping_.load(std::memory_order_relaxed) || disk_full_.load(std::memory_order_relaxed);
  if (!refused && (wait ? queue_.push(std::move(batch)) : queue_.try_push(std::move(batch)))) return true;
  flows_dropped_.fetch_add(rows, std::memory_order_relaxed);
  return false;
}

void DuckDbStore::append(std::vector<flow::InterfaceCounters>&& readings) {
  const std::lock_guard lock(readings_mutex_);
  const std::size_t room = stopping_ || disk_full_ ? 0 : kMostReadings - std::min(kMostReadings, readings_.size());
  const std::size_t taken = std::min(room, readings.size());
  readings_.insert(readings_.end(), readings.begin(), readings.begin() + static_cast<std::ptrdiff_t>(taken));
  readings_dropped_.fetch_add(readings.size() - taken, std::memory_order_relaxed);
}

std::vector<flow::InterfaceCounters> DuckDbStore::take_readings() {
  const std::lock_guard lock(readings_mutex_);
  return std::exchange(readings_, {});
}

void DuckDbStore::stop() {
  stopping_.store(true);
  queue_.close();
}

void DuckDbStore::write() {
  if (options_.read_only) return;
  while (true) {
    if (!broken_.load()) {
      const std::shared_lock lock(opened_mutex_);
      if (opened_ && write_while_whole(*opened_)) return;
    }
    // Upkeep opens the store again. Until then the queue holds what it can.
    if (stopping_.load()) return drop_queue();
    std::this_thread::sleep_for(kIdle);
  }
}

void DuckDbStore::drop_queue() {
  while (auto batch = queue_.pop(0ms)) flows_dropped_.fetch_add(batch->size(), std::memory_order_relaxed);
}

bool DuckDbStore::write_while_whole(OpenedStore& opened) {
  auto connection = opened.connect();
  if (!connection) return lost(0, connection.error()), false;
  HotWriter writer(*std::move(connection), {opened.catalog(), opened.tables(), opened.names(), strings_},
                   opened.strings_stored());
  while (!broken_.load(std::memory_order_relaxed)) {
    const std::int64_t left = transaction_since_ + options_.commit_interval_ms - steady_ms();
    const auto patience = writer.in_transaction() ? std::chrono::milliseconds(std::max<std::int64_t>(left, 0)) : kIdle;
    auto batch = queue_.pop(patience);
    const bool was_open = writer.in_transaction();
    Result<void> done;
    if (batch) done = write_batch(writer, *batch);
    if (const auto readings = take_readings(); done && !readings.empty()) {
      done = writer.add(readings);
    }
    if (!was_open && writer.in_transaction()) transaction_since_ = steady_ms();
    const bool finished = !batch && queue_.closed() && queue_.size() == 0;
    if (done && (finished || commit_is_due(writer))) done = commit(writer);
    if (!done) writer.rollback();
    if (opened.fatal()) broken_.store(true);
    if (finished) return true;
  }
  return false;
}

bool DuckDbStore::commit_is_due(const HotWriter& writer) const {
  if (!writer.in_transaction()) return false;
  const std::int64_t age = steady_ms() - transaction_since_;
  if (age >= std::min(options_.commit_interval_ms, kLongestCommitMs) || writer.full()) return true;
  // A commit that ends with a full row group is cheaper.
  return writer.rows() > 0 && writer.rows() % kRowGroup == 0 && age >= options_.commit_interval_ms / 2;
}

Result<void> DuckDbStore::write_batch(HotWriter& writer, flow::FlowBatch& batch) {
  prepare_batch(batch, now_ms());
  std::size_t first = 0;
  while (first < batch.size()) {
    if (!writer.in_transaction()) transaction_since_ = steady_ms();
    const std::size_t room = kRowGroup - writer.rows() % kRowGroup;
    const std::size_t end = std::min(batch.size(), first + room);
    if (auto added = writer.add(batch, first, end); !added) {
      lost(writer.rows() + batch.size() - first, added.error());
      return added;
    }
    first = end;
    if (first < batch.size() && commit_is_due(writer)) {
      if (auto committed = commit(writer); !committed) {
        flows_dropped_.fetch_add(batch.size() - first, std::memory_order_relaxed);
        return committed;
      }
    }
  }
  return {};
}

Result<void> DuckDbStore::commit(HotWriter& writer) {
  if (!writer.in_transaction()) return {};
  const std::uint64_t rows = writer.rows();
  auto committed = writer.commit();
  if (!committed) {
    lost(rows, committed.error());
    return committed;
  }
  flows_stored_.fetch_add(rows, std::memory_order_relaxed);
  commits_.fetch_add(1, std::memory_order_relaxed);
  last_commit_ms_.store(now_ms(), std::memory_order_relaxed);
  alarms_.clear("store_failed", "");
  return committed;
}

void DuckDbStore::lost(std::uint64_t rows, const Error& why) {
  flows_dropped_.fetch_add(rows, std::memory_order_relaxed);
  if (why.code == ErrorCode::no_space || why.code == ErrorCode::io) {
    write_failed_.store(true);
    disk_full_.store(true);
    alarms_.raise(
        "disk_full", "",
        "the disk of " + options_.directory.string() + " cannot be written, nothing is stored: " + why.message,
        now_ms());
  } else {
    alarms_.raise("store_failed", "", "flows could not be stored: " + why.message, now_ms());
  }
}

}  // namespace weir::store
