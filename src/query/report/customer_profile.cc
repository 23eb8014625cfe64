// Where a customer's traffic goes and what it costs: by uplink, domestic against international, and the price of each link.
#include <algorithm>
#include <array>
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

struct LinkColumns {
  Column index;
  Column name;
  Column if_class;
};

LinkColumns link_columns(Way way) {
  if (way == Way::in) return {Column::in_if, Column::in_if_name, Column::in_if_class};
  return {Column::out_if, Column::out_if_name, Column::out_if_class};
}

/// Interfaces that lead out of the network.
ExpressionPtr is_uplink(Way way) {
  return one_of(link_columns(way).if_class, std::vector<std::string>{"transit", "peering", "ix"});
}

// ------------------------------------------------------------------------------------------------------------ uplinks

Asking uplinks(const Job& job, Way way) {
  const LinkColumns link = link_columns(way);
  return {.name = way == Way::in ? "uplinks_in" : "uplinks_out",
          .title = way == Way::in ? "Incoming traffic by uplink" : "Outgoing traffic by uplink",
          .by = {Column::exporter, Column::exporter_name, link.index, link.name, link.if_class},
          .filter = all_of({is_uplink(way), conditions(job.parameters(), way)})};
}

// ------------------------------------------------------------------------------------- domestic against international

enum class Reach : std::uint8_t { domestic, international, unknown };
constexpr auto kReachNames = std::to_array<std::string_view>({"domestic", "international", "unknown"});

/// Whether the other end is at home. The country of the address counts; where that is unknown, the one in which the AS is
/// registered.
Reach reach_of(const Job& job, const Row& row) {
  const auto* region = std::get_if<std::string>(&row.key[0]);
  const auto* country = std::get_if<std::string>(&row.key[1]);
  const auto* as = std::get_if<std::uint64_t>(&row.key[2]);
  std::string other = country == nullptr ? "" : *country;
  if (other.empty() && as != nullptr && job.context().as_names != nullptr) {
    if (const flow::AsName* name = job.context().as_names->find(static_cast<std::uint32_t>(*as))) other = name->country;
  }
  std::vector<std::string> home = job.parameters().home;
  if (home.empty()) home = job.context().prices.home_countries;
  if (home.empty() && region != nullptr && region->size() == 2) home = {*region};
  if (other.empty() || home.empty()) return Reach::unknown;
  return std::ranges::find(home, other) != home.end() ? Reach::domestic : Reach::international;
}

void add(Row& to, const Row& more) {
  const auto sum = [](Sums& a, const Sums& b) { a.bytes += b.bytes, a.packets += b.packets, a.flows += b.flows; };
  sum(to.sums, more.sums);
  to.series.resize(std::max(to.series.size(), more.series.size()));
  for (std::size_t i = 0; i < more.series.size(); ++i) sum(to.series[i], more.series[i]);
}

/// One question by region, country and AS; its series are summed by where they reach.
Result<void> add_reach(Job& job, Way way) {
  const bool in = way == Way::in;
  const Asking asking{.name = in ? "reach_in" : "reach_out",
                      .title = in ? "Incoming traffic, domestic against international"
                                  : "Outgoing traffic, domestic against international",
                      .by = {in ? Column::dst_region : Column::src_region, in ? Column::src_country : Column::dst_country,
                             in ? Column::src_as : Column::dst_as},
                      .filter = all_of({is_uplink(way), conditions(job.parameters(), way)})};
  Asked asked{question(job, asking.by, asking.filter), {}};
  asked.query.rank = Rank::total;
  asked.query.top = static_cast<std::uint32_t>(
      std::min<std::size_t>(20'000, kMostCells / std::max<std::size_t>(bucket_count(asked.query), 1)));
  const auto answer = job.ask(asked.query);
  if (!answer) return std::unexpected(answer.error());
  std::array<Row, kReachNames.size()> rows;
  for (const Row& row : answer->rows) add(rows[static_cast<std::size_t>(reach_of(job, row))], row);
  if (answer->other) {
    add(rows[static_cast<std::size_t>(Reach::unknown)], *answer->other);
    job.note("More networks than can be told apart at this resolution: the smallest are counted as unknown.");
  }
  Table table;
  table.name = asking.name;
  table.title = asking.title;
  table.columns = {{"reach", "Reach", "", Kind::text}};
  add_number_columns(table, asked.query);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Row& row = rows[i];
    if (row.sums.bytes == 0 && row.sums.packets == 0 && row.sums.flows == 0) continue;
    row.statistics = statistics_of(asked.query, *answer, row.sums, row.series);
    TableRow line;
    line.cells = {std::string(kReachNames[i])};
    add_numbers(line, asked.query, *answer, row);
    line.series = rates_of(asked.query, *answer, row.series);
    table.rows.push_back(std::move(line));
  }
  table.total = TableRow{{Cell()}, asked.query.filter_text, rates_of(asked.query, *answer, answer->total.series)};
  add_numbers(*table.total, asked.query, *answer, answer->total);
  describe(job, table, asked.query, *answer);
  job.outcome().tables.push_back(std::move(table));
  return {};
}

// --------------------------------------------------------------------------------------------------------------- cost

std::string cell_text(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) return std::to_string(*number);
  return {};
}

/// The price of the link that a row (exporter, name, index, interface name, class) is about; null when it has none.
const LinkPrice* price_of(const Prices& prices, const Row& row) {
  for (const LinkPrice& link : prices.links) {
    const bool exporter = link.exporter == cell_text(row.key[0]) || link.exporter == cell_text(row.key[1]);
    const bool interface = link.interface == cell_text(row.key[2]) || link.interface == cell_text(row.key[3]);
    if (exporter && interface) return &link;
  }
  return nullptr;
}

/// What one direction of a link carried: of the customer, and altogether.
struct Carried {
  const LinkPrice* price = nullptr;
  Row customer;
  Row link;
};

double percentile(const Row& row) {
  return row.statistics ? row.statistics->percentile_95 : 0;
}
double part(double of, double whole) {
  return whole > 0 ? of / whole : 0;
}

ExpressionPtr on_priced_links(const Prices& prices, Way way) {
  std::vector<ExpressionPtr> any;
  for (const LinkPrice& link : prices.links)
    any.push_back(all_of({exporter_is(std::array{link.exporter}), interface_is(way, std::array{link.interface})}));
  return any_of(std::move(any));
}

/// Everything that the priced links carried; rows as uplinks() has them.
Result<void> add_link_totals(Job& job, Way way, std::map<std::string, Carried>& to) {
  Query query = question(job, uplinks(job, way).by, on_priced_links(job.context().prices, way));
  query.rank = Rank::total;
  query.top = static_cast<std::uint32_t>(job.context().prices.links.size() * 4 + 10);
  query.series = false;
  const auto answer = job.ask(query);
  if (!answer) return std::unexpected(answer.error());
  for (const Row& row : answer->rows) {
    const LinkPrice* price = price_of(job.context().prices, row);
    if (price == nullptr) continue;
    Carried& carried = to[cell_text(row.key[0]) + " " + cell_text(row.key[2])];
    carried.price = price;
    carried.link = row;
  }
  return {};
}

void add_customer(const Prices& prices, const Asked& asked, std::map<std::string, Carried>& to) {
  for (const Row& row : asked.answer.rows) {
    if (price_of(prices, row) == nullptr) continue;
    const auto at = to.find(cell_text(row.key[0]) + " " + cell_text(row.key[2]));
    if (at != to.end()) at->second.customer = row;
  }
}

constexpr double kMega = 1e6;

/// Per link the direction in which it is busier counts, as on its own invoice.
Table cost_table(const Job& job, const std::map<std::string, Carried>& out, const std::map<std::string, Carried>& in) {
  const Prices& prices = job.context().prices;
  const std::string& money = prices.currency;
  Table table;
  table.name = "cost";
  table.title = "Estimated cost of transit for a month like this range";
  table.columns = {{"router", "Router", "", Kind::text},
                   {"interface", "Interface", "", Kind::text},
                   {"billed_direction", "Billed", "", Kind::text},
                   {"price", "Price", money + " per Mbit/s", Kind::money},
                   {"percentile_95", "95 %", "bit/s", Kind::rate},
                   {"link_percentile_95", "Link's 95 %", "bit/s", Kind::rate},
                   {"percentile_share", "Share of link's 95 %", "%", Kind::share},
                   {"volume_share", "Share of link's volume", "%", Kind::share},
                   {"cost_by_percentile", "Cost by own 95 %", money, Kind::money},
                   {"link_cost", "Link's cost", money, Kind::money},
                   {"cost_by_share", "Cost by share of volume", money, Kind::money}};
  double by_percentile = 0;
  double links = 0;
  double by_share = 0;
  std::map<std::string, Carried> all = out;
  all.insert(in.begin(), in.end());
  for (const auto& [key, any] : all) {
    const auto o = out.find(key);
    const auto i = in.find(key);
    const bool outgoing = i == in.end() || (o != out.end() && percentile(o->second.link) >= percentile(i->second.link));
    const Carried& carried = outgoing ? o->second : i->second;
    const double price = static_cast<double>(carried.price->price_micros) / kMega;
    const double own = percentile(carried.customer);
    const double link = percentile(carried.link);
    const double volume = part(static_cast<double>(carried.customer.sums.bytes),
                               static_cast<double>(carried.link.sums.bytes));
    const double link_cost = std::max(link, static_cast<double>(carried.price->commit_bps)) / kMega * price;
    const double own_cost = own / kMega * price;
    by_percentile += own_cost;
    links += link_cost;
    by_share += link_cost * volume;
    TableRow row;
    row.cells = {carried.link.key[1].index() == 0 ? carried.link.key[0] : carried.link.key[1],
                 carried.link.key[3].index() == 0 ? carried.link.key[2] : carried.link.key[3],
                 std::string(outgoing ? "out" : "in"),
                 price,
                 own,
                 link,
                 100 * part(own, link),
                 100 * volume,
                 own_cost,
                 link_cost,
                 link_cost * volume};
    const Way way = outgoing ? Way::out : Way::in;
    row.filter = text_of(all_of({keys_equal(uplinks(job, way).by, carried.link.key), conditions(job.parameters(), way)}));
    table.rows.push_back(std::move(row));
  }
  TableRow total;
  total.cells.resize(table.columns.size());
  total.cells[8] = by_percentile;
  total.cells[9] = links;
  total.cells[10] = by_share;
  table.total = std::move(total);
  return table;
}

}  // namespace

Result<void> run_customer_profile(Job& job) {
  const Prices& prices = job.context().prices;
  std::map<std::string, Carried> out;
  std::map<std::string, Carried> in;
  for (const Way way : {Way::out, Way::in}) {
    const Asking asking = uplinks(job, way);
    const auto asked = ask(job, asking);
    if (!asked) return std::unexpected(asked.error());
    job.outcome().tables.push_back(traffic_table(job, asking, *asked));
    if (prices.links.empty()) continue;
    std::map<std::string, Carried>& carried = way == Way::out ? out : in;
    if (const auto fine = add_link_totals(job, way, carried); !fine) return fine;
    add_customer(prices, *asked, carried);
  }
  for (const Way way : {Way::out, Way::in}) {
    if (const auto fine = add_reach(job, way); !fine) return fine;
  }
  if (prices.links.empty()) {
    job.note("No link has a price (billing.links), so that nothing is said of cost.");
    return {};
  }
  Table cost = cost_table(job, out, in);
  cost.source = job.outcome().tables.front().source;
  job.outcome().tables.push_back(std::move(cost));
  job.note(
      "Cost by own 95 %: the price times the customer's 95th percentile on the link. Cost by share of volume: the link's cost "
      "(its price times the larger of its 95th percentile and its commitment) times the customer's part of the link's bytes; "
      "over all customers these add up to the link's cost. Both are of the direction in which the link is busier.");
  return {};
}

}  // namespace weir::query::report
