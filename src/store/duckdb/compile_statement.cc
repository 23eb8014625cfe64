#include "store/duckdb/compile_statement.h"

#include <bit>

#include "query/validate.h"

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;

// Groups that may be made of few keys, as a power of two.
constexpr unsigned kFewGroupsBits = 18;

/// How many different values a column may have, roughly, as a power of two.
unsigned value_bits(Column column) {
  switch (flow::info(column).type) {
    case ColumnType::ip:
    case ColumnType::mac:
    case ColumnType::time_ms:
      return column == Column::exporter ? 6 : 24;
    case ColumnType::prefix:
      return 18;
    case ColumnType::u8:
      return 6;
    case ColumnType::u16:
      return 16;
    case ColumnType::string:
      return column == Column::as_path || column == Column::communities ? 17 : 7;
    case ColumnType::u64:
      return 24;
    default:
      return column == Column::in_if || column == Column::out_if ? 8 : 14;
  }
}

}  // namespace

Statement::Statement(const query::Query& query_, std::span<const QueryPart> from, std::string prefix_)
    : query(query_), keys(key_names(query_)), prefix(std::move(prefix_)) {
  for (const QueryPart& part : from) parts.emplace_back(query, keys, part);
}

std::string Statement::bases(const std::string& filter, bool keep) const {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i)
    out += (i == 0 ? "" : ", ") + base(i) + (keep ? " AS MATERIALIZED (" : " AS NOT MATERIALIZED (") + parts[i].base(filter) + ")";
  return out;
}

std::string total_sql(const query::Query& query) {
  switch (query.metric) {
    case query::Metric::bytes:
      return "sum(b)";
    case query::Metric::packets:
      return "sum(p)";
    case query::Metric::flows:
      return "sum(f)";
    case query::Metric::layer2_bytes:
      return "sum(b) + " + std::to_string(query.layer2_overhead.value_or(0)) + " * sum(p)";
    case query::Metric::packet_size:
      return "CASE WHEN sum(p) > 0 THEN sum(b)::DOUBLE / sum(p)::DOUBLE ELSE 0 END";
    case query::Metric::distinct:
      break;
  }
  return "count(DISTINCT h0)";
}

std::string order_sql(const KeyNames& keys) {
  std::string out = "m DESC";
  for (const std::string& key : keys.names) out += ", " + key + " NULLS LAST";
  return out;
}

std::string given_sql(const KeyNames& keys, const std::vector<KeyLiterals>& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out += (i == 0 ? "(" : ", (") + std::to_string(i + 1) + "::BIGINT";
    for (const std::string& literal : rows[i]) out += ", " + literal;
    out += ")";
  }
  if (!out.empty()) return "SELECT * FROM (VALUES " + out + ") AS given(rank, " + keys.list + ")";
  out = "SELECT NULL::BIGINT AS rank";
  for (std::size_t i = 0; i < keys.names.size(); ++i)
    out += std::string(", NULL::") + (keys.is_text[i] ? "VARCHAR" : "UBIGINT") + " AS " + keys.names[i];
  return out + " WHERE false";
}

std::string same_key_sql(const KeyNames& keys) {
  std::string out;
  for (const std::string& key : keys.names)
    out += (out.empty() ? "x." : " AND x.") + key + " IS NOT DISTINCT FROM top." + key;
  return out;
}

std::string counter_sql(const std::string& sum) {
  return "least(coalesce(" + sum + ", 0), " + std::string(kMostUbigint) + ")::UBIGINT";
}

std::string result_keys_sql(const KeyNames& keys) {
  std::string out;
  for (std::size_t i = 0; i < keys.names.size(); ++i)
    out += ", top." + keys.names[i] + (keys.is_text[i] ? "" : "::UBIGINT");
  return out;
}

bool groups_may_be_many(const query::Query& query) {
  if (query.metric == query::Metric::distinct) return true;  // groups do not hold what is counted
  auto bits = static_cast<unsigned>(std::bit_width(query::bucket_count(query)));
  for (const Column column : query.by) bits += value_bits(column);
  return bits > kFewGroupsBits;
}

Result<void> check_parts(const query::Query& query, std::span<const QueryPart> parts) {
  UnixMillis at = query.from_ms;
  bool fine = !parts.empty();
  for (const QueryPart& part : parts) {
    fine = fine && part.from_ms == at && part.to_ms > part.from_ms;
    at = part.to_ms;
  }
  if (fine && at == query.to_ms) return {};
  return fail(ErrorCode::internal, "the parts of a question do not make up its range");
}

Result<std::string> filter_sql(const query::Query& query) {
  if (!query.filter) return "true";
  return compile_filter(*query.filter);
}

std::vector<UnixMillis> buckets_of(const query::Query& query) {
  std::vector<UnixMillis> out;
  const std::size_t count = query::bucket_count(query);
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(query.from_ms + static_cast<UnixMillis>(i) * *query.resolution_ms);
  return out;
}

}  // namespace weir::store
