// Fields of RFC 4180.
#pragma once

#include <string>
#include <string_view>

#include "query/query.h"

namespace weir::serve {

/// In quotes where it must be.
void append_csv_field(std::string& out, std::string_view text);
/// Unknown is empty.
void append_csv_cell(std::string& out, const query::Cell& cell);

}  // namespace weir::serve
