// Answers as text: for people (table), for programs (JSON), for spreadsheets (CSV).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "query/query.h"

namespace weir::query {

enum class Format : std::uint8_t { table, json, csv };
/// "table", "json" or "csv".
[[nodiscard]] Result<Format> parse_format(std::string_view text);
/// The media type of what is in this format; csv has its header.
[[nodiscard]] std::string_view content_type(Format format);
[[nodiscard]] std::string format_answer(const Query& query, const Answer& answer, Format format);

/// Aligned columns: the keys, the three sums in thousands, millions and so on (k M G T P E), the share of the metric,
/// and rates over the range; what else was asked for beside them. Protocols by name, TCP flags as letters, times as ISO
/// 8601; "(unknown)" and "(empty)" for what they say; the name of an AS beside its number where it is known. With a series,
/// a second table with one line for each bucket. Control characters are escaped, long texts cut.
[[nodiscard]] std::string format_table(const Query& query, const Answer& answer);

/// One line: {"from", "to", "by": [name..], "rows": [row..], "other": row or null, "total": row, "source", "rows_read",
/// "took_ms"}, with a resolution "unit" (of the statistics), and where names of ASes are known "as_names": {"15169":
/// {"name", "country"}}. A row has its keys by column name (null where unknown), "bytes", "packets" and "flows", and what
/// was asked for of "layer2_bytes", "packet_size" (null without packets), "distinct": {column: number}, "speed_bps" (null
/// where unknown), "statistics": {"minimum", "maximum", "average", "last", "percentile_95"}, "series": [{"time", "bytes",
/// "packets", "flows", "layer2_bytes"}..], "reverse" and "previous", which have sums, statistics and series of their own.
/// Times are milliseconds since 1970 (UTC). Counters are whole numbers and may exceed 2^53.
[[nodiscard]] std::string format_json(const Query& query, const Answer& answer);

/// RFC 4180, lines end in CRLF. First column `row`: the rank, "other" or "total". Units stand in the header, unknown is
/// empty. With a series, one line for each row and bucket, with the bucket's start and sums; what is of a row as a whole
/// (statistics and the like) only without one.
[[nodiscard]] std::string format_csv(const Query& query, const Answer& answer);

/// "1.23 G", "999", "12.3 k": three digits, in thousands.
[[nodiscard]] std::string scaled(double value);

}  // namespace weir::query
