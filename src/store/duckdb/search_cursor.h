// Where a page of records ended, as the text that a client keeps and hands back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "query/tally.h"

namespace weir::store {

/// The words of one place in the order: of the sort columns (key_sql()), of `time` where that is not among them.
using Place = std::vector<query::Cell>;

struct Cursor {
  UnixMillis until_ms = 0;     ///< what is as new as that, or newer, came after the first page
  Place place;                 ///< of the last record given
  std::uint64_t hash = 0;      ///< of what it holds
  std::uint64_t given = 0;     ///< how many records of this very place and hash were given
};

/// Letters, digits and points. It says which order it belongs to.
[[nodiscard]] std::string to_text(const Cursor& cursor, const query::Search& search);
/// Errors: invalid, when it is not a cursor of this order. Whatever the text, what it gives is safe to ask with.
[[nodiscard]] Result<Cursor> parse_cursor(std::string_view text, const query::Search& search);

}  // namespace weir::store
