#include "query/validate.h"

#include <algorithm>
#include <string>

namespace weir::query {
namespace {

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid, std::move(message));
}

Result<void> validate_series(const Query& query) {
  if (!query.resolution_ms) return {};
  if (*query.resolution_ms < kSecondMs || *query.resolution_ms % kSecondMs != 0) {
    return refuse("the resolution must be a multiple of one second");
  }
  const std::size_t buckets = bucket_count(query);
  if (buckets > kMostBuckets) {
    return refuse("the range holds " + std::to_string(buckets) + " buckets of the resolution; at most " +
                  std::to_string(kMostBuckets) + " are allowed: ask for a coarser resolution or a shorter range");
  }
  const std::size_t rows = query.by.empty() ? 1 : query.top;
  if (rows * buckets > kMostCells) {
    return refuse(std::to_string(rows) + " rows of " + std::to_string(buckets) +
                  " buckets are too many; ask for a smaller top or a coarser resolution");
  }
  return {};
}

}  // namespace

std::size_t bucket_count(const Query& query) {
  if (!query.resolution_ms || *query.resolution_ms <= 0 || query.to_ms <= query.from_ms) return 0;
  return static_cast<std::size_t>((query.to_ms - query.from_ms - 1) / *query.resolution_ms + 1);
}

Result<void> may_group_by(flow::Column column) {
  const flow::ColumnInfo& info = flow::info(column);
  const std::string name(info.name);
  if (info.role == flow::Role::measure) return refuse(name + " is summed; it cannot be grouped by");
  if (info.type == flow::ColumnType::real)
    return refuse(name + " is a real number that hardly ever repeats; it cannot be grouped by");
  return {};
}

Result<void> validate(const Query& query) {
  if (query.from_ms >= query.to_ms) return refuse("the range is empty: its end must be after its beginning");
  // Beyond the year 9999 nothing is stored, and arithmetic on times could overflow.
  if (query.from_ms < 0 || query.to_ms > 253'402'300'800'000)
    return refuse("the range must lie between the years 1970 and 9999");
  if (query.by.size() > kMostKeys) return refuse("at most " + std::to_string(kMostKeys) + " columns can be grouped by");
  if (query.top > kMostTop) return refuse("at most the " + std::to_string(kMostTop) + " largest rows can be asked for");
  for (auto at = query.by.begin(); at != query.by.end(); ++at) {
    if (const auto fine = may_group_by(*at); !fine) return fine;
    if (std::find(query.by.begin(), at, *at) != at) return refuse(std::string(flow::name(*at)) + " is listed twice");
  }
  return validate_series(query);
}

}  // namespace weir::query
