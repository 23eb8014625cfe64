// The answer of a server (docs/reference/api.md) back into the struct that formats are made from.
#pragma once

#include <string_view>

#include "base/error.h"
#include "query/query.h"

namespace weir::main {

/// `query` is what was asked: its columns name the keys. The error says what is missing in the text.
[[nodiscard]] Result<query::Answer> answer_from_json(std::string_view text, const query::Query& query);

}  // namespace weir::main
