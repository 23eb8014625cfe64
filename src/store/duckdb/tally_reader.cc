#include "store/duckdb/tally_reader.h"

#include <span>
#include <variant>

#include "store/duckdb/compile_literal.h"
#include "store/duckdb/compile_tally.h"
#include "store/duckdb/result_vector.h"

namespace weir::store {
namespace {

using Vectors = std::span<const ResultVector>;

std::unexpected<Error> wrong() {
  return fail(ErrorCode::internal, "a statement's result has other columns than it was compiled to");
}

std::size_t columns_of(const query::Tally& tally) {
  std::size_t out = kTallyKeys;
  for (const query::Bucketing& by : tally.by) out += key_width(by);
  for (const query::Measure& measure : tally.measures) out += value_count(measure);
  return out;
}

bool is_key_type(duckdb_type type) {
  return type == DUCKDB_TYPE_UBIGINT || type == DUCKDB_TYPE_BIGINT || type == DUCKDB_TYPE_DOUBLE ||
         type == DUCKDB_TYPE_VARCHAR;
}

Result<void> check_types(const query::Tally& tally, Vectors vectors) {
  if (vectors.size() != columns_of(tally)) return wrong();
  for (const std::size_t at : {kTallyGroups, kTallyGrouped, kTallyRecords, kTallyCount}) {
    if (vectors[at].type() != DUCKDB_TYPE_UBIGINT) return wrong();
  }
  if (vectors[kTallyRank].type() != DUCKDB_TYPE_BIGINT) return wrong();
  std::size_t at = kTallyKeys;
  for (const query::Bucketing& by : tally.by) {
    for (std::size_t i = key_width(by); i > 0; --i) {
      if (!is_key_type(vectors[at++].type())) return wrong();
    }
  }
  for (; at < vectors.size(); ++at) {
    if (vectors[at].type() != DUCKDB_TYPE_DOUBLE) return wrong();
  }
  return {};
}

query::Cell key_cell(const query::Bucketing& by, Vectors words, idx_t row) {
  if (const auto* column = std::get_if<query::ByColumn>(&by)) return read_cell(column->column, words, row);
  return read_word(words[0], row);
}

}  // namespace

Result<void> TallyReader::take(duckdb_data_chunk chunk) {
  const std::vector<ResultVector> all = vectors_of(chunk);
  const Vectors vectors(all);
  if (const auto fine = check_types(tally_, vectors); !fine) return fine;
  const idx_t size = duckdb_data_chunk_get_size(chunk);
  for (idx_t row = 0; row < size; ++row) {
    groups_ = vectors[kTallyGroups].number(row);
    grouped_ = vectors[kTallyGrouped].number(row);
    answer_.records = vectors[kTallyRecords].number(row);
    if (!vectors[kTallyRank].known(row)) continue;
    const auto rank = static_cast<std::size_t>(vectors[kTallyRank].signed_number(row));
    if (rank < 1 || rank > tally_.top) return wrong();
    if (rank > answer_.rows.size()) answer_.rows.resize(rank);
    query::TallyRow& into = answer_.rows[rank - 1];
    given_ += vectors[kTallyCount].number(row);
    std::size_t at = kTallyKeys;
    for (const query::Bucketing& by : tally_.by) {
      into.key.push_back(key_cell(by, vectors.subspan(at, key_width(by)), row));
      at += key_width(by);
    }
    for (const query::Measure& measure : tally_.measures) {
      auto& values = into.values.emplace_back();
      for (std::size_t i = value_count(measure); i > 0; --i, ++at) {
        values.push_back(vectors[at].known(row) ? std::optional(vectors[at].real(row)) : std::nullopt);
      }
    }
  }
  return {};
}

query::TallyAnswer TallyReader::finish() {
  answer_.left_out = groups_ - answer_.rows.size();
  answer_.left_out_records = grouped_ - given_;
  return std::move(answer_);
}

Result<query::TallyAnswer> answer_tally(const query::Tally& tally, Relations& relations, const RunSql& run) {
  const Relation relation = relations.accounted(tally.from_ms, tally.to_ms, columns_read(tally));
  const auto sql = compile_tally(tally, relation.sql);
  if (!sql) return std::unexpected(sql.error());
  for (const std::string& zone : zones_named(tally)) {
    bool known = false;
    const auto literal = sql_text(zone);
    if (!literal) return std::unexpected(literal.error());
    const auto look = run("SELECT name FROM pg_timezone_names() WHERE name = " + *literal, [&](duckdb_data_chunk chunk) {
      known = known || duckdb_data_chunk_get_size(chunk) > 0;
      return Result<void>();
    });
    if (!look) return std::unexpected(look.error());
    if (!known) return fail(ErrorCode::invalid, "there is no time zone '" + zone + "'");
  }
  TallyReader reader(tally);
  const auto done = run(*sql, [&reader](duckdb_data_chunk chunk) { return reader.take(chunk); });
  if (!done) return std::unexpected(done.error());
  return reader.finish();
}

}  // namespace weir::store
