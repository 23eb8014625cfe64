// Searches answered: hits, total, aggregations; further pages of scrolls and of points in time.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "serve/es/agg_run.h"
#include "serve/es/cursors.h"
#include "serve/es/indices.h"
#include "serve/es/search_spec.h"
#include "store/store.h"

namespace weir::serve::es {

/// What a request needs to be answered. Everything outlives it.
struct Asking {
  store::Store& store;
  Indices& indices;
  Cursors& cursors;
  const query::CancelFlag& cancel;
  UnixMillis now_ms = 0;
};

/// What queries are read with: the time, and documents by id from the store.
[[nodiscard]] QueryContext query_context(const Asking& asking);
/// The documents with these ids, as an expression.
[[nodiscard]] Parsed<query::ExpressionPtr> find_ids(const Asking& asking, const std::vector<std::string>& ids);

/// `names` as in the path. The object is the whole answer.
[[nodiscard]] Parsed<boost::json::object> run_search(const Asking& asking, std::string_view names, const SearchSpec& spec);
/// The next page of a scroll.
[[nodiscard]] Parsed<boost::json::object> run_scroll(const Asking& asking, std::string_view id, UnixMillis keep_ms, bool total_as_int);
/// How many records match, and over how many days it was counted.
struct Counted {
  std::uint64_t documents = 0;
  std::size_t shards = 0;
};
[[nodiscard]] Parsed<Counted> run_count(const Asking& asking, std::string_view names, const IndexOptions& options, const query::ExpressionPtr& filter);

/// The range of `time` outside of which the expression does not hold; for reading less.
struct TimeRange {
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;  ///< exclusive
};
[[nodiscard]] TimeRange narrow(TimeRange range, const query::Expression& expression);

}  // namespace weir::serve::es
