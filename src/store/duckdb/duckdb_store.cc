#include "store/duckdb/duckdb_store.h"

#include <string>
#include <system_error>

#include "store/duckdb/disk.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/store_impl.h"
#include "store/duckdb/string_renewal.h"

namespace weir::store {
namespace {

namespace fs = std::filesystem;

/// Absolute and usable in a list of files: DuckDB takes some characters for patterns.
Result<fs::path> usable(const fs::path& directory) {
  std::error_code error;
  fs::path absolute = fs::weakly_canonical(fs::absolute(directory, error), error);
  if (error) return fail(ErrorCode::io, "cannot find " + directory.string() + ": " + error.message());
  if (absolute.string().find_first_of("*?[]{}") != std::string::npos) {
    return fail(ErrorCode::invalid,
                "the data directory " + absolute.string() + " must not have any of * ? [ ] { } in its path");
  }
  return absolute;
}

Result<void> make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error) fs::remove_all(directory / "tmp", error);  // spilled by a process that was killed
  if (!error) fs::create_directories(directory / "tmp", error);
  if (!error) return {};
  const ErrorCode code = error == std::errc::no_space_on_device ? ErrorCode::no_space : ErrorCode::io;
  return fail(code, "cannot make the data directory " + directory.string() + ": " + error.message());
}

}  // namespace

DuckDbStore::DuckDbStore(DuckDbOptions options, flow::StringPool& strings, DirectoryLock lock)
    : options_(std::move(options)), strings_(strings), lock_(std::move(lock)), queue_(options_.queue_batches) {}

Result<void> DuckDbStore::open(UnixMillis now) {
  if (!options_.read_only) {
    if (auto renewed = renew_strings(options_, alarms_, now); !renewed) return renewed;
  }
  auto opened = OpenedStore::open(options_, strings_, alarms_, now);
  if (!opened) return std::unexpected(opened.error());
  opened_ = *std::move(opened);
  if (!options_.read_only) watch_disk(now);
  watch_damaged(options_, alarms_, now);
  return {};
}

Result<std::unique_ptr<Store>> open_duckdb_store(const DuckDbOptions& options, flow::StringPool& strings) {
  DuckDbOptions checked = options;
  const auto directory = usable(options.directory);
  if (!directory) return std::unexpected(directory.error());
  checked.directory = *directory;
  std::error_code error;
  if (checked.read_only && !fs::exists(hot_file(checked.directory), error)) {
    return fail(ErrorCode::not_found, "there are no flows in " + checked.directory.string() + ": it has no hot.duckdb");
  }
  if (!checked.read_only) {
    fs::create_directories(checked.directory, error);
    if (error)
      return fail(ErrorCode::io,
                  "cannot make the data directory " + checked.directory.string() + ": " + error.message());
  }
  auto lock = DirectoryLock::take(checked.directory, checked.read_only);
  if (!lock) return std::unexpected(lock.error());
  if (!checked.read_only) {
    if (auto made = make_directory(checked.directory); !made) return std::unexpected(made.error());
  }
  auto store = std::make_unique<DuckDbStore>(std::move(checked), strings, *std::move(lock));
  if (auto opened = store->open(now_ms()); !opened) return std::unexpected(opened.error());
  return store;
}

}  // namespace weir::store
