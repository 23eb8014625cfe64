// Values as SQL text. The only way text of a user gets into a statement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "flow/columns.h"

namespace weir::store {

/// A string literal: quotes doubled, NUL octets as chr(0). Errors: invalid, when the text is not UTF-8 (no stored text
/// can be equal to it, and DuckDB refuses such statements).
[[nodiscard]] Result<std::string> sql_text(std::string_view text);
/// A quoted identifier of a stored column; `part` is "", "_hi" or "_lo".
[[nodiscard]] std::string sql_name(flow::Column column, std::string_view part = {});
[[nodiscard]] std::string sql_number(std::uint64_t number);
[[nodiscard]] std::string sql_time(UnixMillis time);
/// A DOUBLE literal that reads back as the same value. Not for infinities and NaN.
[[nodiscard]] std::string sql_real(double value);

/// `expression IN (...)`. DuckDB walks a plain list value by value; behind a few values a hash join is far faster, and
/// this form makes one wherever it stands in a condition. `type` is the SQL type of the values, which are literals.
[[nodiscard]] std::string sql_in(std::string_view expression, const std::vector<std::string>& values,
                                 std::string_view type);

}  // namespace weir::store
