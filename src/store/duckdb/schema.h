// What the tables and files hold: for each kind of part its physical columns, its partitions in time and its names.
#pragma once

#include <duckdb.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "flow/columns.h"

namespace weir::store {

/// The layout of the data directory that this Weir writes. Older ones are migrated when opened, newer ones refused.
inline constexpr int kSchemaVersion = 1;

/// What a part holds. rollup_new is what the writer's commits add to the 1-minute rollup and upkeep has not folded yet.
enum class Kind : std::uint8_t { flows, rollup_new, rollup_1m, rollup_5m, rollup_1h, counters };
inline constexpr std::array kKinds = {Kind::flows,     Kind::rollup_new, Kind::rollup_1m,
                                      Kind::rollup_5m, Kind::rollup_1h,  Kind::counters};
[[nodiscard]] std::string_view to_string(Kind kind);
[[nodiscard]] std::optional<Kind> find_kind(std::string_view name);
[[nodiscard]] constexpr bool is_rollup(Kind kind) {
  return kind >= Kind::rollup_new && kind <= Kind::rollup_1h;
}

/// One physical column. An address column of flow/columns.h is two of them, NAME_hi and NAME_lo.
struct PhysicalColumn {
  enum class Word : std::uint8_t { whole, hi, lo };
  std::string name;
  duckdb_type type;                    ///< in hot tables; texts are held there as UINTEGER ids
  bool text = false;                   ///< VARCHAR in files and in questions
  std::optional<flow::Column> column;  ///< the column it holds; none for the interface readings' own fields
  Word word = Word::whole;
};

/// Physical columns of one kind, by their place in schema_of(kind).
using ColumnSet = std::bitset<128>;

struct Schema {
  std::vector<PhysicalColumn> columns;
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  [[nodiscard]] ColumnSet all() const;
};
[[nodiscard]] const Schema& schema_of(Kind kind);

/// Names separated by commas, and back. Names that this Weir does not know are left out.
[[nodiscard]] std::string to_names(Kind kind, const ColumnSet& set);
[[nodiscard]] ColumnSet from_names(Kind kind, std::string_view names);

/// "UBIGINT"; of a text column VARCHAR in files and questions, UINTEGER in hot tables.
[[nodiscard]] std::string_view sql_type(const PhysicalColumn& column, bool hot);
/// "STRUCT("time" BIGINT, ...)": hot tables have the one column `r` of this type. A struct's members cost a quarter
/// less to write than columns do (no distinct-count sketch for each), and are read as selectively.
[[nodiscard]] std::string struct_type(Kind kind, const ColumnSet& set);
/// The members of `r` as columns: "weir_text(r."in_if_name") AS "in_if_name", ...", one for each of `wanted`, in the
/// schema's order; members that are not in `present` as their default() or NULL. Texts as VARCHAR.
[[nodiscard]] std::string select_hot(Kind kind, const ColumnSet& present, const ColumnSet& wanted);
/// The same with texts as ids, which the copies from hot table to hot table need.
[[nodiscard]] std::string select_hot_ids(Kind kind, const ColumnSet& present, const ColumnSet& wanted);
/// The same for a Parquet file.
[[nodiscard]] std::string select_file(Kind kind, const ColumnSet& present, const ColumnSet& wanted);
/// Columns that a hot table leaves out where every row has the value that select_hot() gives instead: the upper words
/// of addresses in IPv4-only tables (0), `flow_end` where it is `time`, `flows` where it is 1.
[[nodiscard]] bool has_default(const PhysicalColumn& column);
/// The columns of a file that is made from a hot table: those of the table, and those whose default costs nothing
/// there. `flow_end` would cost 2 octets a flow; it stays out where it is `time` in every row, and select_file() knows.
[[nodiscard]] ColumnSet with_defaults(Kind kind, const ColumnSet& present);
/// The physical columns of columns of flow/columns.h; of none, all. Columns that the kind lacks are left out.
[[nodiscard]] ColumnSet physical(Kind kind, std::span<const flow::Column> columns);

/// Length of a partition: an hour of flows and of the 1-minute rollup, a day of the others. 0 for rollup_new.
[[nodiscard]] UnixMillis partition_ms(Kind kind);
/// The start of the partition that `time` falls into.
[[nodiscard]] UnixMillis partition_of(Kind kind, UnixMillis time);
/// "flows_2026112310" or "rollup_5m_20261123": the first hot table of a partition.
[[nodiscard]] std::string table_name(Kind kind, UnixMillis begin);
/// "cold/2026/11/23/10-2.parquet", "rollup/5m/2026/11/23-1.parquet": relative to the data directory; number from 1.
[[nodiscard]] std::string file_name(Kind kind, UnixMillis begin, unsigned number);
/// The folder, kind and partition that a relative file name says; nothing when it is not one of ours.
struct FileIdentity {
  Kind kind = Kind::flows;
  UnixMillis begin = 0;
  unsigned number = 0;
};
[[nodiscard]] std::optional<FileIdentity> identify_file(std::string_view relative);
/// The folders that hold Parquet files, relative to the data directory.
[[nodiscard]] std::span<const std::string_view> file_folders();

}  // namespace weir::store
