// The questions' side, and what the store says of itself.
#include <algorithm>

#include "flow/spread.h"
#include "store/duckdb/answer_reader.h"
#include "store/duckdb/cold_file.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/manifest.h"
#include "store/duckdb/move_parts.h"
#include "store/duckdb/question_watch.h"
#include "store/duckdb/search_reader.h"
#include "store/duckdb/store_impl.h"
#include "store/duckdb/tally_reader.h"

namespace weir::store {
namespace {

// A question whose files were moved under it, or found damaged, is asked again.
constexpr int kMostTries = 4;

bool may_be_damage(const Error& error) {
  return error.code == ErrorCode::io || error.code == ErrorCode::internal || error.code == ErrorCode::not_found;
}

}  // namespace

Result<UnixMillis> DuckDbStore::answer(const Asking& asking, const AskSnapshot& ask) {
  const std::int64_t began = steady_ms();
  for (int tries = 1;; ++tries) {
    if (broken_)
      return fail(ErrorCode::io,
                  "the store is closed after an error of the disk; it is opened again as soon as that works");
    const std::shared_lock lock(opened_mutex_);
    if (!opened_) return fail(ErrorCode::io, "the store is not open");
    const auto answered = ask_once(*opened_, asking, began, ask);
    if (answered) {
      if (asking.options.progress) asking.options.progress->store(1);
      return steady_ms() - began;
    }
    if (opened_->fatal()) broken_.store(true);
    if (!may_be_damage(answered.error()) || broken_ || asking.cancel || tries == kMostTries ||
        !set_damaged_aside(*opened_, asking, answered.error())) {
      return std::unexpected(answered.error());
    }
  }
}

Result<query::Answer> DuckDbStore::run(const query::Query& query, const query::CancelFlag& cancel) {
  Result<query::Answer> out;
  const UnixMillis earliest = query.from_ms - query.compare_ms.value_or(0);
  const unsigned statements = 1U + (query.both_directions ? 1U : 0U) + (query.compare_ms ? 1U : 0U);
  const Asking asking{earliest, query.to_ms, query.options, cancel, statements};
  const auto took = answer(asking, [&](Snapshot& snapshot, const RunSql& run) {
    out = answer_query(query, snapshot, run);
    return out ? Result<void>() : std::unexpected(out.error());
  });
  if (!took) return std::unexpected(took.error());
  out->took_ms = *took;
  return out;
}

Result<query::TallyAnswer> DuckDbStore::tally(const query::Tally& tally, const query::CancelFlag& cancel) {
  Result<query::TallyAnswer> out;
  const Asking asking{tally.from_ms, tally.to_ms, tally.options, cancel, 1};
  const auto took = answer(asking, [&](Snapshot& snapshot, const RunSql& run) {
    out = answer_tally(tally, snapshot, run);
    return out ? Result<void>() : std::unexpected(out.error());
  });
  if (!took) return std::unexpected(took.error());
  out->took_ms = *took;
  return out;
}

Result<query::SearchAnswer> DuckDbStore::search(const query::Search& search, const query::CancelFlag& cancel) {
  Result<query::SearchAnswer> out;
  const Asking asking{search.from_ms, search.to_ms, search.options, cancel, 2};
  const auto took = answer(asking, [&](Snapshot& snapshot, const RunSql& run) {
    out = answer_search(search, snapshot, run);
    return out ? Result<void>() : std::unexpected(out.error());
  });
  if (!took) return std::unexpected(took.error());
  out->took_ms = *took;
  return out;
}

Result<void> DuckDbStore::ask_once(OpenedStore& opened, const Asking& asking, std::int64_t began,
                                   const AskSnapshot& ask) {
  auto lent = opened.lend();
  if (!lent) return std::unexpected(lent.error());
  Connection& connection = lent->connection();
  std::optional<Transaction> transaction;
  // Touching a table is what makes DuckDB fix the moment that the transaction sees.
  const auto pin = [&]() -> Result<void> {
    auto begun = Transaction::begin(connection);
    if (!begun) return std::unexpected(begun.error());
    transaction.emplace(*std::move(begun));
    return connection.execute("SELECT key FROM hot.main.meta LIMIT 1");
  };
  const auto snapshot = opened.catalog().view(pin);
  if (!snapshot) return std::unexpected(snapshot.error());
  QuestionWatch watch(asking.options, asking.cancel, broken_, began, asking.statements);
  if (asking.options.memory_limit_octets > 0) {
    auto second = opened.connect();
    if (!second) return std::unexpected(second.error());
    if (auto watching = watch.watch_memory(*std::move(second)); !watching) return watching;
  }
  return ask(**snapshot, [&](const std::string& sql, const TakeChunk& take) {
    watch.next_statement(connection);
    return connection.stream(sql, [&] { return watch.look(); }, take);
  });
}

bool DuckDbStore::set_damaged_aside(OpenedStore& opened, const Asking& asking, const Error& error) {
  const std::lock_guard one(damage_mutex_);
  auto connection = opened.connect();
  if (!connection) return false;
  Workshop shop{*connection, opened.catalog(), opened.tables(), opened.names(), alarms_, options_};
  Move move;
  bool found = false;
  for (const PartPtr& part : opened.catalog().snapshot()->parts()) {
    const bool read = part->earliest_ms < asking.to_ms + flow::kMostSpreadMs && part->latest_ms >= asking.from_ms;
    if (!read) continue;
    std::optional<std::string> why =
        part->hot ? std::nullopt : file_trouble(*connection, opened.catalog().directory(), *part);
    if (!why) {
      const auto through = read_through(*connection, opened.catalog().directory(), *part);
      if (!through && through.error().code != ErrorCode::no_space) why = through.error().message;
    }
    if (!why || opened.fatal()) continue;
    found = true;
    const auto gone = [&]() -> Result<void> {
      if (options_.read_only) return {};
      return part->hot ? set_part_state(*connection, *part, PartState::damaged) : erase_part(*connection, part->name);
    };
    if (!opened.catalog().publish({{}, {}, {part}, {}}, gone)) return false;
    if (part->hot || options_.read_only) {
      alarms_.raise("partition_damaged", part->name, part->name + " cannot be read and is left out: " + *why, now_ms());
    } else {
      set_file_aside(shop, part->name, *why, now_ms());
    }
  }
  if (!found) log::warn("a question failed", "error=\"" + log::escape(error.message) + "\"");
  return found;
}

Status DuckDbStore::status() {
  Status out;
  out.flows_stored = flows_stored_;
  out.flows_dropped = flows_dropped_;
  out.readings_dropped = readings_dropped_;
  out.commits = commits_;
  out.last_commit_ms = last_commit_ms_;
  out.queued_batches = queue_.size();
  out.alarms = alarms_.all();
  out.hot_octets = family_octets(options_.directory, hot_file(options_.directory).filename().string());
  // Not while the store is being opened again: that may take long, and the numbers are then worth nothing.
  const std::shared_lock lock(opened_mutex_, std::try_to_lock);
  if (!lock || !opened_) return out;
  UnixMillis oldest = INT64_MAX;
  for (const PartPtr& part : opened_->catalog().snapshot()->parts()) {
    if (part->kind == Kind::flows) {
      (part->hot ? out.hot_flows : out.cold_flows) += part->rows;
      out.cold_octets += part->octets;
      if (part->rows > 0) oldest = std::min(oldest, part->earliest_ms.load());
    } else {
      out.rollup_octets += part->octets;
    }
  }
  out.oldest_ms = oldest == INT64_MAX ? 0 : oldest;
  return out;
}

}  // namespace weir::store
