// Random questions to a real store, hot and cold, over the flows and every rollup, against the reference engine.
//
// WEIR_ORACLE_SEEDS=5000 soaks; WEIR_ORACLE_FIRST=17 begins at a seed, to see one again; WEIR_ORACLE_QUESTIONS=1 makes a seed
// cheap: that many questions of each form at each state of the store. script/oracle runs thousands of them.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <iostream>

#include "query/expression_text.h"
#include "query/reference_engine.h"
#include "store/duckdb/compile_fixture.h"
#include "store/duckdb/rollup_aggregator.h"
#include "store/duckdb/store_fixture.h"

namespace weir::store::test {
namespace {

using flow::Column;
using flow::ColumnType;
using query::Cell;
using query::ExpressionPtr;
using query::Metric;
using query::Query;
using query::Rank;

constexpr std::size_t kRows = 350;
constexpr UnixMillis kHours = 5;
constexpr UnixMillis kLate = kFirst + 10 * kDayMs;

std::uint64_t environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Of each form, at each state of the store.
std::uint64_t questions() {
  return environment("WEIR_ORACLE_QUESTIONS", 8);
}

/// The flows of one seed, as the store takes them: over some hours, from a few values, so that keys repeat.
flow::FlowBatch flows_of(std::uint64_t seed, flow::StringPool& strings) {
  std::mt19937_64 random(seed);
  flow::FlowBatch out;
  add_random_flows(out, kRows, random, strings);
  const auto masks = out.masks();
  for (std::size_t row = 0; row < out.size(); ++row) {
    const auto shift = static_cast<UnixMillis>(random() % kHours) * kHourMs;
    out.values<Column::time>()[row] += shift;
    if (masks[row].has(Column::flow_start)) out.values<Column::flow_start>()[row] += shift;
    if (masks[row].has(Column::flow_end)) out.values<Column::flow_end>()[row] += shift;
  }
  prepare_batch(out, kLate);
  return out;
}

/// Questions that mean something for flows_of().
class Asker {
 public:
  explicit Asker(std::uint64_t seed) : random_(seed * 2654435761U + 1) {}

  Query question() {
    Query out;
    range(out.from_ms, out.to_ms);
    const bool rollup = below(3) > 0;
    out.filter = below(3) == 0 ? nullptr : filter(rollup, 2);
    for (std::uint64_t i = below(4); i > 0; --i) {
      const Column column = any_column(rollup);
      if (query::may_group_by(column) && std::ranges::find(out.by, column) == out.by.end()) out.by.push_back(column);
    }
    out.top = static_cast<std::uint32_t>(below(8));
    measures(out, rollup);
    if (below(2) == 0 || out.rank != Rank::total) {
      out.resolution_ms = std::array<UnixMillis, 6>{20'000, kMinuteMs, 5 * kMinuteMs, 10 * kMinuteMs, kHourMs, 2 * kHourMs}[below(6)];
      if (query::bucket_count(out) > 200) out.resolution_ms = kHourMs;
    }
    if (below(4) == 0) out.compare_ms = static_cast<UnixMillis>(1 + below(3)) * (below(2) == 0 ? kHourMs : 12'345);
    if (below(4) == 0) {
      out.both_directions = true;
      if (!query::mirrored(out)) out.both_directions = false;
    }
    return out;
  }

  query::Tally tally() {
    query::Tally out;
    range(out.from_ms, out.to_ms);
    if (below(2) == 0) out.filter = filter(false, 2);
    for (std::uint64_t i = below(4); i > 0; --i) out.by.push_back(bucketing());
    for (std::uint64_t i = below(5); i > 0; --i) out.measures.push_back(measure());
    for (std::uint64_t i = below(3); i > 0; --i) {
      query::Tally::Order order{std::nullopt, below(2) == 0};
      if (!out.measures.empty() && below(2) == 0) order.measure = below(out.measures.size());
      out.order.push_back(order);
    }
    out.top = below(3) == 0 ? static_cast<std::uint32_t>(below(10)) : 10'000;
    return out;
  }

  query::Search search() {
    query::Search out;
    range(out.from_ms, out.to_ms);
    if (below(2) == 0) out.filter = filter(false, 2);
    for (std::uint64_t i = below(6); i > 0; --i) out.columns.push_back(any_column(false));
    for (std::uint64_t i = below(3); i > 0; --i) {
      const Column column = below(2) == 0 ? Column::time : any_column(false);
      if (std::ranges::find(out.order, column, &query::Search::Order::column) == out.order.end())
        out.order.push_back({column, below(2) == 0});
    }
    out.most = static_cast<std::uint32_t>(below(6) == 0 ? 3 + below(5) : 30 + below(200));
    return out;
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  /// On whole hours, minutes, or any millisecond: that decides which rollups can answer.
  /// Now and then everything: then no flow reaches out of it.
  void range(UnixMillis& from, UnixMillis& to) {
    if (below(5) == 0) {
      from = kFirst - kDayMs;
      to = kFirst + 2 * kDayMs;
      return;
    }
    const UnixMillis step = std::array<UnixMillis, 4>{kHourMs, 5 * kMinuteMs, kMinuteMs, 1}[below(4)];
    from = kFirst + static_cast<UnixMillis>(below(kHours * kHourMs)) / step * step;
    to = from + std::max<UnixMillis>(step, static_cast<UnixMillis>(below((kHours + 2) * kHourMs)) / step * step);
  }

  Column any_column(bool rollup) {
    if (rollup) return kRollupColumns[below(kRollupColumns.size())];
    return static_cast<Column>(below(flow::kColumnCount));
  }

  void measures(Query& out, bool rollup) {
    out.metric = static_cast<Metric>(below(6));
    if (out.metric == Metric::layer2_bytes || below(4) == 0) out.layer2_overhead = static_cast<std::uint32_t>(below(40));
    for (std::uint64_t i = out.metric == Metric::distinct ? 1 + below(2) : below(8) / 6; i > 0; --i) {
      Column column = any_column(rollup);
      while (!query::may_count_distinct(column)) column = any_column(rollup);
      if (std::ranges::find(out.distinct, column) == out.distinct.end()) out.distinct.push_back(column);
    }
    if (out.metric != Metric::distinct && out.metric != Metric::packet_size && below(2) == 0)
      out.rank = static_cast<Rank>(below(4));
  }

  ExpressionPtr make(query::Expression expression) { return std::make_shared<const query::Expression>(std::move(expression)); }

  ExpressionPtr filter(bool rollup, unsigned depth) {
    const std::uint64_t kind = depth == 0 ? 9 : below(10);
    if (kind == 0) return make({query::Not{filter(rollup, depth - 1)}});
    if (kind == 1) return make({query::And{{filter(rollup, depth - 1), filter(rollup, depth - 1)}}});
    if (kind == 2) return make({query::Or{{filter(rollup, depth - 1), filter(rollup, depth - 1)}}});
    return test(any_column(rollup));
  }

  ExpressionPtr test(Column column) {
    if (below(8) == 0) return make({query::IsKnown{column}});
    const auto compare = static_cast<query::Compare>(below(6));
    switch (flow::info(column).type) {
      case ColumnType::ip:
        return make({query::AddressInNetworks{column, {*parse_prefix(std::array{"10.0.0.0/8", "10.0.0.1/32", "2001:db8::/32", "0.0.0.0/0"}[below(4)])}}});
      case ColumnType::string:
        if (below(2) == 0) return make({query::TextMatches{column, std::array{"^A", "4134", "e", "'"}[below(4)]}});
        return make({query::TextInList{column, {std::array{"Acme", "in", "Bo'b", ""}[below(4)], "out"}}});
      case ColumnType::prefix:
        return make({query::IsKnown{column}});
      case ColumnType::time_ms:
        return make({query::NumberTest{column, compare, 0, static_cast<std::uint64_t>(kFirst) + below(kHours * kHourMs)}});
      case ColumnType::real:
        return make({query::NumberTest{column, compare, static_cast<double>(below(100'000)), 0}});
      default:
        if (below(3) == 0) return make({query::NumberInRanges{column, {{0, 1}, {3, 3}, {5, 90}}}});
        return make({query::NumberTest{column, compare, 0, below(5)}});
    }
  }

  bool is_amount(Column column) {
    const ColumnType type = flow::info(column).type;
    return type != ColumnType::ip && type != ColumnType::mac && type != ColumnType::string && type != ColumnType::prefix;
  }
  Column amount() {
    while (true) {
      const Column column = any_column(false);
      if (is_amount(column)) return column;
    }
  }

  query::Bucketing bucketing() {
    switch (below(5)) {
      case 0: {
        const Column column = amount();
        const bool time = flow::info(column).type == ColumnType::time_ms;
        return query::ByInterval{column, time ? 1'000.0 * static_cast<double>(1 + below(4000)) : 0.5 * static_cast<double>(1 + below(50)),
                                 static_cast<double>(below(3)) * 0.5};
      }
      case 1:
        return query::ByCalendar{std::array{Column::time, Column::flow_start, Column::time_received}[below(3)],
                                 static_cast<query::ByCalendar::Unit>(below(7)),
                                 std::array<std::string, 4>{"UTC", "+08:00", "-03:30", "+05:45"}[below(4)]};
      case 2: {
        query::ByConditions out;
        for (std::uint64_t i = 1 + below(3); i > 0; --i) out.conditions.push_back(filter(false, 1));
        return out;
      }
      default:
        return query::ByColumn{any_column(false), below(2) == 0};
    }
  }

  query::Measure measure() {
    query::Measure out;
    out.statistic = static_cast<query::Statistic>(below(9));
    const bool any = out.statistic == query::Statistic::count || out.statistic == query::Statistic::distinct;
    if (any) out.column = any_column(false);
    if (out.statistic == query::Statistic::count && below(2) == 0) out.column.reset();
    if (!any) out.column = amount();
    if (out.statistic == query::Statistic::weighted_average) out.weight = amount();
    if (out.statistic == query::Statistic::percentiles) out.percents = {50, 95, 0, 100, static_cast<double>(below(1000)) / 10};
    return out;
  }

  std::mt19937_64 random_;
};

std::string show(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return "'" + *text + "'";
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&cell)) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.10g", *real);
    return text.data();
  }
  return "?";
}
std::string show(const std::vector<Cell>& cells) {
  std::string out;
  for (const Cell& cell : cells) out += show(cell) + " ";
  return out;
}
std::string show(const query::Sums& sums) {
  return std::to_string(sums.bytes) + "/" + std::to_string(sums.packets) + "/" + std::to_string(sums.flows);
}
std::string show(const query::Sums& sums, const std::vector<query::Sums>& series, const std::optional<query::Statistics>& statistics) {
  std::string out = show(sums);
  for (const query::Sums& one : series) out += " " + show(one);
  if (statistics)
    out += " |" + show({Cell(statistics->minimum), Cell(statistics->maximum), Cell(statistics->average), Cell(statistics->last),
                        Cell(statistics->percentile_95)});
  return out;
}
std::string show(const query::Row& row) {
  std::string out = show(row.key) + show(row.sums, row.series, row.statistics);
  for (const std::uint64_t count : row.distinct) out += " different " + std::to_string(count);
  if (row.reverse) out += "\n    reverse " + show(row.reverse->sums, row.reverse->series, row.reverse->statistics);
  if (row.previous) out += "\n    before " + show(row.previous->sums, row.previous->series, row.previous->statistics);
  return out;
}
std::string show(const query::Answer& answer) {
  std::string out;
  for (const query::Row& row : answer.rows) out += "  " + show(row) + "\n";
  if (answer.other) out += "  other " + show(*answer.other) + "\n";
  return out + "  total " + show(answer.total);
}
std::string show(const query::TallyAnswer& answer) {
  std::string out = std::to_string(answer.records) + " records, left out " + std::to_string(answer.left_out) + " of " +
                    std::to_string(answer.left_out_records) + "\n";
  for (const query::TallyRow& row : answer.rows) {
    out += "  " + show(row.key) + "|";
    for (const auto& values : row.values) {
      for (const auto& value : values) out += " " + (value ? show(Cell(*value)) : "-");
    }
    out += "\n";
  }
  return out;
}
std::string show_filter(const ExpressionPtr& filter) {
  return filter ? to_string(*filter) : "any";
}
std::string describe(const Query& query) {
  std::string out = "from +" + std::to_string(query.from_ms - kFirst) + " to +" + std::to_string(query.to_ms - kFirst) + " by";
  for (const Column column : query.by) out += " " + std::string(flow::name(column));
  return out + " metric " + std::to_string(static_cast<int>(query.metric)) + " rank " +
         std::to_string(static_cast<int>(query.rank)) + " top " + std::to_string(query.top) + " resolution " +
         std::to_string(query.resolution_ms.value_or(0)) + " filter " + show_filter(query.filter);
}

/// As close as sums of doubles in another order are.
bool close(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max({std::abs(a), std::abs(b), 1.0});
}
bool close(const Cell& a, const Cell& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  return x != nullptr && y != nullptr ? close(*x, *y) : a == b;
}

class Oracle {
 public:
  explicit Oracle(std::uint64_t seed) : seed_(seed), rows_(flows_of(seed, strings_)), flows_{rows_, strings_} {
    DuckDbOptions options;
    options.directory = directory_.path();
    options.commit_interval_ms = 5;
    options.flows.age_ms = options.rollup_1m.age_ms = options.rollup_5m.age_ms = options.rollup_1h.age_ms = 0;
    running_.emplace(options);
    // Two batches, and so two sets of columns and of texts, in hours that both are in.
    flow::FlowBatch batch = flows_of(seed, running_->strings);
    EXPECT_TRUE(running_->append(std::move(batch)));
    EXPECT_TRUE(eventually([&] { return running_->store->status().flows_stored == kRows; }));
  }

  void ask(std::map<std::string, int>& sources) {
    Asker asker(seed_ * 3 + state_);
    for (std::uint64_t i = questions(); i > 0 && !::testing::Test::HasFailure(); --i) {
      check(asker.question(), sources);
      check(asker.tally());
      check(asker.search());
    }
  }
  /// Folds, and closes what ended before `now`.
  void settle(UnixMillis now) {
    ASSERT_TRUE(running_->store->settle(now));
    ++state_;
  }

 private:
  [[nodiscard]] std::string where() const { return "seed " + std::to_string(seed_) + " state " + std::to_string(state_) + ": "; }

  void check(const Query& query, std::map<std::string, int>& sources) {
    const auto answer = running_->store->run(query, cancel_);
    ASSERT_TRUE(answer) << where() << answer.error().message << "\n" << describe(query);
    for (std::size_t at = 0; at < answer->source.size();) {
      const std::size_t end = std::min(answer->source.find('+', at), answer->source.size());
      ++sources[answer->source.substr(at, end - at)];
      at = end + 1;
    }
    EXPECT_EQ(show(*answer), show(query::reference::run(query, flows_))) << where() << answer->source << " " << describe(query);
  }

  void check(const query::Tally& tally) {
    const auto answer = running_->store->tally(tally, cancel_);
    ASSERT_TRUE(answer) << where() << answer.error().message;
    // The reference sorts sums that differ in their last bits differently: it is asked without its limit where that matters.
    query::Tally whole = tally;
    whole.order.clear();
    whole.top = query::kMostTallyRows;
    const query::TallyAnswer all = query::reference::tally(whole, flows_);
    EXPECT_EQ(answer->records, all.records) << where();
    EXPECT_EQ(answer->rows.size(), std::min<std::size_t>(all.rows.size(), tally.top)) << where();
    EXPECT_EQ(answer->left_out, all.rows.size() - answer->rows.size()) << where();
    const query::TallyAnswer expected = query::reference::tally(tally, flows_);
    EXPECT_EQ(answer->rows.size(), expected.rows.size()) << where();
    if (::testing::Test::HasFailure()) return;
    bool same = answer->left_out_records == expected.left_out_records;
    for (std::size_t i = 0; i < expected.rows.size(); ++i) same = same && equal(answer->rows[i], expected.rows[i]);
    if (same || sorts_by_rounded(tally)) return check_rows(*answer, all, tally);
    ADD_FAILURE() << where() << "tally from +" << tally.from_ms - kFirst << " to +" << tally.to_ms - kFirst << " filter "
                  << show_filter(tally.filter) << "\n" << show(*answer) << "expected\n" << show(expected);
  }

  /// Sums of reals may differ in the last bit, and rows with them change places.
  static bool sorts_by_rounded(const query::Tally& tally) {
    return std::ranges::any_of(tally.order, [&](const query::Tally::Order& order) {
      if (!order.measure) return false;
      const query::Statistic statistic = tally.measures[*order.measure].statistic;
      return statistic != query::Statistic::count && statistic != query::Statistic::distinct &&
             statistic != query::Statistic::minimum && statistic != query::Statistic::maximum;
    });
  }

  /// Every row is one of all there are.
  void check_rows(const query::TallyAnswer& answer, const query::TallyAnswer& all, const query::Tally& tally) {
    for (const query::TallyRow& row : answer.rows) {
      const bool found = std::ranges::any_of(all.rows, [&](const query::TallyRow& other) { return equal(row, other); });
      ASSERT_TRUE(found) << where() << show_filter(tally.filter) << "\n" << show(answer) << "expected\n" << show(all);
    }
  }

  static bool equal(const query::TallyRow& a, const query::TallyRow& b) {
    if (a.key.size() != b.key.size() || a.values.size() != b.values.size()) return false;
    for (std::size_t i = 0; i < a.key.size(); ++i) {
      if (!close(a.key[i], b.key[i])) return false;
    }
    for (std::size_t i = 0; i < a.values.size(); ++i) {
      if (a.values[i].size() != b.values[i].size()) return false;
      for (std::size_t k = 0; k < a.values[i].size(); ++k) {
        const auto x = a.values[i][k];
        const auto y = b.values[i][k];
        if (x.has_value() != y.has_value() || (x && !close(*x, *y))) return false;
      }
    }
    return true;
  }

  /// Page by page to the end; on the way the first pages' hours may move to the cold tier.
  void check(const query::Search& search) {
    query::Search page = search;
    std::vector<std::vector<Cell>> rows;
    do {
      const auto answer = running_->store->search(page, cancel_);
      ASSERT_TRUE(answer) << where() << answer.error().message;
      ASSERT_LE(answer->rows.size(), search.most);
      rows.insert(rows.end(), answer->rows.begin(), answer->rows.end());
      page.after = answer->next;
      ASSERT_LE(rows.size(), kRows) << where() << "the pages do not end";
    } while (!page.after.empty());
    const query::reference::Found expected = query::reference::search(search, flows_);
    // Records of one place come in an order of the store's own.
    for (std::size_t first = 0; first < expected.places.size() && expected.places.size() == rows.size();) {
      std::size_t end = first;
      while (end < expected.places.size() && expected.places[end] == expected.places[first]) ++end;
      std::sort(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.begin() + static_cast<std::ptrdiff_t>(end));
      first = end;
    }
    std::string has;
    std::string wants;
    for (const auto& row : rows) has += show(row) + "\n";
    for (const auto& row : expected.rows) wants += show(row) + "\n";
    EXPECT_EQ(has, wants) << where() << "search " << show_filter(search.filter);
  }

  TemporaryDirectory directory_;
  const std::uint64_t seed_;
  flow::StringPool strings_;
  const flow::FlowBatch rows_;
  const query::reference::Flows flows_;
  std::optional<Running> running_;
  std::uint64_t state_ = 0;
  query::CancelFlag cancel_{false};
};

TEST(OracleTest, TheStoreSaysWhatTheReferenceSays) {
  const std::uint64_t first = environment("WEIR_ORACLE_FIRST", 1);
  const std::uint64_t count = environment("WEIR_ORACLE_SEEDS", 3);
  std::map<std::string, int> sources;
  for (std::uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
    Oracle oracle(seed);
    oracle.ask(sources);
    oracle.settle(kFirst + 5 * kHourMs);  // two hours are closed, the others hot and folded
    oracle.ask(sources);
    oracle.settle(kLate);  // all is cold
    oracle.ask(sources);
    if (!HasFailure() && (seed - first + 1) % 100 == 0) std::cout << "equal from seed " << first << " to " << seed << std::endl;
  }
  if (count < 3) return;
  // Questions were answered from everything there is.
  for (const char* source : {"flows", "1m", "5m", "1h"}) EXPECT_GT(sources[source], 0) << source;
  for (const auto& [source, times] : sources) std::cout << source << ": " << times << " questions\n";
}

}  // namespace
}  // namespace weir::store::test
