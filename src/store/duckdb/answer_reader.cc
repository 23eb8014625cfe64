#include "store/duckdb/answer_reader.h"

#include <limits>
#include <span>

#include "flow/value_text.h"
#include "query/validate.h"
#include "store/duckdb/plan.h"

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;

/// One column of a chunk. DuckDB hands out untyped memory: the casts are here, behind a check of the type.
class Vector {
 public:
  explicit Vector(duckdb_vector vector)
      : data_(duckdb_vector_get_data(vector)), validity_(duckdb_vector_get_validity(vector)) {
    duckdb_logical_type type = duckdb_vector_get_column_type(vector);
    type_ = duckdb_get_type_id(type);
    duckdb_destroy_logical_type(&type);
  }
  [[nodiscard]] duckdb_type type() const { return type_; }
  [[nodiscard]] bool known(idx_t row) const {
    return validity_ == nullptr || duckdb_validity_row_is_valid(validity_, row);
  }
  [[nodiscard]] std::uint64_t number(idx_t row) const { return static_cast<const std::uint64_t*>(data_)[row]; }
  [[nodiscard]] std::int64_t signed_number(idx_t row) const { return static_cast<const std::int64_t*>(data_)[row]; }
  [[nodiscard]] std::string text(idx_t row) const {
    duckdb_string_t string = static_cast<const duckdb_string_t*>(data_)[row];
    return {duckdb_string_t_data(&string), duckdb_string_t_length(string)};
  }

 private:
  const void* data_;
  std::uint64_t* validity_;
  duckdb_type type_ = DUCKDB_TYPE_INVALID;
};

duckdb_type expected_type(Column column) {
  return flow::info(column).type == ColumnType::string ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_UBIGINT;
}

Result<void> check_types(const query::Query& query, std::span<const Vector> vectors) {
  const auto wrong = fail(ErrorCode::internal, "a statement's result has other columns than it was compiled to");
  std::size_t at = kFirstKey;
  for (const Column column : query.by) at += key_width(column);
  if (vectors.size() != at) return wrong;
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

query::Cell read_cell(Column column, std::span<const Vector> vectors, idx_t row) {
  if (!vectors[0].known(row)) return std::monostate{};
  switch (flow::info(column).type) {
    case ColumnType::string:
      return vectors[0].text(row);
    case ColumnType::ip:
      return to_string(IpAddress{vectors[0].number(row), vectors[1].number(row)});
    case ColumnType::prefix:
      return to_string(
          Prefix{{vectors[0].number(row), vectors[1].number(row)}, static_cast<std::uint8_t>(vectors[2].number(row))});
    case ColumnType::mac:
      return flow::mac_text(vectors[0].number(row));
    default:
      return vectors[0].number(row);
  }
}

std::vector<query::Cell> read_key(const query::Query& query, std::span<const Vector> vectors, idx_t row) {
  std::vector<query::Cell> key;
  std::size_t at = kFirstKey;
  for (const Column column : query.by) {
    key.push_back(read_cell(column, vectors.subspan(at, key_width(column)), row));
    at += key_width(column);
  }
  return key;
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
    : query_(query), compiled_(compiled) {
  answer_.buckets = compiled.buckets;
  answer_.from_ms = query.from_ms;
  answer_.to_ms = query.to_ms;
  answer_.total.series.resize(compiled.buckets.size());
  other_.series.resize(compiled.buckets.size());
}

void AnswerReader::take_row(query::Row& into, std::int64_t bucket, const query::Sums& sums) {
  for (query::Row* row : {&into, &answer_.total}) {
    add(row->sums, sums);
    row->series.resize(compiled_.buckets.size());
    if (bucket >= 0 && static_cast<std::size_t>(bucket) < row->series.size())
      add(row->series[static_cast<std::size_t>(bucket)], sums);
  }
}

Result<void> AnswerReader::take(duckdb_data_chunk chunk) {
  std::vector<Vector> vectors;
  const idx_t columns = duckdb_data_chunk_get_column_count(chunk);
  for (idx_t i = 0; i < columns; ++i) vectors.emplace_back(duckdb_data_chunk_get_vector(chunk, i));
  if (const auto fine = check_types(query_, vectors); !fine) return fine;
  const idx_t size = duckdb_data_chunk_get_size(chunk);
  for (idx_t row = 0; row < size; ++row) {
    const query::Sums sums{vectors[kBytes].number(row), vectors[kPackets].number(row), vectors[kFlows].number(row)};
    answer_.rows_read = add_saturated(answer_.rows_read, vectors[kMatched].number(row));
    query::Row* into = &other_;
    if (vectors[kRank].known(row)) {
      const std::int64_t rank = vectors[kRank].signed_number(row);
      if (rank < 1 || rank > query_.top)
        return fail(ErrorCode::internal, "a statement's result has a rank beyond what was asked");
      const auto index = static_cast<std::size_t>(rank - 1);
      if (index >= answer_.rows.size()) answer_.rows.resize(index + 1);
      into = &answer_.rows[index];
      if (into->key.empty()) into->key = read_key(query_, vectors, row);
    } else {
      other_seen_ = true;
    }
    take_row(*into, vectors[kBucket].signed_number(row), sums);
  }
  return {};
}

query::Answer AnswerReader::finish() {
  // Without keys there is one row: the totals.
  if (query_.by.empty()) {
    answer_.rows = {answer_.total};
  } else if (other_seen_) {
    answer_.other = std::move(other_);
    answer_.other->key.resize(query_.by.size());
  }
  answer_.total.key.resize(query_.by.size());
  return std::move(answer_);
}

Result<query::Answer> answer_query(const query::Query& query, Relations& relations, const RunSql& run) {
  if (const auto fine = query::validate(query); !fine) return std::unexpected(fine.error());
  const Plan plan = plan_query(query, relations.coverages());
  query::Query planned = query;
  planned.from_ms = plan.from_ms;
  planned.to_ms = plan.to_ms;
  std::vector<QueryPart> parts;
  std::vector<Relation> kept;  // their leases, until the statement is through
  for (const PlanPart& part : plan.parts) {
    kept.push_back(relations.relation(part.source, part.from_ms, part.to_ms, part.columns));
    parts.push_back({part.source, part.from_ms, part.to_ms, kept.back().sql});
  }
  const auto compiled = compile_query(planned, parts);
  if (!compiled) return std::unexpected(compiled.error());
  AnswerReader reader(planned, *compiled);
  const auto done = run(compiled->sql, [&reader](duckdb_data_chunk chunk) { return reader.take(chunk); });
  if (!done) return std::unexpected(done.error());
  query::Answer answer = reader.finish();
  answer.source = source_name(plan);
  return answer;
}

}  // namespace weir::store
