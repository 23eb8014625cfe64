#include "store/duckdb/move_parts.h"

#include <algorithm>
#include <charconv>

#include "store/duckdb/cold_file.h"
#include "store/duckdb/manifest.h"
#include "store/duckdb/rollup_new_table.h"

namespace weir::store {
namespace {

std::string dropped_key(Kind kind) {
  return "dropped_until_" + std::string(to_string(kind));
}

Result<void> note(Workshop& shop, const Move& move) {
  const auto set_all = [&](const std::vector<PartPtr>& parts, PartState state) -> Result<void> {
    for (const PartPtr& part : parts) {
      if (auto set = set_part_state(shop.connection, *part, state); !set) return set;
    }
    return {};
  };
  if (auto set = set_all(move.files, PartState::live); !set) return set;
  if (auto set = set_all(move.retired, PartState::retired); !set) return set;
  if (auto set = set_all(move.damaged, PartState::damaged); !set) return set;
  for (const PartPtr& table : move.tables) {
    if (auto added = insert_part(shop.connection, *table, PartState::live); !added) return added;
  }
  for (const auto& [kind, until] : move.dropped_until) {
    if (auto written = write_meta(shop.connection, dropped_key(kind), std::to_string(until)); !written) return written;
  }
  return {};
}

Result<void> run_and_publish(Workshop& shop, Move& move, const std::function<Result<void>(Move&)>& work) {
  auto transaction = Transaction::begin(shop.connection);
  if (!transaction) return std::unexpected(transaction.error());
  if (work) {
    if (auto worked = work(move); !worked) return worked;
  }
  if (auto noted = note(shop, move); !noted) return noted;
  Catalog::Change change{move.files, move.retired, move.damaged, move.dropped_until};
  change.added.insert(change.added.end(), move.tables.begin(), move.tables.end());
  return shop.catalog.publish(change, [&]() -> Result<void> {
    if (auto committed = transaction->commit(); !committed) return committed;
    for (const Move::Growth& growth : move.growth)
      growth.table->grow(growth.rows, growth.earliest_ms, growth.latest_ms);
    return {};
  });
}

}  // namespace

Result<void> move_parts(Workshop& shop, Move& move, const std::function<Result<void>(Move&)>& work) {
  auto moved = run_and_publish(shop, move, work);
  for (const PartPtr& table : move.tables) {
    if (moved) shop.tables.open(table);
    if (!moved) shop.names.release(table->name);
  }
  return moved;
}

Result<PartPtr> table_for(Workshop& shop, Move& move, Kind kind, UnixMillis begin) {
  const auto ours =
      std::ranges::find_if(move.tables, [&](const PartPtr& t) { return t->kind == kind && t->begin == begin; });
  if (ours != move.tables.end()) return *ours;
  if (PartPtr open = shop.tables.find(kind, begin)) return open;
  auto part = std::make_shared<Part>(kind, begin, shop.names.new_table(kind, begin), schema_of(kind).all());
  move.tables.push_back(part);
  const std::string sql =
      "CREATE TABLE hot.main." + identifier(part->name) + "(r " + struct_type(kind, part->columns) + ")";
  if (auto made = shop.connection.execute(sql); !made) return std::unexpected(made.error());
  return part;
}

Result<void> insert_into(Workshop& shop, Move& move, const PartPtr& table, const std::string& select,
                         std::pair<UnixMillis, UnixMillis> earliest_and_latest) {
  std::string members;
  for (const PhysicalColumn& column : schema_of(table->kind).columns) {
    if (!table->columns[*schema_of(table->kind).find(column.name)]) continue;
    members += (members.empty() ? "" : ", ") + identifier(column.name) + " := " + identifier(column.name);
  }
  const auto rows = shop.connection.change("INSERT INTO hot.main." + identifier(table->name) + " SELECT struct_pack(" +
                                           members + ") FROM (" + select + ") ORDER BY \"time\"");
  if (!rows) return std::unexpected(rows.error());
  move.growth.push_back({table, *rows, earliest_and_latest.first, earliest_and_latest.second});
  return {};
}

Error set_unreadable_aside(Workshop& shop, const std::vector<PartPtr>& tables, Error error, UnixMillis now) {
  if (error.code != ErrorCode::io && error.code != ErrorCode::internal) return error;
  Move move;
  for (const PartPtr& part : tables) {
    const auto read = read_through(shop.connection, shop.catalog.directory(), *part);
    if (read || read.error().code == ErrorCode::no_space) continue;
    move.damaged.push_back(part);
    shop.alarms.raise("partition_damaged", part->name,
                      "table " + part->name + " of hot.duckdb cannot be read and is left out: " + read.error().message,
                      now);
  }
  if (move.damaged.empty()) return error;
  const auto moved = move_parts(shop, move);
  return moved ? error : moved.error();
}

Result<void> drop_table(Connection& connection, const Part& part) {
  if (part.kind == Kind::rollup_new) return drop_rollup_new(connection, part.name);
  return connection.execute("DROP TABLE IF EXISTS hot.main." + identifier(part.name));
}

namespace {

Result<void> drop(Workshop& shop, const Part& part) {
  if (!part.hot) {
    std::error_code error;
    std::filesystem::remove(shop.options.directory / part.name, error);
    if (error) return fail(ErrorCode::io, "cannot delete " + part.name + ": " + error.message());
    return erase_part(shop.connection, part.name);
  }
  auto transaction = Transaction::begin(shop.connection);
  if (!transaction) return std::unexpected(transaction.error());
  if (auto dropped = drop_table(shop.connection, part); !dropped) return dropped;
  if (auto erased = erase_part(shop.connection, part.name); !erased) return erased;
  return transaction->commit();
}

}  // namespace

Result<void> delete_unused(Workshop& shop) {
  Result<void> out;
  for (PartPtr& part : shop.catalog.take_unused()) {
    if (auto dropped = drop(shop, *part); !dropped) {
      shop.catalog.keep_retired(std::move(part));
      out = dropped;
    } else {
      shop.names.release(part->name);
    }
  }
  return out;
}

}  // namespace weir::store
