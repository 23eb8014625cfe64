#include "store/duckdb/search_reader.h"

#include <algorithm>
#include <optional>
#include <span>

#include "query/columns_of.h"
#include "query/validate_tally.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/compile_column.h"
#include "store/duckdb/compile_literal.h"
#include "store/duckdb/result_vector.h"
#include "store/duckdb/search_cursor.h"
#include "store/duckdb/search_order.h"

// A page takes two statements for each stretch of time: one over the sort columns alone finds the place of the page's last
// record, and one fetches what lies before that place, with all columns. So the wide columns are read of the page's records
// and of those that share the last place with them, and of no others.
//
// Records of one place are told apart by a hash of all they hold: it stays the same when an hour moves to the cold tier.
// Those that are the same to the last bit are counted.

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;

std::unexpected<Error> wrong() {
  return fail(ErrorCode::internal, "a statement's result has other columns than it was compiled to");
}

/// A hash of all stored columns.
std::string content_sql() {
  std::string out;
  for (const flow::ColumnInfo& info : flow::kColumns) {
    if (!flow::is_stored(info.column)) continue;
    const std::string between = out.empty() ? "hash(" : ", ";
    if (info.type == ColumnType::ip) {
      out += between + sql_name(info.column, "_hi") + ", " + sql_name(info.column, "_lo");
    } else {
      out += between + sql_name(info.column);
    }
  }
  return out + ")";
}

/// The words of a column's cell.
std::vector<std::string> cell_sql(Column column) {
  const ColumnType type = flow::info(column).type;
  std::vector<std::string> out = key_sql(column);
  if (type == ColumnType::string || type == ColumnType::real) return out;
  for (std::string& word : out) word = "(" + word + ")::UBIGINT";
  return out;
}

class Page {
 public:
  Page(const query::Search& search, Relations& relations, const RunSql& run)
      : search_(search), relations_(relations), run_(run), order_(order_words(search)) {}

  Result<query::SearchAnswer> read() {
    if (auto ready = prepare(); !ready) return std::unexpected(ready.error());
    const TimeOrder order = time_order(search_);
    std::vector<Relations::Stretch> stretches;
    if (from_ms_ < to_ms_) stretches = {{from_ms_, to_ms_}};
    if (order.first && !stretches.empty()) stretches = relations_.stretches(from_ms_, to_ms_);
    if (order.descending) std::ranges::reverse(stretches);
    for (const Relations::Stretch& stretch : stretches) {
      if (answer_.rows.size() >= search_.most) break;
      if (auto done = read_stretch(stretch); !done) return std::unexpected(done.error());
    }
    if (answer_.rows.size() >= search_.most && !answer_.rows.empty()) answer_.next = next();
    return std::move(answer_);
  }

 private:
  Result<void> prepare() {
    answer_.columns = search_.columns;
    if (answer_.columns.empty()) {
      for (const flow::ColumnInfo& info : flow::kColumns) answer_.columns.push_back(info.column);
    }
    from_ms_ = search_.from_ms;
    if (search_.after.empty()) {
      until_ms_ = std::min(search_.to_ms, relations_.coverages()[static_cast<std::size_t>(Source::flows)].to_ms);
    } else {
      auto cursor = parse_cursor(search_.after, search_);
      if (!cursor) return std::unexpected(cursor.error());
      until_ms_ = cursor->until_ms;
      cursor_ = *std::move(cursor);
    }
    to_ms_ = std::min(search_.to_ms, until_ms_);
    if (search_.filter) {
      auto filter = compile_filter(*search_.filter);
      if (!filter) return std::unexpected(filter.error());
      filter_ = *std::move(filter);
    }
    return narrow();
  }

  /// In the order of time, a page begins where the last one ended.
  Result<void> narrow() {
    if (!cursor_) return {};
    auto behind = behind_place(order_, cursor_->place);
    if (!behind) return std::unexpected(behind.error());
    behind_ = *std::move(behind);
    const TimeOrder order = time_order(search_);
    const auto* time = std::get_if<std::uint64_t>(&cursor_->place.front());
    if (!order.first || time == nullptr) return {};
    const auto at = static_cast<UnixMillis>(std::min<std::uint64_t>(*time, 253'402'300'800'000));
    if (order.descending) to_ms_ = std::min(to_ms_, at + 1);
    if (!order.descending) from_ms_ = std::max(from_ms_, at);
    return {};
  }

  /// The records of a stretch with the order's words o0.., and with `more`.
  [[nodiscard]] std::string records(const Relations::Stretch& stretch, const Relation& relation,
                                    const std::string& more) const {
    std::string out = "(SELECT ";
    for (std::size_t i = 0; i < order_.size(); ++i) out += (i == 0 ? "" : ", ") + order_[i].sql + " AS o" + std::to_string(i);
    return out + more + " FROM " + relation.sql + " WHERE (" + filter_ + ") AND \"time\" >= " + sql_time(stretch.from_ms) +
           " AND \"time\" < " + sql_time(stretch.to_ms) + ")";
  }

  [[nodiscard]] std::vector<Column> columns_looked_at() const {
    std::vector<Column> out = {Column::time};
    const auto add = [&](Column column) {
      for (const Column stored : stored_columns(column)) out.push_back(stored);
    };
    for (const query::Search::Order& order : search_.order) add(order.column);
    if (search_.filter) {
      for (const Column column : query::columns_of(*search_.filter)) add(column);
    }
    return out;
  }

  /// The place of the `need`-th record behind the cursor; nothing when there are fewer.
  Result<std::optional<Place>> last_place(const Relations::Stretch& stretch, std::size_t need) {
    const Relation relation = relations_.accounted(stretch.from_ms, stretch.to_ms, columns_looked_at());
    std::string sql = "SELECT * FROM " + records(stretch, relation, "");
    if (behind_) sql += " WHERE " + behind_->rough + " AND " + behind_->behind;
    sql += " ORDER BY " + order_list(order_) + " LIMIT 1 OFFSET " + std::to_string(need - 1);
    std::optional<Place> out;
    const auto take = [&](duckdb_data_chunk chunk) -> Result<void> {
      if (duckdb_data_chunk_get_size(chunk) == 0) return {};
      out.emplace();
      const auto vectors = vectors_of(chunk);
      if (vectors.size() != order_.size()) return wrong();
      for (const ResultVector& vector : vectors) out->push_back(read_word(vector, 0));
      return {};
    };
    if (auto done = run_(sql, take); !done) return std::unexpected(done.error());
    return out;
  }

  Result<void> read_stretch(const Relations::Stretch& stretch) {
    const std::size_t need = search_.most - answer_.rows.size();
    const auto last = last_place(stretch, need);
    if (!last) return std::unexpected(last.error());
    std::string words;
    for (const Column column : answer_.columns) {
      for (const std::string& word : cell_sql(column)) words += ", " + word + " AS c" + std::to_string(words.size());
    }
    const Relation relation = relations_.accounted(stretch.from_ms, stretch.to_ms, {});
    std::string sql = "SELECT * FROM " + records(stretch, relation, ", " + content_sql() + " AS x" + words) + " WHERE true";
    if (behind_) {
      sql += " AND " + behind_->rough + " AND (" + behind_->behind + " OR (" + behind_->at +
             " AND x >= " + sql_number(cursor_->hash) + "::UBIGINT))";
    }
    if (*last) {
      const auto before = before_place(order_, **last);
      if (!before) return std::unexpected(before.error());
      sql += " AND " + before->rough + " AND (" + before->behind + " OR " + before->at + ")";
    }
    sql += " ORDER BY " + order_list(order_) + ", x LIMIT " + std::to_string(need);
    if (cursor_ && !skipped_) sql += " OFFSET " + std::to_string(cursor_->given);
    skipped_ = true;  // what was given lies in the first stretch, which begins at the cursor
    return run_(sql, [this](duckdb_data_chunk chunk) { return take(chunk); });
  }

  Result<void> take(duckdb_data_chunk chunk) {
    const auto all = vectors_of(chunk);
    const std::span vectors(all);
    std::size_t width = order_.size() + 1;
    for (const Column column : answer_.columns) width += key_width(column);
    if (vectors.size() != width || vectors[order_.size()].type() != DUCKDB_TYPE_UBIGINT) return wrong();
    const idx_t size = duckdb_data_chunk_get_size(chunk);
    for (idx_t row = 0; row < size; ++row) {
      auto& into = answer_.rows.emplace_back();
      std::size_t at = order_.size() + 1;
      for (const Column column : answer_.columns) {
        into.push_back(read_cell(column, vectors.subspan(at, key_width(column)), row));
        at += key_width(column);
      }
      Place place;
      for (std::size_t i = 0; i < order_.size(); ++i) place.push_back(read_word(vectors[i], row));
      note(std::move(place), vectors[order_.size()].number(row));
    }
    return {};
  }

  /// Counts the records of the same place and hash up to the page's end.
  void note(Place place, std::uint64_t hash) {
    if (!at_ && cursor_) at_ = cursor_;
    if (at_ && at_->hash == hash && at_->place == place) {
      ++at_->given;
    } else {
      at_ = Cursor{until_ms_, std::move(place), hash, 1};
    }
  }

  [[nodiscard]] std::string next() const { return at_ ? to_text(*at_, search_) : ""; }

  const query::Search& search_;
  Relations& relations_;
  const RunSql& run_;
  const std::vector<OrderWord> order_;
  query::SearchAnswer answer_;
  std::string filter_ = "true";
  UnixMillis from_ms_ = 0;
  UnixMillis to_ms_ = 0;
  UnixMillis until_ms_ = 0;
  std::optional<Cursor> cursor_;    // where the last page ended
  std::optional<PlaceSql> behind_;  // of the cursor
  bool skipped_ = false;
  std::optional<Cursor> at_;        // where this page is
};

}  // namespace

Result<query::SearchAnswer> answer_search(const query::Search& search, Relations& relations, const RunSql& run) {
  if (const auto fine = query::validate(search); !fine) return std::unexpected(fine.error());
  return Page(search, relations, run).read();
}

}  // namespace weir::store
