// Names for the autonomous systems in an answer.
#pragma once

#include "flow/as_names.h"
#include "query/query.h"

namespace weir::query {

/// True for columns whose numbers are autonomous systems.
[[nodiscard]] constexpr bool is_as(flow::Column column) {
  using enum flow::Column;
  return column == src_as || column == dst_as || column == first_as;
}

/// Sets Answer::as_names: the names of the ASes in its rows, for the columns that is_as() says.
void name_ases(const Query& query, const flow::AsNames& names, Answer& answer);
/// The name that name_ases() found; null where there is none.
[[nodiscard]] const flow::AsName* name_of(const Answer& answer, std::uint64_t as);

}  // namespace weir::query
