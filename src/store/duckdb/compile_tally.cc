#include "store/duckdb/compile_tally.h"

#include <algorithm>
#include <variant>

#include "query/columns_of.h"
#include "query/validate_tally.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/compile_bucketing.h"
#include "store/duckdb/compile_column.h"
#include "store/duckdb/compile_literal.h"

// The statement, from the inside out:
//
//   base     the records that matter: words of the keys k0.., inputs of the measures v0.. (and weights w0..)
//   sorted   lists of conditions made into one row for each bucket; records that are in no bucket left out
//   groups   the buckets with their count n and values m0..
//   best     the first of them, with their ranks

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;
using query::Statistic;

std::string number(std::string_view prefix, std::size_t i) {
  return std::string(prefix) + std::to_string(i);
}

/// What a measure needs of each record; "" when it needs nothing.
std::string input_sql(const query::Measure& measure) {
  if (!measure.column) return "";
  switch (measure.statistic) {
    case Statistic::count:
      return key_sql(*measure.column).front();
    case Statistic::distinct:
      return distinct_sql(*measure.column);
    default:
      return value_sql(*measure.column);
  }
}

/// The value of a measure over a bucket; of percentiles a list.
std::string value_sql(const query::Measure& measure, std::size_t i) {
  const std::string v = number("v", i);
  const std::string real = v + "::DOUBLE";
  switch (measure.statistic) {
    case Statistic::count:
      return measure.column ? "count(" + v + ")" : "count(*)";
    case Statistic::sum:
      return "sum(" + v + ")";
    case Statistic::minimum:
      return "min(" + v + ")";
    case Statistic::maximum:
      return "max(" + v + ")";
    case Statistic::average:
      return "sum(" + v + ")::DOUBLE / count(" + v + ")";
    case Statistic::sum_of_squares:
      return "sum(" + real + " * " + real + ")";
    case Statistic::distinct:
      return "count(DISTINCT " + v + ")";
    case Statistic::percentiles: {
      std::string list;
      for (const double percent : measure.percents) list += (list.empty() ? "" : ", ") + sql_real(percent / 100);
      return "quantile_cont(" + real + ", [" + list + "])";
    }
    case Statistic::weighted_average: {
      const std::string weight = number("w", i) + "::DOUBLE";
      return "sum(" + real + " * " + weight + ") / nullif(sum(CASE WHEN " + v + " IS NOT NULL THEN " + weight +
             " END), 0)";
    }
  }
  return "count(*)";
}

/// The type of a key's words in the result.
std::string_view key_type(const query::Bucketing& by) {
  const auto of_column = [](Column column) -> std::string_view {
    const ColumnType type = flow::info(column).type;
    return type == ColumnType::string ? "VARCHAR" : type == ColumnType::real ? "DOUBLE" : "UBIGINT";
  };
  if (const auto* column = std::get_if<query::ByColumn>(&by)) return of_column(column->column);
  if (const auto* interval = std::get_if<query::ByInterval>(&by))
    return flow::info(interval->column).type == ColumnType::time_ms ? "BIGINT" : "DOUBLE";
  return std::holds_alternative<query::ByCalendar>(by) ? "BIGINT" : "UBIGINT";
}

class Writer {
 public:
  Writer(const query::Tally& tally, std::string from) : tally_(tally), from_(std::move(from)) {}

  Result<std::string> write() {
    for (const query::Bucketing& by : tally_.by) {
      auto sql = bucketing_sql(by);
      if (!sql) return std::unexpected(sql.error());
      bucketings_.push_back(*std::move(sql));
      for (std::size_t i = 0; i < bucketings_.back().words.size(); ++i) {
        keys_.push_back(number("k", keys_.size()));
        types_.push_back(key_type(by));
      }
    }
    std::string out = "WITH base AS NOT MATERIALIZED (" + base() + "), sorted AS NOT MATERIALIZED (" + sorted() +
                      "), groups AS MATERIALIZED (" + groups() + "), best AS (" + best() + ") ";
    return out + result();
  }

 private:
  [[nodiscard]] std::string base() const {
    std::string out;
    const auto add = [&](const std::string& expression, const std::string& name) {
      out += (out.empty() ? "" : ", ") + expression + " AS " + name;
    };
    std::size_t key = 0;
    for (const BucketingSql& by : bucketings_) {
      for (const std::string& word : by.words) add(word, keys_[key++]);
    }
    for (std::size_t i = 0; i < tally_.measures.size(); ++i) {
      const query::Measure& measure = tally_.measures[i];
      if (const std::string input = input_sql(measure); !input.empty()) add("(" + input + ")", number("v", i));
      if (measure.statistic == Statistic::weighted_average)
        add("(" + weir::store::value_sql(*measure.weight) + ")", number("w", i));
    }
    if (out.empty()) out = "1 AS nothing";
    return "SELECT " + out + from_;
  }

  [[nodiscard]] std::string sorted() const {
    std::string kept;
    std::size_t key = 0;
    for (const BucketingSql& by : bucketings_) {
      const std::string& first = keys_[key];
      if (!by.keeps_unknown) {
        // All words are known or none.
        kept += (kept.empty() ? " WHERE " : " AND ") + first + " IS NOT NULL";
      }
      key += by.words.size();
    }
    // Lists are unnested one in another: side by side they would be paired.
    std::string from = "base";
    key = 0;
    for (const BucketingSql& by : bucketings_) {
      if (by.unnest)
        from = "(SELECT * REPLACE (unnest(" + keys_[key] + ") AS " + keys_[key] + ") FROM " + from + ")";
      key += by.words.size();
    }
    return "SELECT * FROM " + from + kept;
  }

  [[nodiscard]] std::string list() const {
    std::string out;
    for (const std::string& key : keys_) out += (out.empty() ? "" : ", ") + key;
    return out;
  }

  [[nodiscard]] std::string groups() const {
    std::string out = "SELECT " + list() + (keys_.empty() ? "" : ", ") + "count(*) AS n";
    for (std::size_t i = 0; i < tally_.measures.size(); ++i)
      out += ", " + value_sql(tally_.measures[i], i) + " AS " + number("m", i);
    return out + " FROM sorted" + (keys_.empty() ? "" : " GROUP BY " + list());
  }

  [[nodiscard]] std::string order() const {
    std::string out;
    const auto add = [&](const std::string& what, bool descending) {
      out += (out.empty() ? "" : ", ") + what + (descending ? " DESC NULLS LAST" : " ASC NULLS LAST");
    };
    bool by_key = false;
    for (const query::Tally::Order& order : tally_.order) {
      if (order.measure) {
        const bool list = tally_.measures[*order.measure].statistic == Statistic::percentiles;
        add(number("m", *order.measure) + (list ? "[1]" : ""), order.descending);
      } else {
        for (const std::string& key : keys_) add(key, order.descending);
        by_key = true;
      }
    }
    if (!by_key) {
      for (const std::string& key : keys_) add(key, false);
    }
    return out.empty() ? "" : "ORDER BY " + out;
  }

  [[nodiscard]] std::string best() const {
    const std::string by = order();
    return "SELECT *, row_number() OVER (" + by + ") AS rank FROM (SELECT * FROM groups " + by + " LIMIT " +
           std::to_string(tally_.top) + ")";
  }

  /// Whether a record may be in no bucket or in several.
  [[nodiscard]] bool grouped_differ() const {
    return std::ranges::any_of(bucketings_, [](const BucketingSql& by) { return by.unnest || !by.keeps_unknown; });
  }

  [[nodiscard]] std::string result() const {
    const std::string records = grouped_differ() ? "(SELECT count(*) FROM base)" : "grouped";
    std::string out = "SELECT whole.groups::UBIGINT, whole.grouped::UBIGINT, (" + records +
                      ")::UBIGINT, best.rank, best.n::UBIGINT";
    for (std::size_t i = 0; i < keys_.size(); ++i) out += ", best." + keys_[i] + "::" + std::string(types_[i]);
    for (std::size_t i = 0; i < tally_.measures.size(); ++i) {
      const std::string value = "best." + number("m", i);
      const std::size_t count = value_count(tally_.measures[i]);
      const bool list = tally_.measures[i].statistic == Statistic::percentiles;
      for (std::size_t k = 1; k <= count; ++k) out += ", " + value + (list ? "[" + std::to_string(k) + "]" : "") + "::DOUBLE";
    }
    return out + " FROM (SELECT count(*) AS groups, coalesce(sum(n), 0) AS grouped FROM groups) AS whole LEFT JOIN best ON true";
  }

  const query::Tally& tally_;
  const std::string from_;
  std::vector<BucketingSql> bucketings_;
  std::vector<std::string> keys_;
  std::vector<std::string_view> types_;  // of the keys in the result
};

}  // namespace

std::size_t key_width(const query::Bucketing& by) {
  const auto* column = std::get_if<query::ByColumn>(&by);
  return column == nullptr ? 1 : key_width(column->column);
}

std::size_t value_count(const query::Measure& measure) {
  return measure.statistic == Statistic::percentiles ? measure.percents.size() : 1;
}

Result<std::string> compile_tally(const query::Tally& tally, const std::string& relation) {
  if (const auto fine = query::validate(tally); !fine) return std::unexpected(fine.error());
  std::string filter = "true";
  if (tally.filter) {
    auto compiled = compile_filter(*tally.filter);
    if (!compiled) return std::unexpected(compiled.error());
    filter = *std::move(compiled);
  }
  return Writer(tally, " FROM " + relation + " WHERE (" + filter + ") AND \"time\" >= " + sql_time(tally.from_ms) +
                           " AND \"time\" < " + sql_time(tally.to_ms))
      .write();
}

std::vector<Column> columns_read(const query::Tally& tally) {
  std::vector<Column> out = {Column::time};
  const auto add = [&](Column column) {
    for (const Column stored : stored_columns(column)) {
      if (std::ranges::find(out, stored) == out.end()) out.push_back(stored);
    }
  };
  const auto add_all = [&](const query::ExpressionPtr& filter) {
    if (!filter) return;
    for (const Column column : query::columns_of(*filter)) add(column);
  };
  add_all(tally.filter);
  for (const query::Bucketing& by : tally.by) {
    if (const auto* conditions = std::get_if<query::ByConditions>(&by)) {
      for (const query::ExpressionPtr& condition : conditions->conditions) add_all(condition);
    } else {
      std::visit(
          [&](const auto& one) {
            if constexpr (requires { one.column; }) add(one.column);
          },
          by);
    }
  }
  for (const query::Measure& measure : tally.measures) {
    if (measure.column) add(*measure.column);
    if (measure.weight) add(*measure.weight);
  }
  return out;
}

std::vector<std::string> zones_named(const query::Tally& tally) {
  std::vector<std::string> out;
  for (const query::Bucketing& by : tally.by) {
    const auto* calendar = std::get_if<query::ByCalendar>(&by);
    if (calendar != nullptr && !query::zone_offset_minutes(calendar->time_zone)) out.push_back(calendar->time_zone);
  }
  return out;
}

}  // namespace weir::store
