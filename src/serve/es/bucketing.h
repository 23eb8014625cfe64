// Bucketings and the conditions that they stand for.
#pragma once

#include "query/tally.h"
#include "serve/es/calendar.h"
#include "serve/es/field_match.h"

namespace weir::serve::es {

/// The records of one bucket.
[[nodiscard]] query::ExpressionPtr in_bucket(const query::Bucketing& by, const query::Cell& key);
/// The records of the buckets behind one, in the order of keys.
[[nodiscard]] Parsed<query::ExpressionPtr> behind_bucket(const query::Bucketing& by, const query::Cell& key, bool descending);
/// The column that is bucketed; nothing for conditions.
[[nodiscard]] std::optional<flow::Column> column_of(const query::Bucketing& by);
/// Keys in the order of the store: numbers and addresses by value, texts as octets, unknown last.
[[nodiscard]] bool key_before(const query::Bucketing& by, const query::Cell& a, const query::Cell& b, bool descending);

}  // namespace weir::serve::es
