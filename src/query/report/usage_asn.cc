// Usage by autonomous system: outgoing by the destination's with the AS path that carried most, incoming by the source's.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "query/report/catalogue.h"
#include "query/report/traffic_table.h"

namespace weir::query::report {
namespace {

using flow::Column;

// An AS with more paths than this on average could lose its busiest one to those of others; it would have to carry less than
// that many other paths.
constexpr std::uint32_t kPathsPerAs = 100;
constexpr std::uint32_t kMostPaths = 100'000;

struct Path {
  Cell path;
  std::uint64_t bytes = 0;
};

/// One question for all ASes of the table: the paths by bytes, of which the first of each AS is its busiest.
Result<std::map<std::uint64_t, Path>> busiest_paths(Job& job, const Asked& asked) {
  Ranges ases;
  for (const Row& row : asked.answer.rows) {
    if (const auto* as = std::get_if<std::uint64_t>(&row.key.front())) ases.emplace_back(*as, *as);
  }
  std::map<std::uint64_t, Path> out;
  if (ases.empty()) return out;
  const auto count = static_cast<std::uint32_t>(ases.size());
  std::ranges::sort(ases);
  Query query = question(job, {Column::dst_as, Column::as_path},
                         all_of({one_of(Column::dst_as, std::move(ases)), asked.query.filter}));
  query.metric = Metric::bytes;
  query.rank = Rank::total;
  query.resolution_ms.reset();
  query.layer2_overhead.reset();
  query.top = std::min(count * kPathsPerAs, kMostPaths);
  const auto answer = job.ask(query);
  if (!answer) return std::unexpected(answer.error());
  for (const Row& row : answer->rows) {
    const auto* as = std::get_if<std::uint64_t>(&row.key[0]);
    if (as != nullptr) out.try_emplace(*as, Path{row.key[1], row.sums.bytes});
  }
  return out;
}

/// Puts the path behind the AS's name, with its share of the AS's bytes at the end.
void add_paths(Table& table, const Asked& asked, const std::map<std::uint64_t, Path>& paths) {
  table.columns.push_back({"as_path", "AS path", "", Kind::text});
  table.columns.push_back({"as_path_share", "On this path", "%", Kind::share});
  const auto blank = [](TableRow& row) { row.cells.resize(row.cells.size() + 2); };
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const Row& row = asked.answer.rows[i];
    const auto* as = std::get_if<std::uint64_t>(&row.key.front());
    const auto at = as == nullptr ? paths.end() : paths.find(*as);
    if (at == paths.end()) {
      blank(table.rows[i]);
      continue;
    }
    table.rows[i].cells.push_back(at->second.path);
    table.rows[i].cells.push_back(
        row.sums.bytes == 0
            ? Cell()
            : Cell(100 * static_cast<double>(at->second.bytes) / static_cast<double>(row.sums.bytes)));
  }
  if (table.other) blank(*table.other);
  if (table.total) blank(*table.total);
}

}  // namespace

Result<void> run_usage_by_asn(Job& job) {
  for (const Way way : ways_of(job.parameters().direction)) {
    const bool in = way == Way::in;
    const Asking asking{
        .name = way == Way::any ? "traffic" : in ? "incoming" : "outgoing",
        .title = in ? "Incoming traffic by source AS" : way == Way::any ? "Traffic by destination AS"
                                                                        : "Outgoing traffic by destination AS",
        .by = {in ? Column::src_as : Column::dst_as},
        .filter = all_of({direction_is(way), conditions(job.parameters(), way)})};
    const auto asked = ask(job, asking);
    if (!asked) return std::unexpected(asked.error());
    note_missing_direction(job, way, asked->answer);
    Table table = traffic_table(job, asking, *asked);
    // A route is to the destination: of incoming traffic there is no path to show.
    if (!in) {
      const auto paths = busiest_paths(job, *asked);
      if (!paths) return std::unexpected(paths.error());
      add_paths(table, *asked, *paths);
    }
    job.outcome().tables.push_back(std::move(table));
  }
  return {};
}

}  // namespace weir::query::report
