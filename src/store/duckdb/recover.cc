#include "store/duckdb/recover.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "store/duckdb/adopt.h"
#include "store/duckdb/cold_file.h"
#include "store/duckdb/disk.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/manifest.h"
#include "store/duckdb/move_parts.h"

namespace weir::store {
namespace {

namespace fs = std::filesystem;

// Reading the times of more rows than this would hold up the start; the partition's bounds do as well.
constexpr std::uint64_t kMeasuredRows = 200'000'000;

struct Recovery {
  Workshop& shop;
  UnixMillis now;
  Recovered out;
  std::set<std::string> known;
};

std::string directory_of(const Recovery& recovery) {
  return recovery.shop.options.directory.string();
}

/// What earliest_sql() needs of a hot table.
std::string times_sql(const Part& part) {
  if (part.kind == Kind::rollup_new) return "SELECT \"time\" FROM hot.main." + identifier(part.name);
  const std::array columns = {flow::Column::time, flow::Column::flow_start, flow::Column::flow_end};
  return "SELECT " + select_hot(part.kind, part.columns, physical(part.kind, columns)) + " FROM hot.main." +
         identifier(part.name);
}

/// The rows and moments of a hot table. A kill may have left it empty.
Result<void> measure_table(Recovery& recovery, Part& part) {
  const std::string from = " FROM hot.main." + identifier(part.name);
  const auto rows = recovery.shop.connection.number("SELECT count(*)" + from);
  if (!rows) return std::unexpected(rows.error());
  part.rows = static_cast<std::uint64_t>(*rows);
  if (part.rows == 0) return {};
  const UnixMillis length = partition_ms(part.kind);
  part.earliest_ms = part.begin - (part.kind == Kind::flows ? 2 * kHourMs : 0);
  part.latest_ms = part.begin + length - 1;
  if (length > 0 && part.rows > kMeasuredRows) return {};
  const auto times = recovery.shop.connection.rows("SELECT min(" + earliest_sql(part) +
                                                   ")::VARCHAR, max(\"time\")::VARCHAR FROM (" + times_sql(part) + ")");
  if (!times) return std::unexpected(times.error());
  const auto number = [](const std::optional<std::string>& text) {
    UnixMillis value = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
  };
  part.earliest_ms = number(times->front()[0]);
  part.latest_ms = number(times->front()[1]);
  return {};
}

bool out_of_order(ErrorCode code) {
  return code == ErrorCode::no_space || code == ErrorCode::cancelled;
}

Result<void> recover_table(Recovery& recovery, const PartPtr& part) {
  auto measured = measure_table(recovery, *part);
  if (measured) {
    recovery.out.parts.push_back(part);
    return {};
  }
  if (out_of_order(measured.error().code)) return measured;
  recovery.shop.alarms.raise(
      "partition_damaged", part->name,
      "table " + part->name + " of hot.duckdb cannot be read and is left out: " + measured.error().message,
      recovery.now);
  return recovery.shop.options.read_only ? Result<void>{}
                                         : set_part_state(recovery.shop.connection, *part, PartState::damaged);
}

Result<void> recover_file(Recovery& recovery, const PartPtr& part) {
  const auto trouble = file_trouble(recovery.shop.connection, directory_of(recovery), *part);
  if (!trouble) {
    recovery.out.parts.push_back(part);
    return {};
  }
  if (recovery.shop.options.read_only) {
    recovery.shop.alarms.raise("partition_damaged", part->name,
                               part->name + " cannot be read and is left out: " + *trouble, recovery.now);
    return {};
  }
  set_file_aside(recovery.shop, part->name, *trouble, recovery.now);
  return erase_part(recovery.shop.connection, part->name);
}

/// What a kill left half-way.
Result<void> remove_part(Recovery& recovery, const Part& part) {
  if (recovery.shop.options.read_only) return {};
  if (part.hot) {
    if (auto dropped = drop_table(recovery.shop.connection, part); !dropped) return dropped;
  } else {
    std::error_code error;
    fs::remove(recovery.shop.options.directory / part.name, error);
    fs::remove(recovery.shop.options.directory / (part.name + ".tmp"), error);
  }
  recovery.shop.names.release(part.name);
  return erase_part(recovery.shop.connection, part.name);
}

Result<void> recover_part(Recovery& recovery, const ManifestRow& row) {
  recovery.known.insert(row.part->name);
  recovery.shop.names.take(row.part->name);
  switch (row.state) {
    case PartState::live:
      return row.part->hot ? recover_table(recovery, row.part) : recover_file(recovery, row.part);
    case PartState::writing:
    case PartState::retired:
      return remove_part(recovery, *row.part);
    case PartState::damaged:
      recovery.shop.alarms.raise("partition_damaged", row.part->name,
                                 "table " + row.part->name + " of hot.duckdb cannot be read and is left out",
                                 recovery.now);
      return {};
  }
  return {};
}

/// Every file below our folders, relative to the directory.
std::vector<std::string> files_on_disk(const fs::path& directory) {
  std::vector<std::string> out;
  for (const std::string_view root : file_folders()) {
    std::error_code error;
    for (fs::recursive_directory_iterator at(directory / root, error), end; !error && at != end; at.increment(error)) {
      if (at->is_regular_file(error)) out.push_back(fs::relative(at->path(), directory, error).string());
    }
  }
  std::ranges::sort(out);
  return out;
}

/// Files that the manifest does not know: the rests of a kill are deleted, others set aside. Not deleted: they may be
/// the only copy, when somebody put an older hot.duckdb back.
void clear_unknown_files(Recovery& recovery) {
  for (const std::string& file : files_on_disk(recovery.shop.options.directory)) {
    std::error_code error;
    if (file.ends_with(".tmp")) {
      fs::remove(recovery.shop.options.directory / file, error);
    } else if (!recovery.known.contains(file) && identify_file(file)) {
      set_file_aside(recovery.shop, file, "hot.duckdb does not know it", recovery.now);
    }
  }
}

Result<void> read_dropped_until(Recovery& recovery) {
  for (const Kind kind : kKinds) {
    const auto text = read_meta(recovery.shop.connection, "dropped_until_" + std::string(to_string(kind)));
    if (!text) return std::unexpected(text.error());
    UnixMillis until = 0;
    if (*text && std::from_chars((*text)->data(), (*text)->data() + (*text)->size(), until).ec == std::errc()) {
      recovery.out.dropped_until.emplace_back(kind, until);
    }
  }
  return {};
}

}  // namespace

Result<Recovered> recover(Workshop& shop, bool adopt, UnixMillis now) {
  Recovery recovery{shop, now, {}, {}};
  if (adopt && !shop.options.read_only) {
    if (auto adopted = adopt_files(shop, files_on_disk(shop.options.directory), now); !adopted)
      return std::unexpected(adopted.error());
  }
  const auto rows = load_parts(shop.connection);
  if (!rows) return std::unexpected(rows.error());
  for (const ManifestRow& row : *rows) {
    if (auto done = recover_part(recovery, row); !done) return std::unexpected(done.error());
  }
  if (!shop.options.read_only) clear_unknown_files(recovery);
  if (auto read = read_dropped_until(recovery); !read) return std::unexpected(read.error());
  return std::move(recovery.out);
}

}  // namespace weir::store
