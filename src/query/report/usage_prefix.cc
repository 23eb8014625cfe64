// Usage by prefix: by the routed one, which is a column, or by subnets of a chosen length, which are summed here.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "query/report/catalogue.h"
#include "query/report/traffic_table.h"
#include "query/statistics.h"
#include "query/validate.h"

namespace weir::query::report {
namespace {

using flow::Column;

/// Addresses that are looked at to find the busiest subnets.
constexpr std::uint32_t kMostAddresses = 500'000;

struct Ends {
  Column address;
  Column prefix;
  bool source = true;
};

Ends ends_of(const Parameters& parameters, Way way) {
  const bool source = (way == Way::in) != (parameters.side == Side::local);
  return source ? Ends{Column::src_addr, Column::src_prefix, true} : Ends{Column::dst_addr, Column::dst_prefix, false};
}

Asking asking_of(Job& job, Way way, const Ends& ends, Column by) {
  const std::string what = ends.source ? "by source" : "by destination";
  const std::string which = by == ends.prefix ? " prefix" : " subnet";
  const std::string lead = way == Way::any ? "Traffic " : way == Way::out ? "Outgoing traffic " : "Incoming traffic ";
  return {.name = way == Way::any ? "traffic" : way == Way::out ? "outgoing" : "incoming",
          .title = lead + what + which,
          .by = {by},
          .filter = all_of({direction_is(way), conditions(job.parameters(), way)})};
}

std::optional<Prefix> subnet_of(const Parameters& parameters, const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) return std::nullopt;
  const auto address = parse_ip(*text);
  if (!address) return std::nullopt;
  return Prefix::of(*address, address->is_v4() ? *parameters.subnet_v4 : *parameters.subnet_v6);
}

void add(Sums& to, const Sums& more) {
  to.bytes += more.bytes;
  to.packets += more.packets;
  to.flows += more.flows;
}

/// What `from` has more than `part`, bucket by bucket.
Row without(const Row& from, const Row& part) {
  const auto left = [](const Sums& a, const Sums& b) {
    return Sums{a.bytes - std::min(a.bytes, b.bytes), a.packets - std::min(a.packets, b.packets),
                a.flows - std::min(a.flows, b.flows)};
  };
  Row out;
  out.sums = left(from.sums, part.sums);
  out.series = from.series;
  for (std::size_t i = 0; i < out.series.size() && i < part.series.size(); ++i)
    out.series[i] = left(out.series[i], part.series[i]);
  return out;
}

/// The busiest subnets of the range, from the sums of the addresses.
Result<std::vector<Prefix>> busiest(Job& job, const Asking& asking) {
  Query query = question(job, asking.by, asking.filter);
  query.rank = Rank::total;
  query.resolution_ms.reset();
  query.top = kMostAddresses;
  const auto answer = job.ask(query);
  if (!answer) return std::unexpected(answer.error());
  if (answer->other)
    job.note("More than " + std::to_string(kMostAddresses) +
             " addresses: the busiest subnets are those of the busiest addresses. A shorter range or a filter makes it exact.");
  std::map<Prefix, double> amounts;
  for (const Row& row : answer->rows) {
    if (const auto subnet = subnet_of(job.parameters(), row.key.front())) amounts[*subnet] += amount_of(query, row.sums);
  }
  std::vector<std::pair<double, Prefix>> sorted;
  for (const auto& [prefix, amount] : amounts) sorted.emplace_back(-amount, prefix);
  std::ranges::sort(sorted);
  std::vector<Prefix> out;
  for (const auto& [amount, prefix] : sorted) {
    if (out.size() == job.parameters().base.top) break;
    out.push_back(prefix);
  }
  return out;
}

/// The chosen subnets' series: their addresses' series, summed.
Result<Asked> sum_subnets(Job& job, const Asking& asking, const std::vector<Prefix>& subnets) {
  Asked out{question(job, asking.by, asking.filter), {}};
  Query whole = out.query;
  whole.by.clear();
  const auto all = job.ask(whole);
  if (!all) return std::unexpected(all.error());
  out.answer = *all;
  out.answer.rows.clear();
  if (subnets.empty()) return out;
  Query inner = out.query;
  inner.filter = all_of({one_of(asking.by.front(), subnets), asking.filter});
  inner.rank = Rank::total;
  inner.top = static_cast<std::uint32_t>(
      std::min<std::size_t>(kMostAddresses, kMostCells / std::max<std::size_t>(bucket_count(inner), 1)));
  const auto answer = job.ask(inner);
  if (!answer) return std::unexpected(answer.error());
  if (answer->other)
    job.note("The subnets hold more addresses than have a series at this resolution; the smallest are left out. A coarser "
             "resolution or a smaller result size makes it exact.");
  std::map<Prefix, Row> rows;
  for (const Row& row : answer->rows) {
    const auto subnet = subnet_of(job.parameters(), row.key.front());
    if (!subnet) continue;
    Row& to = rows[*subnet];
    add(to.sums, row.sums);
    to.series.resize(std::max(to.series.size(), row.series.size()));
    for (std::size_t i = 0; i < row.series.size(); ++i) add(to.series[i], row.series[i]);
  }
  Row found;
  found.series.resize(answer->buckets.size());
  for (auto& [prefix, row] : rows) {
    row.key = {to_string(prefix)};
    row.statistics = statistics_of(out.query, *answer, row.sums, row.series);
    add(found.sums, row.sums);
    for (std::size_t i = 0; i < row.series.size() && i < found.series.size(); ++i) add(found.series[i], row.series[i]);
    out.answer.rows.push_back(std::move(row));
  }
  Row rest = without(out.answer.total, found);
  if (rest.sums.bytes != 0 || rest.sums.packets != 0 || rest.sums.flows != 0) {
    rest.statistics = statistics_of(out.query, *answer, rest.sums, rest.series);
    out.answer.other = std::move(rest);
  } else {
    out.answer.other.reset();
  }
  out.answer.rows_read += answer->rows_read;
  out.answer.source = answer->source;
  return out;
}

/// The subnets as rows, in the order that the form asks for; their own statistics are known only now.
void sort_rows(const Query& query, std::vector<Row>& rows) {
  const auto place = [&](const Row& row) {
    switch (query.rank) {
      case Rank::maximum:
        return row.statistics->maximum;
      case Rank::last:
        return row.statistics->last;
      case Rank::percentile_95:
        return row.statistics->percentile_95;
      case Rank::total:
        break;
    }
    return amount_of(query, row.sums);
  };
  std::ranges::stable_sort(rows, [&](const Row& a, const Row& b) { return place(a) > place(b); });
}

Result<void> add_subnets(Job& job, Way way, const Ends& ends) {
  const Asking asking = asking_of(job, way, ends, ends.address);
  const auto subnets = busiest(job, asking);
  if (!subnets) return std::unexpected(subnets.error());
  auto asked = sum_subnets(job, asking, *subnets);
  if (!asked) return std::unexpected(asked.error());
  sort_rows(asked->query, asked->answer.rows);
  note_missing_direction(job, way, asked->answer);
  Table table = traffic_table(job, asking, *asked);
  table.columns.front() = {"subnet", "Subnet", "", Kind::text};
  job.outcome().tables.push_back(std::move(table));
  return {};
}

}  // namespace

Result<void> run_usage_by_prefix(Job& job) {
  const Parameters& parameters = job.parameters();
  for (const Way way : ways_of(parameters.direction)) {
    const Ends ends = ends_of(parameters, way);
    if (parameters.subnet_v4) {
      if (const auto fine = add_subnets(job, way, ends); !fine) return fine;
      continue;
    }
    const Asking asking = asking_of(job, way, ends, ends.prefix);
    const auto asked = ask(job, asking);
    if (!asked) return std::unexpected(asked.error());
    note_missing_direction(job, way, asked->answer);
    job.outcome().tables.push_back(traffic_table(job, asking, *asked));
  }
  return {};
}

}  // namespace weir::query::report
