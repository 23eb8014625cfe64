// One part of a question's range as SQL: the rows that matter and their sums. compile_query.cc puts parts together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/query.h"
#include "store/duckdb/compile.h"

namespace weir::store {

/// What all parts of one question share.
struct KeyNames {
  std::vector<std::string> expressions;  ///< over a relation
  std::vector<std::string> names;        ///< k0, k1, ...
  std::vector<bool> is_text;
  std::string list;  ///< "k0, k1"
};
[[nodiscard]] KeyNames key_names(const query::Query& query);

/// Writes the SQL of one part. The query and the keys outlive it.
class PartSql {
 public:
  PartSql(const query::Query& query, const KeyNames& keys, const QueryPart& part);

  [[nodiscard]] bool of_flows() const { return !rollup_; }
  /// The rows that matter: keys, time t, for flows how long they lasted d, what they add in all: b, p, f, and what is
  /// counted by its different values: h0, h1.. (NULL where unknown).
  [[nodiscard]] std::string base(const std::string& filter) const;
  /// What a row of base() adds within the part to those sums that the query's metric needs: ", ... AS b, ... AS p".
  [[nodiscard]] std::string metric() const;
  /// Sums of `rows` (base, perhaps with more columns) by `group` (columns; may be empty) and bucket: columns of
  /// `group`, i, b, p, f and the number of rows n.
  [[nodiscard]] std::string sums(const std::string& rows, const std::string& group) const;

 private:
  [[nodiscard]] std::string reaches() const;
  [[nodiscard]] std::string counter(const std::string& total) const;
  [[nodiscard]] std::string flows() const;
  [[nodiscard]] std::string totals(const std::string& rows, const std::string& group) const;
  [[nodiscard]] std::string series(const std::string& rows, const std::string& group) const;
  [[nodiscard]] std::string split_series(const std::string& rows, const std::string& group,
                                         const std::string& within) const;

  const query::Query& query_;
  const KeyNames& keys_;
  const QueryPart& part_;
  const bool rollup_;
  const std::string from_;
  const std::string to_;
};

}  // namespace weir::store
