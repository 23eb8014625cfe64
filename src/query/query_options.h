// A question from the texts that people type: options of the command line, parameters of the API.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "query/filter.h"
#include "query/query.h"

namespace weir::query {

/// Each as typed; what is absent has its default.
struct QueryOptions {
  std::optional<std::string> filter;  ///< docs/reference/filter.md; default: everything
  std::optional<std::string> by;      ///< names of columns, separated by commas or spaces; default: totals only
  /// bytes, packets, flows, layer2_bytes, packet_size or distinct; default: bytes
  std::optional<std::string> metric;
  std::optional<std::string> from;        ///< a time (base/clock.h); default: -1h
  std::optional<std::string> to;          ///< a time, exclusive; default: now
  std::optional<std::string> top;         ///< a number of rows; default: 10
  std::optional<std::string> resolution;  ///< a length of time, or "auto" for at most 300 buckets; default: no series
  /// total, average (the same order), maximum, last or percentile_95; max and p95 are taken too. Default: total. All
  /// but total and average have the resolution "auto" where none is given.
  std::optional<std::string> rank;
  std::optional<std::string>
      overhead;  ///< octets that layer 2 adds to a packet; default: 18 with layer2_bytes, else none
  std::optional<std::string> distinct;  ///< columns whose different values are counted, as `by`; default: none
  std::optional<std::string> both;      ///< yes or no: also the traffic the other way; default: no
  std::optional<std::string> compare;   ///< a length of time: also what the rows had that long before; default: not
  std::optional<std::string> share;     ///< yes or no: also the share of each interface's speed; default: no
  std::optional<std::string> series;    ///< yes or no: the series itself beside its statistics; default: yes
  std::optional<std::string> timeout;   ///< a length of time after which the question ends; default: the caller's
  std::optional<std::string> memory;    ///< what it may hold, such as 512M; default: the engine's
};

/// An option, for whoever takes it from people and for the reference page.
struct QueryOptionInfo {
  std::string_view name;      ///< as in the struct
  std::string_view value;     ///< what is written, e.g. "COLUMNS"; "" for yes or no
  std::string_view fallback;  ///< the default, in words
  std::string_view meaning;
};
/// All of them, in the order of the struct.
[[nodiscard]] std::span<const QueryOptionInfo> query_options();
/// Sets one option by its name. False when there is none of that name.
bool set_option(QueryOptions& options, std::string_view name, std::string value);

/// What an option is set to; nothing for a name that is none.
[[nodiscard]] const std::optional<std::string>& option(const QueryOptions& options, std::string_view name);

/// What is wrong with one option.
struct OptionError {
  std::string option;  ///< "" when it is the question as a whole
  std::string message;
  std::optional<FilterError> filter;  ///< where in the filter, when that is it
};
/// "by: unknown column 'sorce_as'; did you mean 'src_as'?"; of a filter with the line and a caret under the place.
[[nodiscard]] std::string show_error(const QueryOptions& options, const OptionError& error);

/// Builds and validates the question. `now` is what relative times count from.
///
/// A beginning or end that was typed relative to now (or left out) is rounded down: to the resolution where there is
/// one; and from ranges of 10 minutes on to a whole minute, of 6 hours to 5 minutes, of 2 days to an hour, so that
/// rollups can answer. An end at "now" stays, and so do times that were typed in full.
[[nodiscard]] std::expected<Query, OptionError> build_query(const QueryOptions& options, UnixMillis now);

/// "src_as, dst_as" or nfdump's "srcas dstas" -> columns. Errors as build_query() has them.
[[nodiscard]] std::expected<std::vector<flow::Column>, OptionError> parse_columns(std::string_view text);

}  // namespace weir::query
