#include "store/duckdb/answer_reader.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>

#include "query/mirror.h"
#include "query/statistics.h"
#include "query/validate.h"
#include "store/duckdb/compile_apart.h"
#include "store/duckdb/compile_literal.h"
#include "store/duckdb/plan.h"
#include "store/duckdb/result_vector.h"

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;

duckdb_type expected_type(Column column) {
  return flow::info(column).type == ColumnType::string ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_UBIGINT;
}

Result<void> check_types(const query::Query& query, std::span<const ResultVector> vectors) {
  const auto wrong = fail(ErrorCode::internal, "a statement's result has other columns than it was compiled to");
  std::size_t at = kFirstKey;
  for (const Column column : query.by) at += key_width(column);
  if (vectors.size() != at + query.distinct.size()) return wrong;
  for (std::size_t i = at; i < vectors.size(); ++i) {
    if (vectors[i].type() != DUCKDB_TYPE_UBIGINT) return wrong;
  }
  for (std::size_t i = 0; i < kFirstKey; ++i) {
    if (vectors[i].type() != (i <= kBucket ? DUCKDB_TYPE_BIGINT : DUCKDB_TYPE_UBIGINT)) return wrong;
  }
  at = kFirstKey;
  for (const Column column : query.by) {
    for (std::size_t i = 0; i < key_width(column); ++i, ++at) {
      if (vectors[at].type() != expected_type(column)) return wrong;
    }
  }
  return {};
}

std::vector<query::Cell> read_key(const query::Query& query, std::span<const ResultVector> vectors, idx_t row) {
  std::vector<query::Cell> key;
  std::size_t at = kFirstKey;
  for (const Column column : query.by) {
    key.push_back(read_cell(column, vectors.subspan(at, key_width(column)), row));
    at += key_width(column);
  }
  return key;
}

Result<std::string> word_literal(const query::Cell& word, bool text) {
  if (const auto* number = std::get_if<std::uint64_t>(&word)) return sql_number(*number) + "::UBIGINT";
  if (const auto* known = std::get_if<std::string>(&word)) return sql_text(*known);
  return std::string(text ? "NULL::VARCHAR" : "NULL::UBIGINT");
}

std::uint64_t add_saturated(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}

void add(query::Sums& to, const query::Sums& more) {
  to.bytes = add_saturated(to.bytes, more.bytes);
  to.packets = add_saturated(to.packets, more.packets);
  to.flows = add_saturated(to.flows, more.flows);
}

}  // namespace

AnswerReader::AnswerReader(const query::Query& query, const CompiledQuery& compiled)
    : query_(query), compiled_(compiled), proven_(!compiled.to_prove) {
  answer_.buckets = compiled.buckets;
  answer_.from_ms = query.from_ms;
  answer_.to_ms = query.to_ms;
  answer_.total.series.resize(compiled.buckets.size());
  other_.series.resize(compiled.buckets.size());
}

void AnswerReader::take_row(query::Row& into, std::int64_t bucket, const query::Sums& sums) {
  add(into.sums, sums);
  into.series.resize(compiled_.buckets.size());
  if (bucket >= 0 && static_cast<std::size_t>(bucket) < into.series.size())
    add(into.series[static_cast<std::size_t>(bucket)], sums);
}

query::Row* AnswerReader::row_of_rank(std::size_t rank) {
  if (rank < 1 || rank > query_.top) return nullptr;
  if (rank > answer_.rows.size()) {
    answer_.rows.resize(rank);
    words_.resize(rank);
  }
  return &answer_.rows[rank - 1];
}

Result<void> AnswerReader::take(duckdb_data_chunk chunk) {
  const std::vector<ResultVector> vectors = vectors_of(chunk);
  if (const auto fine = check_types(query_, vectors); !fine) return fine;
  const std::span distinct = std::span(vectors).last(query_.distinct.size());
  const std::span words = std::span(vectors).subspan(kFirstKey, vectors.size() - kFirstKey - distinct.size());
  const idx_t size = duckdb_data_chunk_get_size(chunk);
  for (idx_t row = 0; row < size; ++row) {
    const query::Sums sums{vectors[kBytes].number(row), vectors[kPackets].number(row), vectors[kFlows].number(row)};
    answer_.rows_read = add_saturated(answer_.rows_read, vectors[kMatched].number(row));
    const std::int64_t bucket = vectors[kBucket].signed_number(row);
    query::Row* into = &other_;
    if (vectors[kRank].known(row)) {
      const auto rank = static_cast<std::size_t>(vectors[kRank].signed_number(row));
      into = row_of_rank(rank);
      if (into == nullptr)
        return fail(ErrorCode::internal, "a statement's result has a rank beyond what was asked");
      if (into->key.empty()) {
        into->key = read_key(query_, vectors, row);
        for (const ResultVector& word : words) words_[rank - 1].push_back(read_word(word, row));
      }
    } else if (bucket != kDistinctOfTotal) {
      other_seen_ = true;
    }
    if (bucket == kDistinctOfTotal || (compiled_.totals_apart && into == &other_)) into = &answer_.total;
    if (bucket == kProof) {
      proven_ = sums.bytes != 0;
    } else if (bucket >= 0) {
      take_row(*into, bucket, sums);
      if (!compiled_.totals_apart) take_row(answer_.total, bucket, sums);
    } else {
      into->distinct.clear();
      for (const ResultVector& count : distinct) into->distinct.push_back(count.number(row));
    }
  }
  return {};
}

Result<std::vector<KeyLiterals>> AnswerReader::keys() const {
  std::vector<KeyLiterals> out;
  for (const std::vector<query::Cell>& words : words_) {
    KeyLiterals& key = out.emplace_back();
    if (words.empty()) return fail(ErrorCode::internal, "a statement's result lacks a rank");
    std::size_t at = 0;
    for (const Column column : query_.by) {
      const bool text = flow::info(column).type == ColumnType::string;
      for (std::size_t i = 0; i < key_width(column); ++i, ++at) {
        auto literal = word_literal(words[at], text);
        if (!literal) return std::unexpected(literal.error());
        key.push_back(*std::move(literal));
      }
    }
  }
  return out;
}

/// What the rows leave of the total.
void AnswerReader::leave_other() {
  const auto take_off = [](query::Sums& from, const query::Sums& part) {
    from.bytes -= std::min(from.bytes, part.bytes);
    from.packets -= std::min(from.packets, part.packets);
    from.flows -= std::min(from.flows, part.flows);
  };
  other_.sums = answer_.total.sums;
  other_.series = answer_.total.series;
  for (const query::Row& row : answer_.rows) {
    take_off(other_.sums, row.sums);
    for (std::size_t i = 0; i < row.series.size() && i < other_.series.size(); ++i) take_off(other_.series[i], row.series[i]);
  }
  other_seen_ = other_.sums.bytes != 0 || other_.sums.packets != 0 || other_.sums.flows != 0;
}

query::Answer AnswerReader::finish() {
  if (compiled_.totals_apart) leave_other();
  const std::size_t counted = query_.distinct.size();
  // Without keys there is one row: the totals.
  if (query_.by.empty()) {
    answer_.rows = {answer_.total};
  } else if (other_seen_) {
    answer_.other = std::move(other_);
    answer_.other->key.resize(query_.by.size());
    answer_.other->distinct.resize(counted);
  }
  answer_.total.key.resize(query_.by.size());
  for (query::Row& row : answer_.rows) row.series.resize(compiled_.buckets.size());
  return std::move(answer_);
}

namespace {

/// One statement's answer, and what a further one about the same rows needs.
struct Asked {
  query::Answer answer;
  std::vector<KeyLiterals> keys;
};

/// Whether more must be known of a flow than that it lies within the range as a whole.
bool durations_matter(const query::Query& query) {
  if (query.resolution_ms) return true;
  return std::ranges::any_of(columns_mentioned(query),
                             [](Column column) { return column == Column::flow_start || column == Column::flow_end; });
}

/// The parts of a plan with their relations, whose leases are kept until the statement is through.
struct Sources {
  Plan plan;
  std::vector<QueryPart> parts;
  std::vector<Relation> leases;

  Sources(const query::Query& query, Relations& relations) : plan(plan_query(query, relations.coverages())) {
    for (const PlanPart& part : plan.parts) {
      leases.push_back(part.source == Source::flows && !durations_matter(query)
                           ? relations.totals(part.from_ms, part.to_ms, part.columns)
                           : relations.relation(part.source, part.from_ms, part.to_ms, part.columns));
      parts.push_back({part.source, part.from_ms, part.to_ms, leases.back().sql});
    }
  }
  [[nodiscard]] std::uint64_t rows() const {
    std::uint64_t out = 0;
    for (const Relation& relation : leases) out = add_saturated(out, relation.rows);
    return out;
  }
  [[nodiscard]] bool same_plan(const Sources& other) const {
    return std::ranges::equal(plan.parts, other.plan.parts, [](const PlanPart& a, const PlanPart& b) {
      return a.source == b.source && a.from_ms == b.from_ms && a.to_ms == b.to_ms;
    });
  }
  [[nodiscard]] bool same_range(const Sources& other) const {
    return plan.from_ms == other.plan.from_ms && plan.to_ms == other.plan.to_ms;
  }
};

/// Runs one compiled statement to the end of `reader`.
Result<void> read(const CompiledQuery& compiled, const RunSql& run, AnswerReader& reader) {
  return run(compiled.sql, [&reader](duckdb_data_chunk chunk) { return reader.take(chunk); });
}

Result<Asked> answer_of(const query::Query& query, AnswerReader& reader) {
  Asked out;
  if (query.both_directions || query.compare_ms) {
    auto keys = reader.keys();
    if (!keys) return std::unexpected(keys.error());
    out.keys = *std::move(keys);
  }
  out.answer = reader.finish();
  return out;
}

/// Rows that may be held while a question is answered: some 100 octets each.
constexpr std::uint64_t kMostKept = 2'000'000;
constexpr std::uint64_t kOctetsToKeep = std::uint64_t{512} << 20U;

bool may_keep(const query::Query& query, const Sources& rows) {
  const std::uint64_t limit = query.options.memory_limit_octets;
  return rows.rows() <= kMostKept && (limit == 0 || limit >= kOctetsToKeep);
}

/// Asks by compile_apart(). Nothing, where one of its sources no longer reaches as far back as the others and the range would be
/// widened for it.
Result<std::optional<Asked>> ask_apart(const query::Query& query, const Sources& rows_from, Relations& relations,
                                       const RunSql& run, const std::vector<KeyLiterals>* rows) {
  query::Query planned = query;
  planned.from_ms = rows_from.plan.from_ms;
  planned.to_ms = rows_from.plan.to_ms;
  const Sources find(find_query(query), relations);
  const Sources totals(totals_query(query), relations);
  if (!find.same_range(rows_from) || !totals.same_range(rows_from)) return std::nullopt;
  ApartWays ways;
  ways.keep_rows = may_keep(query, rows_from);
  ways.totals_of_kept = ways.keep_rows && totals.same_plan(rows_from);
  for (ways.cells = true;; ways.cells = false) {
    const auto compiled = compile_apart(planned, {find.parts, rows_from.parts, totals.parts}, rows, ways);
    if (!compiled) return std::unexpected(compiled.error());
    AnswerReader reader(planned, *compiled);
    if (auto done = read(*compiled, run, reader); !done) return std::unexpected(done.error());
    if (!reader.proven()) continue;
    auto out = answer_of(query, reader);
    if (!out) return std::unexpected(out.error());
    std::vector<PlanPart> used = totals.plan.parts;
    const auto add_parts = [&used](const Sources& more) { used.insert(used.end(), more.plan.parts.begin(), more.plan.parts.end()); };
    if (rows == nullptr && !ways.keep_rows) add_parts(find);
    if (rows != nullptr || ways.keep_rows || query.resolution_ms) add_parts(rows_from);
    out->answer.source = source_name(Plan{.parts = std::move(used), .why = {}});
    return std::optional(*std::move(out));
  }
}

Result<Asked> ask(const query::Query& query, Relations& relations, const RunSql& run,
                  const std::vector<KeyLiterals>* rows) {
  const Sources sources(query, relations);
  if (is_better_apart(query, rows != nullptr)) {
    auto apart = ask_apart(query, sources, relations, run, rows);
    if (!apart) return std::unexpected(apart.error());
    if (*apart) return **std::move(apart);
  }
  query::Query planned = query;
  planned.from_ms = sources.plan.from_ms;
  planned.to_ms = sources.plan.to_ms;
  const auto compiled = compile_query(planned, sources.parts, rows);
  if (!compiled) return std::unexpected(compiled.error());
  AnswerReader reader(planned, *compiled);
  if (auto done = read(*compiled, run, reader); !done) return std::unexpected(done.error());
  auto out = answer_of(query, reader);
  if (out) out->answer.source = source_name(sources.plan);
  return out;
}

/// The question without what is asked about its rows once more.
query::Query alone(query::Query query) {
  query.both_directions = false;
  query.compare_ms.reset();
  query.distinct.clear();
  query.rank = query::Rank::total;
  if (query.metric == query::Metric::distinct) query.metric = query::Metric::bytes;
  return query;
}

query::Traffic traffic_of(const query::Row& row, std::size_t buckets) {
  query::Traffic out{row.sums, row.series};
  // Where only a rollup still has an earlier time, it may have begun with another bucket.
  out.series.resize(buckets);
  return out;
}

/// Asks `query` about the rows of `first` and puts what it says beside them.
Result<void> ask_again(const query::Query& query, Relations& relations, const RunSql& run, Asked& first,
                       std::optional<query::Traffic> query::Row::* place) {
  const auto again = ask(query, relations, run, query.by.empty() ? nullptr : &first.keys);
  if (!again) return std::unexpected(again.error());
  const std::size_t buckets = first.answer.buckets.size();
  const auto put = [&](query::Row& row, const query::Row& other) { row.*place = traffic_of(other, buckets); };
  for (std::size_t i = 0; i < first.answer.rows.size(); ++i) {
    put(first.answer.rows[i], i < again->answer.rows.size() ? again->answer.rows[i] : query::Row{});
  }
  if (!first.answer.other && again->answer.other) {
    first.answer.other = query::Row{std::vector<query::Cell>(query.by.size()), {}, std::vector<query::Sums>(buckets)};
    first.answer.other->distinct.resize(first.answer.total.distinct.size());
  }
  if (first.answer.other) put(*first.answer.other, again->answer.other.value_or(query::Row{}));
  put(first.answer.total, again->answer.total);
  first.answer.rows_read = add_saturated(first.answer.rows_read, again->answer.rows_read);
  return {};
}

}  // namespace

Result<query::Answer> answer_query(const query::Query& query, Relations& relations, const RunSql& run) {
  if (const auto fine = query::validate(query); !fine) return std::unexpected(fine.error());
  auto first = ask(query, relations, run, nullptr);
  if (!first) return std::unexpected(first.error());
  if (query.both_directions) {
    const auto other_way = query::mirrored(alone(query));
    if (!other_way) return std::unexpected(other_way.error());
    if (auto done = ask_again(*other_way, relations, run, *first, &query::Row::reverse); !done)
      return std::unexpected(done.error());
  }
  if (query.compare_ms) {
    query::Query earlier = alone(query);
    earlier.from_ms -= *query.compare_ms;
    earlier.to_ms -= *query.compare_ms;
    if (auto done = ask_again(earlier, relations, run, *first, &query::Row::previous); !done)
      return std::unexpected(done.error());
  }
  query::complete_answer(query, first->answer);
  return std::move(first->answer);
}

}  // namespace weir::store
