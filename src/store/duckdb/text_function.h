// weir_text(id): the text of a string id, in SQL. Hot tables hold ids; questions and files hold texts.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "flow/string_pool.h"
#include "store/duckdb/connection.h"

namespace weir::store {

/// Registers weir_text(UINTEGER) -> VARCHAR for the whole database. NULL gives NULL. The pool outlives the database.
Result<void> register_text_function(Connection& connection, const flow::StringPool& pool);

/// The text as UTF-8: bytes that are not become U+FFFD. (What exporters send may be anything; DuckDB takes UTF-8 only.)
[[nodiscard]] std::string to_utf8(std::string_view text);

}  // namespace weir::store
