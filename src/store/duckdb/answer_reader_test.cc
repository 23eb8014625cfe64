// Whole questions against sums made in plain C++, over flows and over rollups.
#include "store/duckdb/answer_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flow/value_text.h"
#include "query/evaluate.h"
#include "query/filter.h"
#include "query/row_value.h"
#include "query/validate.h"
#include "store/duckdb/compile_apart.h"
#include "store/duckdb/compile_fixture.h"

namespace weir::store::test {
namespace {

using flow::Column;
using query::Answer;
using query::Metric;
using query::Query;

/// A key as rows are ordered by it: known before unknown, texts as octets, all else by number.
using KeyPart = std::pair<bool, std::variant<std::uint64_t, IpAddress, Prefix, std::string>>;
using Key = std::vector<KeyPart>;

Key key_of(const Query& query, const flow::FlowBatch& rows, std::size_t row, const flow::StringPool& strings) {
  Key key;
  for (const Column column : query.by) {
    const auto value = query::row_value(rows, row, column);
    KeyPart part{!value, std::uint64_t{0}};
    if (value) {
      if (const auto* id = std::get_if<flow::StringId>(&*value)) part.second = std::string(strings.text(*id));
      if (const auto* address = std::get_if<IpAddress>(&*value)) part.second = *address;
      if (const auto* prefix = std::get_if<Prefix>(&*value)) part.second = *prefix;
      if (const auto* number = std::get_if<std::uint64_t>(&*value)) part.second = *number;
      if (const auto* time = std::get_if<UnixMillis>(&*value)) part.second = static_cast<std::uint64_t>(*time);
    }
    key.push_back(std::move(part));
  }
  return key;
}

query::Cell cell_of(Column column, const KeyPart& part) {
  if (part.first) return std::monostate{};
  if (const auto* text = std::get_if<std::string>(&part.second)) return *text;
  if (const auto* address = std::get_if<IpAddress>(&part.second)) return to_string(*address);
  if (const auto* prefix = std::get_if<Prefix>(&part.second)) return to_string(*prefix);
  const std::uint64_t number = std::get<std::uint64_t>(part.second);
  if (flow::info(column).type == flow::ColumnType::mac) return flow::mac_text(number);
  return number;
}

void add(query::Sums& to, const Share& share) {
  to.bytes += share.bytes;
  to.packets += share.packets;
  to.flows += share.flows;
}

struct Group {
  query::Sums sums;
  std::vector<query::Sums> series;
};

std::uint64_t metric_of(const Query& query, const query::Sums& sums) {
  return query.metric == Metric::bytes ? sums.bytes : query.metric == Metric::packets ? sums.packets : sums.flows;
}

query::Row row_of(const Group& group) {
  return {{}, group.sums, group.series};
}

void merge(query::Row& into, const Group& group) {
  into.sums.bytes += group.sums.bytes;
  into.sums.packets += group.sums.packets;
  into.sums.flows += group.sums.flows;
  for (std::size_t i = 0; i < group.series.size(); ++i) {
    into.series[i].bytes += group.series[i].bytes;
    into.series[i].packets += group.series[i].packets;
    into.series[i].flows += group.series[i].flows;
  }
}

/// The question answered row by row.
Answer naive_answer(const Query& query, const flow::FlowBatch& rows, const flow::StringPool& strings) {
  const std::size_t buckets = query::bucket_count(query);
  auto evaluator = query::Evaluator::of(query.filter, strings);
  std::map<Key, Group> groups;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!evaluator->matches(rows, row)) continue;
    const Share share = share_of(rows, row, query.from_ms, query.to_ms);
    if (share.bytes == 0 && share.packets == 0 && share.flows == 0) continue;
    Group& group = groups[key_of(query, rows, row, strings)];
    add(group.sums, share);
    group.series.resize(buckets);
    for (std::size_t i = 0; i < buckets; ++i) {
      const UnixMillis begin = query.from_ms + static_cast<UnixMillis>(i) * *query.resolution_ms;
      add(group.series[i], share_of(rows, row, begin, std::min(begin + *query.resolution_ms, query.to_ms)));
    }
  }
  std::vector<std::pair<Key, Group>> sorted(groups.begin(), groups.end());
  std::ranges::sort(sorted, [&](const auto& a, const auto& b) {
    const std::uint64_t left = metric_of(query, a.second.sums);
    const std::uint64_t right = metric_of(query, b.second.sums);
    return left != right ? left > right : a.first < b.first;
  });
  Answer answer;
  answer.total.series.resize(buckets);
  query::Row other{std::vector<query::Cell>(query.by.size()), {}, std::vector<query::Sums>(buckets)};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    merge(answer.total, sorted[i].second);
    if (i >= query.top && !query.by.empty()) {
      merge(other, sorted[i].second);
      answer.other = other;
    } else {
      answer.rows.push_back(row_of(sorted[i].second));
      for (std::size_t k = 0; k < query.by.size(); ++k)
        answer.rows.back().key.push_back(cell_of(query.by[k], sorted[i].first[k]));
    }
  }
  if (query.by.empty() && answer.rows.empty()) answer.rows = {answer.total};
  return answer;
}

std::string show(const std::vector<query::Sums>& series) {
  std::string out;
  for (const query::Sums& sums : series) {
    out += " " + std::to_string(sums.bytes) + "/" + std::to_string(sums.packets) + "/" + std::to_string(sums.flows);
  }
  return out;
}

std::string show(const query::Row& row) {
  std::string out;
  for (const query::Cell& cell : row.key) {
    if (const auto* text = std::get_if<std::string>(&cell)) out += "'" + *text + "' ";
    if (const auto* number = std::get_if<std::uint64_t>(&cell)) out += std::to_string(*number) + " ";
    if (std::holds_alternative<std::monostate>(cell)) out += "? ";
  }
  return out + show({row.sums}) + " |" + show(row.series);
}

std::string show(const Answer& answer) {
  std::string out;
  for (const query::Row& row : answer.rows) out += show(row) + "\n";
  if (answer.other) out += "other " + show(*answer.other) + "\n";
  return out + "total" + show({answer.total.sums}) + " |" + show(answer.total.series);
}

/// Tables by source; covers everything.
class TestRelations : public Relations {
 public:
  Relation relation(Source source, UnixMillis, UnixMillis, std::span<const Column>) override {
    return {std::string(to_string(source) == "flows" ? "rows" : "rollup_" + std::string(to_string(source))), nullptr};
  }
  Coverages coverages() override { return covered; }

  Coverages covered{};
};

class AnswerTest : public ::testing::Test {
 protected:
  void fill(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    add_random_flows(rows_, count, random, strings_);
    database_.fill_flows("rows", rows_, strings_);
  }

  Result<Answer> answer_from(const Query& query, Source source, const std::string& relation) {
    return answer_from(query, {{source, query.from_ms, query.to_ms, relation}});
  }

  Result<Answer> answer_from(const Query& query, const std::vector<QueryPart>& parts) {
    const auto compiled = compile_query(query, parts);
    if (!compiled) return std::unexpected(compiled.error());
    AnswerReader reader(query, *compiled);
    const auto done = database_.run(compiled->sql, [&](duckdb_data_chunk chunk) { return reader.take(chunk); });
    if (!done) return std::unexpected(done.error());
    return reader.finish();
  }

  void expect_naive(const Query& query, Source source = Source::flows, const std::string& relation = "rows") {
    expect_naive(query, {{source, query.from_ms, query.to_ms, relation}});
  }

  /// The same read apart; nothing, where it could not be proven.
  Result<std::optional<Answer>> answer_apart(const Query& query, const std::vector<QueryPart>& parts, const ApartWays& ways,
                                             const std::vector<KeyLiterals>* rows = nullptr) {
    const auto compiled = compile_apart(query, {parts, parts, parts}, rows, ways);
    if (!compiled) return std::unexpected(compiled.error());
    AnswerReader reader(query, *compiled);
    const auto done = database_.run(compiled->sql, [&](duckdb_data_chunk chunk) { return reader.take(chunk); });
    if (!done) return std::unexpected(done.error());
    if (!reader.proven()) return std::nullopt;
    return std::optional(reader.finish());
  }

  /// With so few cells that they hold many keys, some of which are then not found.
  void expect_same_apart(const Query& query, const std::vector<QueryPart>& parts, const Answer& expected) {
    if (!is_better_apart(query, false)) return;
    for (const ApartWays& ways :
         {ApartWays{.cells = false}, ApartWays{}, ApartWays{.bits = 2, .most = 1}, ApartWays{.bits = 6, .most = 4},
          ApartWays{.keep_rows = true}, ApartWays{.keep_rows = true, .totals_of_kept = true}}) {
      const auto answer = answer_apart(query, parts, ways);
      ASSERT_TRUE(answer) << answer.error().message;
      ++(*answer ? proven_ : not_proven_);
      if (!*answer) continue;
      EXPECT_EQ(show(**answer), show(expected)) << "cells " << ways.cells << " " << ways.bits << " kept " << ways.keep_rows << " from +" << query.from_ms - kFirst
                                                << " to +" << query.to_ms - kFirst << " filter " << query.filter_text;
    }
  }

  void expect_naive(const Query& query, const std::vector<QueryPart>& parts) {
    const auto answer = answer_from(query, parts);
    ASSERT_TRUE(answer) << answer.error().message;
    const Answer expected = naive_answer(query, rows_, strings_);
    expect_same_apart(query, parts, expected);
    EXPECT_EQ(show(*answer), show(expected))
        << "from +" << query.from_ms - kFirst << " to +" << query.to_ms - kFirst << " filter " << query.filter_text;
    EXPECT_EQ(answer->other.has_value(), expected.other.has_value());
    EXPECT_EQ(answer->buckets.size(), query::bucket_count(query));
  }

  Query hour() const {
    Query query;
    query.from_ms = kFirst;
    query.to_ms = kFirst + kHourMs;
    return query;
  }
  static query::ExpressionPtr filter(std::string_view text) { return *query::parse_filter(text); }

  flow::StringPool strings_;
  flow::FlowBatch rows_;
  ScratchDatabase database_;
  int proven_ = 0;
  int not_proven_ = 0;
};

TEST_F(AnswerTest, TotalsWithoutKeys) {
  fill(800, 1);
  expect_naive(hour());
  Query query = hour();
  query.resolution_ms = kMinuteMs;
  expect_naive(query);
  query.filter = filter("not any");
  expect_naive(query);
}

TEST_F(AnswerTest, EveryColumnCanBeGroupedBy) {
  fill(300, 2);
  for (const flow::ColumnInfo& info : flow::kColumns) {
    if (!query::may_group_by(info.column)) continue;
    Query query = hour();
    query.by = {info.column};
    query.top = 1000;
    expect_naive(query);
  }
}

TEST_F(AnswerTest, RandomQuestions) {
  fill(600, 3);
  std::mt19937_64 random(4);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  constexpr auto kFilters =
      std::to_array<std::string_view>({"any", "proto 1-3", "net 10/8", "not src_port < 3", "bps > 1k",
                                       "src_customer = Acme or dst_as 3", "flags S", "as_path ~ '4134'"});
  for (int i = 0; i < 90 && !HasFailure(); ++i) {
    Query query;
    // Odd milliseconds cut flows in the middle; whole minutes are the usual case.
    const UnixMillis step = below(2) == 0 ? 1 : kMinuteMs;
    query.from_ms = kFirst + static_cast<UnixMillis>(below(kHourMs)) / step * step;
    query.to_ms =
        query.from_ms +
        std::max<UnixMillis>(1, static_cast<UnixMillis>(below(below(2) == 0 ? 5'000 : 2 * kHourMs)) / step * step);
    for (std::uint64_t k = below(4); k > 0; --k) {
      const auto column = static_cast<Column>(below(flow::kColumnCount));
      if (query::may_group_by(column) && std::ranges::find(query.by, column) == query.by.end())
        query.by.push_back(column);
    }
    query.metric = static_cast<Metric>(below(3));
    query.top = static_cast<std::uint32_t>(below(8));
    if (below(2) == 0) query.resolution_ms = std::array<UnixMillis, 4>{1000, 7000, kMinuteMs, kHourMs}[below(4)];
    if (query.resolution_ms && query::bucket_count(query) > 300) query.resolution_ms = kHourMs;
    query.filter_text = kFilters[below(kFilters.size())];
    query.filter = filter(query.filter_text);
    expect_naive(query);
  }
}

TEST_F(AnswerTest, KeysAreFoundInFewCells) {
  fill(2000, 11);
  Query query = hour();
  query.by = {Column::src_addr, Column::dst_addr, Column::src_port};
  for (const Metric metric : {Metric::bytes, Metric::packets, Metric::flows}) {
    for (const std::uint32_t top : {1U, 2U, 7U, 5000U}) {
      query.metric = metric;
      query.top = top;
      query.resolution_ms.reset();
      expect_naive(query);
      query.resolution_ms = 5 * kMinuteMs;
      expect_naive(query);
    }
  }
  EXPECT_GT(proven_, 30);
  EXPECT_GT(not_proven_, 10);
}

TEST_F(AnswerTest, KeysThatAreGivenAreReadApart) {
  fill(500, 12);
  Query query = hour();
  query.by = {Column::src_as, Column::in_if_name};
  query.top = 3;
  query.resolution_ms = kMinuteMs;
  const std::vector<QueryPart> parts = {{Source::flows, query.from_ms, query.to_ms, "rows"}};
  const Answer expected = naive_answer(query, rows_, strings_);
  const std::vector<KeyLiterals> rows = {{"NULL::UBIGINT", "'no such'"}, {"123456::UBIGINT", "NULL::VARCHAR"}};
  const auto answer = answer_apart(query, parts, {}, &rows);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_TRUE(*answer);
  ASSERT_EQ((*answer)->rows.size(), 2U);
  EXPECT_EQ((*answer)->rows[0].sums.bytes + (*answer)->rows[1].sums.bytes + (*answer)->other->sums.bytes, expected.total.sums.bytes);
  EXPECT_EQ((*answer)->total.sums.flows, expected.total.sums.flows);
  // Nothing is asked for: all is left.
  const std::vector<KeyLiterals> none;
  const auto all = answer_apart(query, parts, {}, &none);
  ASSERT_TRUE(all && *all);
  EXPECT_EQ((*all)->other->sums.bytes, expected.total.sums.bytes);
}

TEST_F(AnswerTest, RollupsGiveWhatTheFlowsGive) {
  fill(400, 5);
  database_.fill_rollup("rollup_1m", rows_, strings_, kMinuteMs);
  database_.fill_rollup("rollup_5m", rows_, strings_, 5 * kMinuteMs);
  Query query = hour();
  query.by = {Column::src_as, Column::in_if_name};
  query.top = 5;
  for (const Metric metric : {Metric::bytes, Metric::packets, Metric::flows}) {
    query.metric = metric;
    query.filter = filter("proto < 5 or src_customer is known");
    query.resolution_ms.reset();
    expect_naive(query, Source::rollup_1m, "rollup_1m");
    expect_naive(query, Source::rollup_5m, "rollup_5m");
    query.resolution_ms = 10 * kMinuteMs;
    expect_naive(query, Source::rollup_5m, "rollup_5m");
    query.from_ms = kFirst + 10 * kMinuteMs;
    query.to_ms = kFirst + 25 * kMinuteMs;
    expect_naive(query, Source::rollup_5m, "rollup_5m");
  }
}

TEST_F(AnswerTest, PartsFromSeveralSourcesAddUpExactly) {
  fill(400, 8);
  database_.fill_rollup("rollup_1m", rows_, strings_, kMinuteMs);
  database_.fill_rollup("rollup_5m", rows_, strings_, 5 * kMinuteMs);
  std::mt19937_64 random(9);
  const auto below = [&](std::uint64_t bound) { return static_cast<UnixMillis>(random() % bound); };
  constexpr auto kKeys = std::to_array<Column>({Column::src_as, Column::in_if_name, Column::exporter, Column::proto});
  for (int i = 0; i < 40 && !HasFailure(); ++i) {
    Query query;
    // A series begins on a bucket of all rollups that are read; its end, and both ends of totals, lie anywhere.
    query.from_ms = kFirst + below(4) * 5 * kMinuteMs;
    query.to_ms = kFirst + 40 * kMinuteMs + below(30 * kMinuteMs);
    if (i % 2 == 0) query.resolution_ms = (i % 4 == 0 ? 5 : 10) * kMinuteMs;
    if (i % 2 == 1) query.from_ms += below(5 * kMinuteMs);
    for (std::uint64_t k = random() % 4; k > 0; --k) {
      const Column column = kKeys[random() % kKeys.size()];
      if (std::ranges::find(query.by, column) == query.by.end()) query.by.push_back(column);
    }
    query.metric = static_cast<Metric>(below(3));
    query.top = static_cast<std::uint32_t>(below(6));
    query.filter = filter(i % 3 == 0 ? "proto < 4" : "any");
    const UnixMillis a = kFirst + 25 * kMinuteMs;
    const UnixMillis b = kFirst + 35 * kMinuteMs;
    const UnixMillis c = kFirst + (35 + below(5)) * kMinuteMs;
    std::vector<QueryPart> parts = {{Source::flows, query.from_ms, a, "rows"}, {Source::rollup_5m, a, b, "rollup_5m"}};
    if (c > b) parts.push_back({Source::rollup_1m, b, c, "rollup_1m"});
    parts.push_back({Source::flows, c, query.to_ms, "rows"});
    expect_naive(query, parts);
  }
}

TEST_F(AnswerTest, OneFlowIsSplitAtTheBordersOfTheRange) {
  rows_.add_rows(1);
  rows_.set<Column::time>(0, kFirst + 10'000);
  rows_.set<Column::flow_start>(0, kFirst + 1);
  rows_.set<Column::flow_end>(0, kFirst + 10'000);
  rows_.set<Column::bytes>(0, 1000);
  rows_.set<Column::packets>(0, 10);
  database_.fill_flows("rows", rows_, strings_);
  Query query;
  query.from_ms = kFirst;
  query.to_ms = kFirst + 5'001;  // half of the flow's 10,000 milliseconds, without its end
  auto answer = answer_from(query, Source::flows, "rows");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->total.sums.bytes, 500U);
  EXPECT_EQ(answer->total.sums.packets, 5U);
  EXPECT_EQ(answer->total.sums.flows, 0U);
  query.from_ms = query.to_ms;
  query.to_ms = kFirst + kHourMs;
  query.resolution_ms = kMinuteMs;
  answer = answer_from(query, Source::flows, "rows");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->total.sums.bytes, 500U);
  EXPECT_EQ(answer->total.sums.flows, 1U);
  EXPECT_EQ(answer->rows_read, 1U);
}

TEST_F(AnswerTest, SumsSaturateInsteadOfOverflowing) {
  ASSERT_TRUE(
      database_.run("CREATE TABLE wide AS SELECT 1763856000000::BIGINT AS time, 7::UINTEGER AS src_as, "
                    "18446744073709551615::UBIGINT AS bytes, "
                    "9223372036854775807::UBIGINT AS packets, 1::UBIGINT AS flows FROM range(5)"));
  Query query = hour();
  query.by = {Column::src_as};
  const auto answer = answer_from(query, Source::rollup_1h, "wide");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->rows.at(0).sums.bytes, ~std::uint64_t{0});
  EXPECT_EQ(answer->rows.at(0).sums.packets, ~std::uint64_t{0});
  EXPECT_EQ(answer->total.sums.flows, 5U);
}

TEST_F(AnswerTest, QuestionsThatCannotBeAnsweredAreRefused) {
  Query query = hour();
  query.by = {Column::bps};
  const auto whole = [&] { return std::vector<QueryPart>{{Source::flows, query.from_ms, query.to_ms, "rows"}}; };
  EXPECT_EQ(compile_query(query, whole()).error().code, ErrorCode::invalid);
  query.by = {};
  query.to_ms = query.from_ms;
  EXPECT_EQ(compile_query(query, whole()).error().code, ErrorCode::invalid);
}

TEST_F(AnswerTest, PartsThatDoNotMakeUpTheRangeAreRefused) {
  const Query query = hour();
  const UnixMillis middle = kFirst + kMinuteMs;
  const std::vector<std::vector<QueryPart>> wrong = {
      {},
      {{Source::flows, query.from_ms, middle, "rows"}},
      {{Source::flows, query.from_ms, middle, "rows"}, {Source::flows, middle + 1, query.to_ms, "rows"}},
      {{Source::flows, query.from_ms, query.to_ms, "rows"}, {Source::flows, query.to_ms, query.to_ms, "rows"}},
      {{Source::flows, query.from_ms + 1, query.to_ms, "rows"}}};
  for (const auto& parts : wrong) {
    const auto compiled = compile_query(query, parts);
    ASSERT_FALSE(compiled);
    EXPECT_EQ(compiled.error().code, ErrorCode::internal);
  }
}

TEST_F(AnswerTest, AnotherResultIsRefused) {
  fill(5, 1);
  const Query query = hour();
  const std::vector<QueryPart> whole = {{Source::flows, query.from_ms, query.to_ms, "rows"}};
  const auto compiled = compile_query(query, whole);
  AnswerReader reader(query, *compiled);
  const auto done = database_.run("SELECT id FROM rows", [&](duckdb_data_chunk chunk) { return reader.take(chunk); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::internal);
}

TEST_F(AnswerTest, PlansReadsAndNamesTheSource) {
  fill(300, 6);
  database_.fill_rollup("rollup_1m", rows_, strings_, kMinuteMs);
  TestRelations relations;
  relations.covered[static_cast<std::size_t>(Source::flows)] = {kFirst, kFirst + kDayMs};
  relations.covered[static_cast<std::size_t>(Source::rollup_1m)] = {kFirst, kFirst + kDayMs};
  Query query = hour();
  query.by = {Column::dst_as};
  auto answer = answer_query(query, relations, database_.runner());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->source, "1m");
  EXPECT_EQ(answer->from_ms, query.from_ms);
  EXPECT_EQ(show(*answer), show(naive_answer(query, rows_, strings_)));
  query.to_ms += 1234;
  relations.covered[static_cast<std::size_t>(Source::flows)].to_ms = query.to_ms + 10'000;
  answer = answer_query(query, relations, database_.runner());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->source, "1m+flows");
  EXPECT_EQ(show(*answer), show(naive_answer(query, rows_, strings_)));
  query.by = {Column::dst_addr};
  answer = answer_query(query, relations, database_.runner());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->source, "1m+flows") << "the totals need no address";
  EXPECT_EQ(show(*answer), show(naive_answer(query, rows_, strings_)));
  query.filter = filter("src_port >= 0");
  answer = answer_query(query, relations, database_.runner());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->source, "flows");
  EXPECT_EQ(show(*answer), show(naive_answer(query, rows_, strings_)));
}

TEST_F(AnswerTest, ErrorsOfTheRunnerComeThrough) {
  TestRelations relations;
  const auto answer = answer_query(hour(), relations, [](const std::string&, const TakeChunk&) -> Result<void> {
    return fail(ErrorCode::cancelled, "stopped");
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace weir::store::test
