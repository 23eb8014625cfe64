// A search as it is asked for: the body and the parameters of the URL, checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "serve/es/agg.h"
#include "serve/es/hits.h"
#include "serve/es/indices.h"
#include "serve/http_message.h"

namespace weir::serve::es {

struct SearchSpec {
  HitsSpec hits;
  query::ExpressionPtr filter;       ///< null: everything
  query::ExpressionPtr post_filter;  ///< of the hits alone
  double score = 1;
  std::vector<Agg> aggs;
  bool track_total = true;
  std::optional<std::uint64_t> track_limit;
  bool total_as_int = false;
  bool typed_keys = false;
  IndexOptions indices;
  std::optional<std::vector<query::Cell>> after;  ///< search_after, one for each sort key; places are numbers
  std::string pit;
  UnixMillis pit_keep_ms = 0;
  std::optional<UnixMillis> scroll_ms;
  std::size_t octets = 0;  ///< of the body
};

/// Reads `body` and `parameters`. A parameter goes before the same word of the body. Words that change nothing here
/// (preference, timeout, highlight...) are taken and do nothing; words that are not known are errors, as Elasticsearch has
/// it. `context.dates.now_ms` is set.
[[nodiscard]] Parsed<SearchSpec> read_search(const Document& body, const std::vector<Parameter>& parameters, const QueryContext& context);
/// The query of a _count or a _validate: "query", or "q" of the URL.
[[nodiscard]] Parsed<query::ExpressionPtr> read_query_only(const Document& body, const std::vector<Parameter>& parameters, const QueryContext& context);
/// ignore_unavailable, allow_no_indices.
[[nodiscard]] IndexOptions read_index_options(const std::vector<Parameter>& parameters);

}  // namespace weir::serve::es
