// Aggregations answered: each level of the tree is a few questions to the store, however many buckets there are above it.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "serve/es/agg.h"
#include "store/store.h"

namespace weir::serve::es {

/// The records that a search is about: a range of time and a filter. from == to: none.
struct Records {
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  query::ExpressionPtr filter;
};

struct AggSource {
  store::Store& store;
  const query::CancelFlag& cancel;
  Records matching;
  Records all;  ///< of the indices, without the query: for `global`
};

/// The "aggregations" of an answer. Errors: too_many_buckets_exception, illegal_argument_exception, what the store says.
[[nodiscard]] Parsed<boost::json::object> run_aggs(const std::vector<Agg>& aggs, const AggSource& source);
/// "terms" -> "sterms#terms": as `typed_keys` asks for.
void add_types(const std::vector<Agg>& aggs, boost::json::object& results);

/// A question that may be about nothing.
[[nodiscard]] Parsed<query::TallyAnswer> ask(const AggSource& source, const Records& records, query::Tally tally);

}  // namespace weir::serve::es
