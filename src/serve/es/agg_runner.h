// The machine behind agg_run.h: how one level of the tree becomes questions, and answers become buckets.
#pragma once

#include <map>

#include "serve/es/agg_bucket.h"
#include "serve/es/agg_metric.h"
#include "serve/es/agg_run.h"

namespace weir::serve::es {

/// What the aggregations of one level have in common.
struct Scope {
  Records records;
  std::vector<query::Bucketing> by;  ///< of the levels above
  struct Parent {
    std::vector<query::Cell> key;  ///< one for each of `by`
    boost::json::object* out = nullptr;
    std::uint64_t documents = 0;
  };
  std::vector<Parent> parents;
};

class AggRunner {
 public:
  explicit AggRunner(const AggSource& source) : source_(source) {}
  /// All of `aggs` for every parent, written into Parent::out.
  Parsed<void> level(const std::vector<Agg>& aggs, Scope& scope);

 private:
  /// The buckets of one aggregation: one list for each parent, and what else stands beside them.
  struct Groups {
    std::vector<std::vector<EsBucket>> buckets;
    std::vector<boost::json::object> beside;
    query::Bucketing by;
    query::ExpressionPtr restriction;           ///< what the levels below may leave out
    std::vector<std::pair<const Agg*, std::size_t>> folded;  ///< metrics that are in the buckets already
  };
  using Rows = std::vector<std::vector<const query::TallyRow*>>;  ///< for each parent

  Parsed<void> measured(const std::vector<const Agg*>& aggs, Scope& scope);
  Parsed<void> top_hits(const Agg& agg, Scope& scope);
  Parsed<void> bucketed(const Agg& agg, Scope& scope);
  Parsed<void> global(const Agg& agg, Scope& scope);
  Parsed<void> finish(const Agg& agg, Scope& scope, Groups groups);

  Parsed<Groups> terms(const Agg& agg, const Scope& scope);
  Parsed<Groups> terms_each(const Agg& agg, const Scope& scope, query::Tally tally, Groups groups);
  Parsed<Groups> histogram(const Agg& agg, const Scope& scope);
  Parsed<Groups> automatic(const Agg& agg, const Scope& scope);
  Parsed<Groups> conditions(const Agg& agg, const Scope& scope);
  Parsed<Groups> composite(const Agg& agg, const Scope& scope);

  Parsed<query::TallyAnswer> ask_for(const Scope& scope, query::Tally tally, const query::ExpressionPtr& more) const;
  [[nodiscard]] Rows rows_by_parent(const Scope& scope, const query::TallyAnswer& answer) const;
  /// Adds the metrics below `agg` that can be had in the same question.
  static void fold(const Agg& agg, bool cheap_only, query::Tally& tally, Groups& groups);
  EsBucket bucket_of(const Groups& groups, const query::TallyRow& row) const;
  EsBucket empty_bucket(const Groups& groups, std::vector<query::Cell> key) const;
  static void put_key(const Agg& agg, const Field& field, const query::Cell& cell, EsBucket& bucket);
  Parsed<void> fill(const Agg& agg, const Scope::Parent& parent, const Groups& groups, std::vector<EsBucket>& buckets);
  Parsed<void> count_buckets(std::size_t more);

  const AggSource& source_;
  std::size_t buckets_ = 0;
};

/// A Tally with the count of records as its first measure, sorted by key.
[[nodiscard]] query::Tally counting();
[[nodiscard]] std::uint64_t documents_of(const query::TallyRow& row);

}  // namespace weir::serve::es
