#include "store/duckdb/question_watch.h"

#include <algorithm>
#include <string>

#include "base/clock.h"

namespace weir::store {
namespace {

constexpr std::int64_t kTellEveryMs = 20;
constexpr std::int64_t kMeasureEveryMs = 50;

/// What running statements hold: not the tables' pages, which are a cache, and not what is being written.
constexpr const char* kHeld =
    "SELECT coalesce(sum(memory_usage_bytes), 0) FROM duckdb_memory() WHERE tag IN ('HASH_TABLE', 'ORDER_BY', "
    "'COLUMN_DATA', 'WINDOW', 'ALLOCATOR', 'OVERFLOW_STRINGS', 'PARQUET_READER')";

}  // namespace

QuestionWatch::QuestionWatch(const query::RunOptions& options, const query::CancelFlag& cancel,
                             const std::atomic<bool>& broken, std::int64_t began, unsigned statements)
    : options_(options), cancel_(cancel), broken_(broken), began_(began), statements_(std::max(statements, 1U)) {}

Result<void> QuestionWatch::watch_memory(Connection second) {
  second_.emplace(std::move(second));
  const auto held = second_->number(kHeld);
  if (!held) return std::unexpected(held.error());
  held_before_ = *held;
  return {};
}

void QuestionWatch::next_statement(const Connection& connection) {
  connection_ = &connection;
  ++statement_;
}

Result<void> QuestionWatch::look() {
  if (cancel_.load(std::memory_order_relaxed)) return fail(ErrorCode::cancelled, "the question was stopped");
  if (broken_.load(std::memory_order_relaxed))
    return fail(ErrorCode::cancelled, "the question was stopped: the store is closed after an error of the disk");
  if (options_.time_limit_ms == 0 && options_.memory_limit_octets == 0 && !options_.progress) return {};
  const std::int64_t now = steady_ms();
  if (options_.time_limit_ms > 0 && now - began_ >= options_.time_limit_ms) {
    return fail(ErrorCode::cancelled, "the question took longer than its limit of " +
                                          std::to_string(options_.time_limit_ms) +
                                          " ms; ask for a shorter range, fewer columns or a longer resolution");
  }
  if (options_.progress && now - told_ >= kTellEveryMs) {
    told_ = now;
    tell_progress();
  }
  if (second_ && now - measured_ >= kMeasureEveryMs) {
    measured_ = now;
    return look_at_memory();
  }
  return {};
}

Result<void> QuestionWatch::look_at_memory() {
  const auto held = second_->number(kHeld);
  if (!held) return std::unexpected(held.error());
  const std::int64_t more = std::max<std::int64_t>(*held - held_before_, 0);
  if (static_cast<std::uint64_t>(more) <= options_.memory_limit_octets) return {};
  return fail(ErrorCode::no_space, "the question needs more memory than its limit of " +
                                       std::to_string(options_.memory_limit_octets >> 20U) +
                                       " MiB; ask for a shorter range or fewer columns");
}

void QuestionWatch::tell_progress() {
  if (connection_ == nullptr || statement_ == 0) return;
  const double fraction = std::clamp(connection_->progress(), 0.0, 1.0);
  const double done = std::min((static_cast<double>(statement_ - 1) + fraction) / statements_, 1.0);
  if (done > options_.progress->load(std::memory_order_relaxed))
    options_.progress->store(done, std::memory_order_relaxed);
}

}  // namespace weir::store
