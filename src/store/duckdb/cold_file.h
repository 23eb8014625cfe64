// One Parquet file: written, written through, named, and only then counted.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "store/duckdb/workshop.h"

namespace weir::store {

/// What goes into a file.
struct FileContent {
  Kind kind = Kind::flows;
  UnixMillis begin = 0;  ///< of the partition
  ColumnSet columns;
  std::string select;                 ///< gives the columns in the schema's order
  std::vector<std::string> replaces;  ///< files that it stands for, noted in it for a store whose manifest is lost
};

/// The order of rows in files: what makes them small, and quick to search by source. "ORDER BY ...".
[[nodiscard]] std::string file_order(Kind kind, const ColumnSet& columns);
/// `select` with all columns of `columns`, rows of the same key and bucket summed into one. bucket_ms 0: times as they
/// are.
[[nodiscard]] std::string sum_up(Kind kind, const std::string& select, UnixMillis bucket_ms);

/// Writes the file and notes it in the manifest as `writing`: the caller makes it live in the transaction that retires
/// what it came from. A crash before that leaves a file that the next open deletes. On errors nothing is left.
Result<PartPtr> write_file(Workshop& shop, const FileContent& content);
/// Deletes a file that never became live.
void discard_file(Workshop& shop, const PartPtr& file);
/// Fills in a file's numbers from the file itself. Errors: the file cannot be read.
Result<void> measure_file(Connection& connection, const std::string& directory, Part& file);
/// The first moment that a row of the part tells of, over its columns `time`, `flow_start` and `flow_end`.
[[nodiscard]] std::string earliest_sql(const Part& part);
/// Reads every value of a part. Errors: it is damaged (or the database is in trouble).
Result<void> read_through(Connection& connection, const std::string& directory, const Part& part);

}  // namespace weir::store
