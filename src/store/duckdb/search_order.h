// The order of records as SQL: by what they are sorted, and what lies behind a place in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "query/tally.h"

namespace weir::store {

/// One word that records are sorted by; unknown ones come last.
struct OrderWord {
  enum class Type : std::uint8_t { number, real, text };
  std::string sql;  ///< over the relation, of type UBIGINT, DOUBLE or VARCHAR
  Type type = Type::number;
  bool descending = false;
};

/// Of the columns that are asked for, then of `time`, newest first, where it is not among them.
[[nodiscard]] std::vector<OrderWord> order_words(const query::Search& search);

/// Whether records are in the order of `time` before all else; then whether backwards.
struct TimeOrder {
  bool first = false;
  bool descending = false;
};
[[nodiscard]] TimeOrder time_order(const query::Search& search);

/// Conditions over columns named o0, o1.. that hold the words. `place` has one word for each.
/// Errors: invalid, where a text is not UTF-8.
struct PlaceSql {
  std::string behind;  ///< lies behind the place
  std::string at;      ///< is at the place
  std::string rough;   ///< cheap, true for all that is at the place or behind it
};
[[nodiscard]] Result<PlaceSql> behind_place(const std::vector<OrderWord>& order, const std::vector<query::Cell>& place);
/// The same backwards: lies before the place. `rough` is true for all that is at the place or before it.
[[nodiscard]] Result<PlaceSql> before_place(const std::vector<OrderWord>& order, const std::vector<query::Cell>& place);

/// "o0 DESC NULLS LAST, o1 ASC NULLS LAST".
[[nodiscard]] std::string order_list(const std::vector<OrderWord>& order);

}  // namespace weir::store
