// One Bucketing of a Tally as SQL.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "query/tally.h"

namespace weir::store {

/// What a bucketing needs of each record, and how its buckets follow. A record that is in no bucket of it has NULL in all
/// words of the key, unless `missing` makes that a bucket.
struct BucketingSql {
  /// Over the relation: the words of the key, or with `unnest` one list of numbers of which each is a bucket.
  std::vector<std::string> words;
  bool unnest = false;
  bool keeps_unknown = false;
};

/// Errors: invalid, where a condition cannot be compiled.
[[nodiscard]] Result<BucketingSql> bucketing_sql(const query::Bucketing& by);

}  // namespace weir::store
