// SQL against plain C++: the same rows for random filters, and for texts that try to break out.
#include "store/duckdb/compile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "query/evaluate.h"
#include "query/expression_text.h"
#include "query/filter.h"
#include "query/names.h"
#include "query/row_value.h"
#include "query/test_builder.h"
#include "store/duckdb/compile_fixture.h"
#include "store/duckdb/compile_literal.h"

namespace weir::store::test {
namespace {

using flow::Column;
using flow::ColumnType;
using query::Compare;
using query::ExpressionPtr;
using query::make;

/// Random trees over all columns, with values that rows have, so that something matches.
class RandomFilters {
 public:
  RandomFilters(const flow::FlowBatch& rows, const flow::StringPool& strings, std::uint64_t seed)
      : rows_(rows), strings_(strings), random_(seed) {}

  ExpressionPtr tree(unsigned depth) {
    const std::uint64_t kind = depth == 0 ? 3 : below(5);
    if (kind == 0) return query::make_not(tree(depth - 1));
    if (kind == 1) return query::make_and({tree(depth - 1), tree(depth - 1), tree(depth - 1)});
    if (kind == 2) return query::make_or({tree(depth - 1), tree(depth - 1)});
    return leaf();
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  Column any_column() { return static_cast<Column>(below(flow::kColumnCount)); }
  Compare any_compare() { return static_cast<Compare>(below(6)); }

  std::optional<query::RowValue> value_of(Column column) {
    for (int i = 0; i < 5; ++i) {
      if (auto value = query::row_value(rows_, below(rows_.size()), column)) return value;
    }
    return std::nullopt;
  }
  std::uint64_t number_of(Column column) {
    const auto value = value_of(column);
    if (!value) return below(3);
    if (const auto* real = std::get_if<double>(&*value)) return static_cast<std::uint64_t>(std::min(*real, 1e18));
    if (const auto* time = std::get_if<UnixMillis>(&*value)) return static_cast<std::uint64_t>(*time) + below(2);
    return std::get<std::uint64_t>(*value) + below(2);
  }

  ExpressionPtr leaf() {
    const Column column = any_column();
    if (below(8) == 0) return make({query::IsKnown{column}});
    if (below(8) == 0) return make({query::ColumnTest{column, any_compare(), partner(column)}});
    switch (flow::info(column).type) {
      case ColumnType::ip:
        return make({query::AddressInNetworks{column, networks(column)}});
      case ColumnType::string:
        return text_leaf(column);
      case ColumnType::prefix:
        return make({query::ColumnTest{Column::src_prefix, any_compare(), Column::dst_prefix}});
      case ColumnType::real:
        return make({query::NumberTest{column, any_compare(),
                                       static_cast<double>(number_of(column)) + (below(2) == 0 ? 0 : 0.5), 0}});
      case ColumnType::time_ms:
        return make({query::NumberTest{column, any_compare(), 0, number_of(column)}});
      default:
        return number_leaf(column);
    }
  }

  Column partner(Column column) {
    const ColumnType type = flow::info(column).type;
    const auto is_number = [](ColumnType t) {
      return t != ColumnType::ip && t != ColumnType::string && t != ColumnType::prefix;
    };
    for (;;) {
      const Column other = any_column();
      const ColumnType found = flow::info(other).type;
      if (found == type || (is_number(found) && is_number(type))) return other;
    }
  }

  ExpressionPtr number_leaf(Column column) {
    switch (below(3)) {
      case 0:
        return make({query::NumberTest{column, any_compare(), 0, number_of(column)}});
      case 1: {
        const std::uint64_t mask = below(256);
        return make({query::BitTest{column, mask, number_of(column) & mask}});
      }
      default: {
        query::NumberInRanges node{column, {}};
        const std::uint64_t count = 1 + below(below(4) == 0 ? 40 : 4);
        for (std::uint64_t i = 0; i < count; ++i) {
          const std::uint64_t first = number_of(column);
          node.ranges.emplace_back(first, below(2) == 0 ? first : first + below(10));
          if (node.ranges.back().second < first) node.ranges.back().second = first;
        }
        return make({std::move(node)});
      }
    }
  }

  std::vector<Prefix> networks(Column column) {
    std::vector<Prefix> out;
    const std::uint64_t count = 1 + below(below(4) == 0 ? 60 : 4);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto value = value_of(column);
      const IpAddress address = value ? std::get<IpAddress>(*value) : IpAddress::v4(0);
      out.push_back(Prefix::of(address, static_cast<unsigned>(below(address.is_v4() ? 33 : 129))));
    }
    return out;
  }

  ExpressionPtr text_leaf(Column column) {
    const auto text = [&] {
      const auto value = value_of(column);
      return std::string(value ? strings_.text(std::get<flow::StringId>(*value)) : "none");
    };
    if (below(3) == 0) {
      constexpr auto kPatterns =
          std::to_array<std::string_view>({"", "^$", "in|out", "^3491 .* 4809$", "[0-9]+", ".", "'", "\\\\", "\xc3\xbc",
                                           "(?i)ACME", "^.{1,3}$", "line.break"});
      return make({query::TextMatches{column, std::string(kPatterns[below(kPatterns.size())])}});
    }
    query::TextInList node{column, {}};
    const std::uint64_t count = 1 + below(below(4) == 0 ? 30 : 3);
    for (std::uint64_t i = 0; i < count; ++i)
      node.texts.push_back(below(3) == 0 ? "other" + std::to_string(i) : text());
    return make({std::move(node)});
  }

  const flow::FlowBatch& rows_;
  const flow::StringPool& strings_;
  std::mt19937_64 random_;
};

class CompileFilterTest : public ::testing::Test {
 protected:
  void fill(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    add_random_flows(rows_, count, random, strings_);
    database_.fill_flows("rows", rows_, strings_);
  }

  std::vector<std::size_t> evaluated(const ExpressionPtr& filter) {
    auto evaluator = query::Evaluator::of(filter, strings_);
    EXPECT_TRUE(evaluator) << evaluator.error().message;
    std::vector<std::size_t> out;
    for (std::size_t row = 0; evaluator && row < rows_.size(); ++row) {
      if (evaluator->matches(rows_, row)) out.push_back(row);
    }
    return out;
  }

  /// How many rows match; a test failure when SQL and C++ do not agree.
  std::size_t expect_same(const ExpressionPtr& filter) {
    const auto condition = compile_filter(*filter);
    EXPECT_TRUE(condition) << condition.error().message;
    if (!condition) return 0;
    const auto found = database_.rows_where("rows", *condition);
    EXPECT_TRUE(found) << found.error().message;
    const auto expected = evaluated(filter);
    std::vector<std::size_t> differing;
    if (found) std::ranges::set_symmetric_difference(*found, expected, std::back_inserter(differing));
    EXPECT_TRUE(differing.empty()) << to_string(*filter) << "\n"
                                   << *condition << "\n"
                                   << ::testing::PrintToString(differing);
    return expected.size();
  }
  std::size_t expect_same(std::string_view text) {
    const auto filter = query::parse_filter(text);
    EXPECT_TRUE(filter) << query::show_error(text, filter.error());
    return filter ? expect_same(*filter) : 0;
  }

  flow::StringPool strings_;
  flow::FlowBatch rows_;
  ScratchDatabase database_;
};

TEST_F(CompileFilterTest, RandomFiltersFindTheSameRowsAsTheEvaluator) {
  fill(1200, 7);
  RandomFilters filters(rows_, strings_, 11);
  std::size_t selective = 0;
  for (int i = 0; i < 600 && !HasFailure(); ++i) {
    const std::size_t matching = expect_same(filters.tree(static_cast<unsigned>(i % 4)));
    if (matching > 0 && matching < rows_.size()) ++selective;
  }
  EXPECT_GT(selective, 300U);  // else the comparison says little
}

TEST_F(CompileFilterTest, WordsFindTheSameRowsAsTheEvaluator) {
  fill(1200, 3);
  for (const std::string_view text : {"any",
                                      "not any",
                                      "ip 10.0.0.1",
                                      "src or dst net 10/8",
                                      "not net ::/0",
                                      "net 0.0.0.0/0",
                                      "net ::/64",
                                      "net ::/80",
                                      "net ::fffe:0:0/95",
                                      "port in [1 2 3-70]",
                                      "port != 3",
                                      "as 0",
                                      "not as 0",
                                      "flags SA",
                                      "not flags SF",
                                      "flags > 2",
                                      "icmp-type 3",
                                      "bps > 0",
                                      "bps > 1k and pps < 100",
                                      "bpp = 0",
                                      "duration > 1s",
                                      "duration = 0",
                                      "src_prefix = 10.0.0.0/8",
                                      "src_prefix != dst_prefix",
                                      "src_prefix is known",
                                      "dst_prefix is unknown",
                                      "bytes > packets",
                                      "as_path ~ '^3491'",
                                      "as_path !~ '^3491'",
                                      "src_customer != \"Bo'b\"",
                                      "vrf is unknown",
                                      "time >= 1763856600000",
                                      "flow_end < flow_start",
                                      "src_addr <> dst_addr",
                                      "mac 00:00:00:00:00:03",
                                      "bytes >= 18446744073709551614"}) {
    expect_same(text);
  }
}

TEST_F(CompileFilterTest, LongListsFindTheSameRows) {
  fill(1500, 5);
  std::mt19937_64 random(1);
  query::AddressInNetworks networks{Column::src_addr, {}};
  query::NumberInRanges ports{Column::dst_port, {}};
  query::TextInList texts{Column::as_path, {}};
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const unsigned length = i % 3 == 0 ? 32 : static_cast<unsigned>(random() % 25 + 8);
    networks.networks.push_back(Prefix::of(IpAddress::v4(static_cast<std::uint32_t>(random())), length));
    networks.networks.push_back(Prefix::of(IpAddress{0x2001'0db8'0000'0000 + random() % 4, random()},
                                           static_cast<unsigned>(random() % 97 + 32)));
    ports.ranges.emplace_back(i * 2, i * 2);
    texts.texts.push_back("text " + std::to_string(i));
  }
  networks.networks.push_back(Prefix::of(*parse_ip("10.0.0.0"), 31));
  networks.networks.push_back(Prefix::of(*parse_ip("::"), 127));
  networks.networks.push_back(Prefix::of(*parse_ip("fe80::"), 10));
  texts.texts.push_back("Bo'b");
  EXPECT_GT(expect_same(make({networks})), 0U);
  EXPECT_GT(expect_same(make({ports})), 0U);
  EXPECT_GT(expect_same(make({texts})), 0U);
  EXPECT_GT(
      expect_same(query::make_or({make({networks}), query::make_and({make({ports}), query::make_not(make({texts}))})})),
      0U);
}

TEST_F(CompileFilterTest, TextsCannotBreakOut) {
  const std::vector<std::string> hostile = {"'",
                                            "''",
                                            "'; DROP TABLE rows; --",
                                            "' OR 1=1 --",
                                            "\\'",
                                            "\\",
                                            "\"",
                                            "$$",
                                            "$1",
                                            "?",
                                            "%",
                                            "/*",
                                            "--",
                                            "\n",
                                            "\t",
                                            std::string("a\0b", 3),
                                            std::string("\0", 1),
                                            std::string("'\0'", 3),
                                            "\xc3\xbc",
                                            "\xf0\x9f\x98\x80",
                                            "\xe2\x80\xae",
                                            "' || chr(0) || '",
                                            "{}",
                                            "E'\\x27'",
                                            "U&'\\0027'"};
  const std::size_t first = rows_.add_rows(hostile.size() + 1);
  for (std::size_t i = 0; i < hostile.size(); ++i) rows_.set<Column::vrf>(first + i, strings_.intern(hostile[i]));
  database_.fill_flows("rows", rows_, strings_);
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    const ExpressionPtr filter = make({query::TextInList{Column::vrf, {hostile[i]}}});
    EXPECT_EQ(evaluated(filter), std::vector<std::size_t>{i});
    EXPECT_EQ(expect_same(filter), 1U) << i;
    // And as it comes from a user: quoted in a filter.
    const auto parsed = query::parse_filter(to_string(*filter));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(expect_same(*parsed), 1U) << i;
  }
  EXPECT_EQ(expect_same(make({query::TextInList{Column::vrf, hostile}})), hostile.size());
  for (const std::string pattern : {"'", "\\\\", "^'; DROP", "\\x00", "[\\x{fc}]"}) {
    EXPECT_GT(expect_same(make({query::TextMatches{Column::vrf, pattern}})), 0U) << pattern;
  }
  EXPECT_EQ(expect_same(make({query::TextMatches{Column::vrf, std::string("a\0b", 3)}})), 1U);
}

TEST_F(CompileFilterTest, WhatIsNotUtf8IsRefused) {
  EXPECT_FALSE(compile_filter({query::TextInList{Column::vrf, {"a\xff"}}}));
  EXPECT_FALSE(compile_filter({query::TextMatches{Column::vrf, "\xc0\x80"}}));
}

TEST_F(CompileFilterTest, MisfitsAreRefused) {
  EXPECT_FALSE(compile_filter({query::NumberTest{Column::src_addr, Compare::equal, 0, 1}}));
  EXPECT_FALSE(compile_filter({query::NumberTest{Column::bps, Compare::equal, 1.0 / 0.0, 0}}));
  EXPECT_FALSE(compile_filter({query::TextInList{Column::src_port, {"x"}}}));
  EXPECT_FALSE(compile_filter({query::AddressInNetworks{Column::as_path, {}}}));
  EXPECT_FALSE(compile_filter({query::ColumnTest{Column::as_path, Compare::equal, Column::src_as}}));
  EXPECT_FALSE(compile_filter({query::BitTest{Column::bps, 1, 1}}));
}

TEST_F(CompileFilterTest, EmptyListsMatchNothing) {
  fill(10, 1);
  EXPECT_EQ(expect_same(make({query::TextInList{Column::vrf, {}}})), 0U);
  EXPECT_EQ(expect_same(make({query::NumberInRanges{Column::src_port, {}}})), 0U);
  EXPECT_EQ(expect_same(make({query::AddressInNetworks{Column::src_addr, {}}})), 0U);
}

TEST(CompileLiteral, RealsReadBackAsTheyAre) {
  ScratchDatabase database;
  for (const double value : {0.0, 0.1, 1e300, 5e-324, 1.0 / 3.0, 18446744073709551615.0}) {
    double read = -1;
    const auto done = database.run("SELECT " + sql_real(value), [&](duckdb_data_chunk chunk) {
      read = *static_cast<const double*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
      return Result<void>();
    });
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(read, value);
  }
}

TEST(ColumnsRead, AreThoseOfFilterKeysAndSums) {
  query::Query query;
  query.by = {Column::src_prefix, Column::proto};
  query.filter = *query::parse_filter("bps > 1m and proto tcp");
  const std::vector<Column> mentioned = {Column::src_addr,   Column::src_mask, Column::proto,        Column::bytes,
                                         Column::flow_start, Column::flow_end, Column::sampling_rate};
  EXPECT_EQ(columns_mentioned(query), mentioned);
  const auto read = columns_read(query, Source::flows);
  for (const Column column : {Column::time, Column::bytes, Column::packets, Column::flows, Column::sampling_rate,
                              Column::suspect, Column::flow_start, Column::flow_end}) {
    EXPECT_EQ(std::ranges::count(read, column), 1) << flow::name(column);
  }
}

}  // namespace
}  // namespace weir::store::test
