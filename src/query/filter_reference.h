// docs/reference/filter.md, written from the tables that the parser runs on.
#pragma once

#include <string>

namespace weir::query {

/// The whole page in Markdown.
[[nodiscard]] std::string filter_reference_markdown();

}  // namespace weir::query
