// The parameters of /api/v1/flows, and the cursor that leads from page to page.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "query/query_options.h"
#include "query/tally.h"
#include "serve/http_message.h"

namespace weir::serve {

inline constexpr std::uint32_t kMostFlowsOfPage = 10'000;

struct FlowsRequest {
  enum class Format : std::uint8_t { json, ndjson, csv };
  query::Search search;  ///< of the first page, or of the one that the cursor leads to
  Format format = Format::json;
  /// How many flows in all; nothing: all of them. Of JSON at most kMostFlowsOfPage, which is also Search::most.
  std::optional<std::uint64_t> top;
};

/// filter, columns (names, or "all"), from, to, order ("-time", "bytes,-packets": a '-' before a column is the largest
/// first), top, after (a cursor), format (json, ndjson or csv). Relative times are taken at `now`; a cursor holds the range
/// of the first page, so that the same parameters with it go on where that page ended.
[[nodiscard]] std::expected<FlowsRequest, query::OptionError> read_flows_request(const Request& request, UnixMillis now);

/// The range and where the store's answer ended (SearchAnswer::next), as one text of letters that need no escapes.
struct FlowsCursor {
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  std::string place;
};
[[nodiscard]] std::string to_text(const FlowsCursor& cursor);
/// Nothing when the text is none.
[[nodiscard]] std::optional<FlowsCursor> parse_flows_cursor(std::string_view text);

}  // namespace weir::serve
