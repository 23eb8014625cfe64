#include "store/duckdb/sql_answer.h"

#include <algorithm>
#include <array>

#include "store/duckdb/compile_literal.h"
#include "store/duckdb/result_vector.h"
#include "store/duckdb/sql_check.h"
#include "store/duckdb/sql_tables.h"

namespace weir::store {
namespace {

constexpr std::size_t kMostSqlColumns = 500;

/// What DuckDB says of a statement that is wrong in itself; all else is trouble of ours.
Error blame(Error error) {
  constexpr auto kTheirs = std::to_array<std::string_view>(
      {"Binder Error", "Catalog Error", "Conversion Error", "Out of Range Error", "Invalid Input Error", "Parser Error",
       "Not implemented Error", "Mismatch Type Error", "Syntax Error", "Invalid Error", "Constraint Error",
       "Type Error", "Decimal Error", "Divide by Zero Error", "Parameter Not Resolved Error"});
  const bool theirs = std::ranges::any_of(kTheirs, [&](std::string_view start) { return error.message.starts_with(start); });
  if (theirs) error.code = ErrorCode::invalid;
  return error;
}

Result<void> run_theirs(const RunSql& run, const std::string& sql, const TakeChunk& take) {
  if (auto done = run(sql, take); !done) return std::unexpected(blame(done.error()));
  return {};
}

/// The one text that a statement gives.
Result<std::string> one_text(const RunSql& run, const std::string& sql) {
  std::string out;
  const auto take = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto vectors = vectors_of(chunk);
    if (duckdb_data_chunk_get_size(chunk) == 1 && vectors.size() == 1 && vectors[0].type() == DUCKDB_TYPE_VARCHAR &&
        vectors[0].known(0)) {
      out = vectors[0].text(0);
    }
    return {};
  };
  if (auto done = run_theirs(run, sql, take); !done) return std::unexpected(done.error());
  if (out.empty()) return fail(ErrorCode::internal, "DuckDB said nothing of a statement");
  return out;
}

/// JSON writes numbers of these types as they are.
bool is_number(std::string_view type) {
  for (const std::string_view name : {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
                                      "UINTEGER", "UBIGINT", "UHUGEINT"}) {
    if (type == name) return true;
  }
  return type.starts_with("DECIMAL");
}

class Answering {
 public:
  Answering(const query::SqlQuestion& question, Snapshot& snapshot, const RunSql& run)
      : question_(question), snapshot_(snapshot), run_(run) {}

  Result<query::SqlAnswer> answer() {
    if (auto fine = parse(); !fine) return std::unexpected(fine.error());
    if (auto fine = describe(); !fine) return std::unexpected(fine.error());
    if (auto fine = read(); !fine) return std::unexpected(fine.error());
    return std::move(out_);
  }

 private:
  Result<void> parse() {
    if (question_.text.size() > query::kMostSqlOctets)
      return fail(ErrorCode::invalid,
                  "the statement is longer than " + std::to_string(query::kMostSqlOctets / 1024) + " KiB");
    if (question_.text.find('\0') != std::string::npos)
      return fail(ErrorCode::invalid, "the statement holds a zero octet");
    const auto text = sql_text(question_.text);
    if (!text) return std::unexpected(text.error());
    const auto tree = one_text(run_, "SELECT json_serialize_sql(" + *text + ")::VARCHAR");
    if (!tree) return std::unexpected(tree.error());
    if (auto fine = check_sql_tree(*tree, question_.text, sql_tables()); !fine) return fine;
    const auto literal = sql_text(*tree);
    if (!literal) return std::unexpected(literal.error());
    const auto again = one_text(run_, "SELECT json_deserialize_sql(" + *literal + "::JSON)");
    if (!again) return std::unexpected(again.error());
    std::string with;
    for (const std::string_view table : sql_tables()) {
      if (mentions_table(*tree, table)) {
        with += (with.empty() ? "WITH " : ", ") + std::string(table) + " AS NOT MATERIALIZED (" +
                sql_table(table, snapshot_) + ")";
      }
    }
    statement_ = "(" + with + " SELECT * FROM (" + *again + "\n) AS theirs)";
    return {};
  }

  Result<void> describe() {
    const auto take = [&](duckdb_data_chunk chunk) -> Result<void> {
      const auto vectors = vectors_of(chunk);
      for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
        query::SqlColumn column{vectors.at(0).text(row), vectors.at(1).text(row), false};
        column.number = is_number(column.type);
        out_.columns.push_back(std::move(column));
      }
      return {};
    };
    if (auto done = run_theirs(run_, "DESCRIBE SELECT * FROM " + statement_, take); !done) return done;
    if (out_.columns.size() > kMostSqlColumns) return fail(ErrorCode::invalid, "the answer has more than 500 columns");
    return {};
  }

  Result<void> read() {
    std::string columns;
    for (std::size_t i = 1; i <= out_.columns.size(); ++i)
      columns += (i == 1 ? "#" : ", #") + std::to_string(i) + "::VARCHAR";
    const std::size_t most = std::min(question_.most, query::kMostSqlRows);
    const auto take = [&](duckdb_data_chunk chunk) { return take_rows(chunk, most); };
    return run_theirs(run_, "SELECT " + columns + " FROM " + statement_ + " LIMIT " + std::to_string(most + 1), take);
  }

  Result<void> take_rows(duckdb_data_chunk chunk, std::size_t most) {
    const auto vectors = vectors_of(chunk);
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
      if (out_.rows.size() == most) {
        out_.left_out = true;
        return {};
      }
      auto& into = out_.rows.emplace_back();
      for (const ResultVector& vector : vectors) {
        into.push_back(vector.known(row) ? std::optional(vector.text(row)) : std::nullopt);
        octets_ += into.back() ? into.back()->size() + sizeof(into.back()) : sizeof(into.back());
      }
      if (octets_ > query::kMostSqlAnswerOctets)
        return fail(ErrorCode::invalid, "the answer is larger than " +
                                            std::to_string(query::kMostSqlAnswerOctets >> 20U) +
                                            " MiB; ask for fewer rows or columns");
    }
    return {};
  }

  const query::SqlQuestion& question_;
  Snapshot& snapshot_;
  const RunSql& run_;
  query::SqlAnswer out_;
  std::string statement_;
  std::size_t octets_ = 0;
};

}  // namespace

Result<query::SqlAnswer> answer_sql(const query::SqlQuestion& question, Snapshot& snapshot, const RunSql& run) {
  return Answering(question, snapshot, run).answer();
}

Result<std::vector<flow::InterfaceCounters>> read_last_counters(UnixMillis since, Snapshot& snapshot, const RunSql& run) {
  constexpr std::array kFields = {"\"time\"",     "exporter_hi", "exporter_lo", "if_index",    "speed_bps",
                                  "admin_up",     "oper_up",     "in_octets",   "in_packets",  "in_discards",
                                  "in_errors",    "out_octets",  "out_packets", "out_discards", "out_errors"};
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < kFields.size(); ++i)
    sql += (i == 0 ? "coalesce(" : ", coalesce(") + std::string(kFields[i]) + "::UBIGINT, 0)";
  sql += " FROM (" + snapshot.whole(Kind::counters) + ") WHERE \"time\" >= " + sql_time(std::max<UnixMillis>(0, since)) +
         " QUALIFY row_number() OVER (PARTITION BY exporter_hi, exporter_lo, if_index ORDER BY \"time\" DESC) <= 2"
         " ORDER BY exporter_hi, exporter_lo, if_index, \"time\" DESC";
  std::vector<flow::InterfaceCounters> out;
  const auto take = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto vectors = vectors_of(chunk);
    if (vectors.size() != kFields.size()) return fail(ErrorCode::internal, "readings have other columns than asked for");
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
      const auto at = [&](std::size_t field) { return vectors[field].number(row); };
      out.push_back({.time_ms = static_cast<UnixMillis>(at(0)),
                     .exporter = {at(1), at(2)},
                     .if_index = static_cast<std::uint32_t>(at(3)),
                     .speed_bps = at(4),
                     .admin_up = at(5) != 0,
                     .oper_up = at(6) != 0,
                     .in_octets = at(7),
                     .in_packets = at(8),
                     .in_discards = at(9),
                     .in_errors = at(10),
                     .out_octets = at(11),
                     .out_packets = at(12),
                     .out_discards = at(13),
                     .out_errors = at(14)});
    }
    return {};
  };
  if (auto done = run(sql, take); !done) return std::unexpected(done.error());
  return out;
}

}  // namespace weir::store
