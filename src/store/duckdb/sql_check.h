// What SQL of people may be: one SELECT over tables that are named to it, with functions that only compute.
//
// Why this is safe. The statement is not looked at as text. DuckDB's own parser makes a tree of it (json_serialize_sql,
// which takes SELECT alone: no COPY, ATTACH, SET, PRAGMA, INSTALL, CALL, EXPORT, and no change of data), and everything in
// this tree must be on a list of what is allowed: kinds of nodes, tables, table functions, functions. What nobody put on the
// lists is refused, so that a function or a kind of node that a later DuckDB brings is refused as well. Tables are those of
// `tables` and the statement's own WITH, each only where it can be seen; so a name never reaches the catalog
// (duckdb_settings, other tables) nor a replacement scan (FROM 'file.csv'). What runs is the text that DuckDB makes of the
// checked tree (json_deserialize_sql), wrapped into a SELECT that defines `tables` itself; two texts that read differently
// cannot come about. Behind all that the engine is locked (engine.h): no file outside the data directory can be opened, no
// extension loaded, no setting changed, whatever a statement says.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::store {

/// Nodes within nodes of the tree; more is refused.
inline constexpr std::size_t kMostSqlDepth = 400;

/// Holds DuckDB's tree of a statement, in JSON, against the lists. `text` is the statement, for telling where something is.
/// Errors: invalid, with the reason and the line and column.
[[nodiscard]] Result<void> check_sql_tree(std::string_view tree, std::string_view text,
                                          std::span<const std::string_view> tables);

/// Whether the tree mentions the table (or might).
[[nodiscard]] bool mentions_table(std::string_view tree, std::string_view table);

/// All functions that are allowed, sorted, for the reference page.
[[nodiscard]] std::span<const std::string_view> allowed_sql_functions();

}  // namespace weir::store
