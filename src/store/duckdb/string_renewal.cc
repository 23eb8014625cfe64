#include "store/duckdb/string_renewal.h"

#include "store/duckdb/engine.h"
#include "store/duckdb/opened_store.h"

namespace weir::store {
namespace {

constexpr std::int64_t kMostOctets = std::int64_t{256} << 20U;

/// Whether the directory's texts are above the limits. False also when that cannot be found out.
bool too_many(const DuckDbOptions& options, std::size_t most) {
  DuckDbOptions reading = options;
  reading.read_only = true;
  const flow::StringPool none;
  const auto database = open_engine(reading, none);
  if (!database) return false;
  auto connection = database->connect();
  if (!connection) return false;
  const auto count = connection->number("SELECT count(*) FROM hot.main.strings");
  const auto octets = connection->number("SELECT coalesce(sum(octet_length(text)), 0) FROM hot.main.strings");
  return count && octets && (*count > static_cast<std::int64_t>(most) || *octets > kMostOctets);
}

}  // namespace

Result<void> renew_strings(const DuckDbOptions& options, Alarms& alarms, UnixMillis now, std::size_t most) {
  std::error_code error;
  if (!std::filesystem::exists(hot_file(options.directory), error) || !too_many(options, most)) return {};
  log::info("too many texts: everything hot goes to files, the texts begin anew");
  flow::StringPool pool(std::size_t{1} << 24U, std::size_t{2} << 30U);
  auto opened = OpenedStore::open(options, pool, alarms, now);
  if (!opened) return {};
  if (auto emptied = (*opened)->empty_hot_tier(); !emptied) return emptied;
  return (*opened)->workshop().connection.execute("DELETE FROM hot.main.strings");
}

}  // namespace weir::store
