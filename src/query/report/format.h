// A report's outcome as text: for people (table), for programs (JSON), for spreadsheets (CSV); and the catalogue itself.
#pragma once

#include <string>
#include <vector>

#include "query/format.h"
#include "query/report/catalogue.h"
#include "query/report/report.h"

namespace weir::query::report {

[[nodiscard]] std::string format_outcome(const Outcome& outcome, Format format);

/// One line:
///
///     {"report", "title", "from", "to", "resolution_ms" or null, "notes": [text..], "questions", "took_ms", "tables": [
///       {"name", "title", "unit", "filter", "by": [column..], "source", "rows_read", "buckets": [ms..],
///        "columns": [{"name", "title", "unit", "kind"}..],
///        "rows": [{"cells": [..], "filter", "series": [number..]}..], "other": row or null, "total": row or null}..]}
///
/// `cells` has one for each column: null where unknown, a number, or text. `filter` of a row gives, put to /api/v1/query or
/// another report, what the row is made of; it is null for `other`. `series` are rates in the table's `unit`, one for each
/// of `buckets` (its start, in ms since 1970 UTC); empty where there is none. `kind` is one of text, number, id, rate,
/// amount, share, money, time.
[[nodiscard]] std::string format_json(const Outcome& outcome);

/// RFC 4180, lines end in CRLF. All tables in one: first `table` and `row` (the rank, "other" or "total"), then the columns
/// of all tables by name, with their units in the header; empty where a table does not have the column or the value is
/// not known. Times are ISO 8601 (UTC).
[[nodiscard]] std::string format_csv(const Outcome& outcome);

/// Aligned columns for a terminal, one table after the other, then the notes.
[[nodiscard]] std::string format_table(const Outcome& outcome);

[[nodiscard]] std::string_view kind_name(Kind kind);

/// {"reports": [{"name", "title", "purpose", "parameters": [{"name", "title", "type", "default" or null, "choices": [..],
/// "meaning", "example"}..]}..]}: what a form is made from.
[[nodiscard]] std::string catalogue_json();

}  // namespace weir::query::report
