#include "store/duckdb/opened_store.h"

#include <array>

#include "store/duckdb/engine.h"
#include "store/duckdb/manifest.h"
#include "store/duckdb/merger.h"
#include "store/duckdb/move_parts.h"
#include "store/duckdb/retention.h"

namespace weir::store {
namespace {

constexpr UnixMillis kRetentionEveryMs = 5 * kSecondMs;

}  // namespace

OpenedStore::OpenedStore(Database database, Connection connection, std::vector<Connection> questions,
                         const DuckDbOptions& options, Alarms& alarms)
    : database_(std::move(database)),
      connection_(std::move(connection)),
      questions_(std::move(questions), database_),
      catalog_(options.directory.string()),
      workshop_{connection_, catalog_, tables_, names_, alarms, options} {}

Result<std::unique_ptr<OpenedStore>> OpenedStore::open(const DuckDbOptions& options, flow::StringPool& strings,
                                                       Alarms& alarms, UnixMillis now) {
  bool damaged = false;
  auto opened = open_once(options, strings, alarms, now, damaged);
  // Least first: a broken log costs what it holds, a broken database file the hot tier.
  for (const bool log_only : {true, false}) {
    if (opened || !damaged || options.read_only) break;
    const auto aside = set_hot_tier_aside(options, alarms, log_only, opened.error().message, now);
    if (!aside && aside.error().code != ErrorCode::not_found) return std::unexpected(aside.error());
    if (aside) opened = open_once(options, strings, alarms, now, damaged);
  }
  if (!opened && damaged && options.read_only) {
    return fail(ErrorCode::io, "hot.duckdb cannot be read: " + opened.error().message + "; `weir serve` sets it aside");
  }
  return opened;
}

std::expected<std::unique_ptr<OpenedStore>, Error> OpenedStore::open_once(const DuckDbOptions& options,
                                                                          flow::StringPool& strings, Alarms& alarms,
                                                                          UnixMillis now, bool& damaged) {
  damaged = false;
  std::vector<Connection> questions;
  auto database = open_engine(options, strings, &questions);
  if (!database) {
    damaged = database.error().trouble == OpenTrouble::damaged;
    return std::unexpected(database.error().error);
  }
  auto connection = database->connect();
  if (!connection) return std::unexpected(connection.error());
  std::unique_ptr<OpenedStore> out(new OpenedStore(*std::move(database), *std::move(connection), std::move(questions), options, alarms));
  const auto fresh = options.read_only ? check_version(out->connection_) : prepare_manifest(out->connection_);
  Result<void> taken = fresh ? out->take_in(*fresh, strings, now) : std::unexpected(fresh.error());
  if (taken) return out;
  const ErrorCode code = taken.error().code;
  damaged = code == ErrorCode::io || code == ErrorCode::malformed || code == ErrorCode::not_found || out->fatal();
  return std::unexpected(taken.error());
}

Result<void> OpenedStore::take_in(bool adopt, flow::StringPool& strings, UnixMillis now) {
  const auto loaded = load_strings(connection_, strings);
  if (!loaded) return std::unexpected(loaded.error());
  strings_stored_ = *loaded;
  auto recovered = recover(workshop_, adopt, now);
  if (!recovered) return std::unexpected(recovered.error());
  Catalog::Change change{recovered->parts, {}, {}, recovered->dropped_until};
  if (auto published = catalog_.publish(change, [] { return Result<void>{}; }); !published) return published;
  for (const PartPtr& part : recovered->parts) {
    // The numbers in a table of new sums were given out by a writer that is gone.
    if (part->hot && part->kind != Kind::rollup_new) tables_.open(part);
  }
  return refresh_views();
}

Result<bool> OpenedStore::step(UnixMillis now, bool all) {
  if (auto deleted = delete_unused(workshop_); !deleted) return std::unexpected(deleted.error());
  const auto folded = fold_.fold_some(workshop_, now, all);
  if (!folded || *folded) return folded;
  const auto closed = closer_.close_some(workshop_, now, all);
  if (!closed || *closed) return closed;
  const auto merged = merge_some(workshop_);
  if (!merged || *merged) return merged;
  if (!all && now < retention_due_) return false;
  const auto retired = retire_some(workshop_, now, [this](const PartPtr& part) { return closer_.busy_with(part); });
  // While there is more to retire it goes on at once.
  if (retired && !*retired) retention_due_ = now + kRetentionEveryMs;
  return retired;
}

Result<void> OpenedStore::empty_hot_tier() {
  constexpr UnixMillis kFarFuture = INT64_MAX / 2;
  while (true) {
    const auto folded = fold_.fold_some(workshop_, kFarFuture, true);
    if (!folded) return std::unexpected(folded.error());
    const auto closed = *folded ? folded : closer_.close_some(workshop_, kFarFuture, true);
    if (!closed) return std::unexpected(closed.error());
    if (!*closed) return delete_unused(workshop_);
  }
}

Result<void> OpenedStore::refresh_views() {
  struct View {
    const char* name;
    Kind kind;
  };
  constexpr std::array kViews = {View{"flows", Kind::flows}, View{"interface_counters", Kind::counters}};
  const std::lock_guard lock(views_mutex_);
  const std::uint64_t version = catalog_.version();
  if (version == views_version_) return {};
  auto connection = connect();
  if (!connection) return std::unexpected(connection.error());
  auto transaction = Transaction::begin(*connection);
  if (!transaction) return std::unexpected(transaction.error());
  const auto snapshot = catalog_.snapshot();
  const auto make = [&](const std::string& name, const std::string& select) {
    return connection->execute("CREATE OR REPLACE VIEW memory.main." + name + " AS " + select);
  };
  for (const View& view : kViews) {
    if (auto made = make(view.name, snapshot->whole(view.kind)); !made) return made;
  }
  for (const Source source : {Source::rollup_1m, Source::rollup_5m, Source::rollup_1h}) {
    const Relation relation = snapshot->relation(source, INT64_MIN, INT64_MAX, {});
    if (auto made = make("rollup_" + std::string(to_string(source)), "SELECT * FROM " + relation.sql); !made)
      return made;
  }
  if (auto committed = transaction->commit(); !committed) return committed;
  views_version_ = version;
  views_hold_ = snapshot;
  return {};
}

}  // namespace weir::store
