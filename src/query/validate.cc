#include "query/validate.h"

#include <algorithm>
#include <string>

#include "query/mirror.h"

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
  const std::size_t times = 1U + (query.both_directions ? 1U : 0U) + (query.compare_ms ? 1U : 0U);
  if (rows * buckets * times > kMostCells) {
    return refuse(std::to_string(rows) + " rows of " + std::to_string(buckets) +
                  " buckets are too many; ask for a smaller top or a coarser resolution");
  }
  return {};
}

Result<void> validate_rank(const Query& query) {
  if (query.metric == Metric::distinct && query.distinct.empty())
    return refuse("to sort by different values, name the column whose values are counted");
  if (query.metric == Metric::layer2_bytes && !query.layer2_overhead)
    return refuse("bytes of layer 2 need to know what layer 2 adds to each packet");
  if (query.layer2_overhead && *query.layer2_overhead > kMostOverhead)
    return refuse("layer 2 adds at most " + std::to_string(kMostOverhead) + " octets to a packet");
  if (query.rank == Rank::total) return {};
  if (!query.resolution_ms) return refuse("only with a resolution are there samples that rows can be sorted by");
  if (query.metric == Metric::distinct || query.metric == Metric::packet_size)
    return refuse("rows can be sorted by samples of bytes, packets, flows or layer2_bytes only");
  return {};
}

Result<void> validate_distinct(const Query& query) {
  if (query.distinct.size() > kMostDistinct)
    return refuse("different values can be counted of at most " + std::to_string(kMostDistinct) + " columns");
  for (auto at = query.distinct.begin(); at != query.distinct.end(); ++at) {
    if (const auto fine = may_count_distinct(*at); !fine) return fine;
    if (std::find(query.distinct.begin(), at, *at) != at)
      return refuse("different values of " + std::string(flow::name(*at)) + " are asked for twice");
  }
  return {};
}

Result<void> validate_share(const Query& query) {
  if (!query.interface_share) return {};
  const auto has = [&](flow::Column column) { return std::ranges::find(query.by, column) != query.by.end(); };
  if (has(flow::Column::exporter) && has(flow::Column::in_if) != has(flow::Column::out_if)) return {};
  return refuse("the share of an interface's speed needs rows by exporter and by one of in_if and out_if");
}

/// What is asked about the same rows once more.
Result<void> validate_again(const Query& query) {
  if (query.both_directions) {
    if (const auto fine = mirrored(query); !fine) return std::unexpected(fine.error());
  }
  if (query.compare_ms && (*query.compare_ms <= 0 || *query.compare_ms > query.from_ms))
    return refuse("the time to compare with must lie before the range and after 1970");
  if ((query.both_directions || query.compare_ms) && !query.by.empty() && query.top > kMostTopAgain)
    return refuse("both ways, or an earlier time, can be asked of at most " + std::to_string(kMostTopAgain) + " rows");
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

Result<void> may_count_distinct(flow::Column column) {
  const flow::ColumnInfo& info = flow::info(column);
  if (info.role != flow::Role::measure && info.type != flow::ColumnType::real) return {};
  return refuse("different values of " + std::string(info.name) + " say nothing; they are not counted");
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
  for (const auto& check : {validate_rank, validate_distinct, validate_share, validate_again, validate_series}) {
    if (const auto fine = check(query); !fine) return fine;
  }
  return {};
}

}  // namespace weir::query
