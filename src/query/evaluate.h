// A filter held against rows of a FlowBatch: what the store does in its engine, here in C++. For live filters, and as
// the reference that engines are tested against.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/error.h"
#include "flow/batch.h"
#include "flow/string_pool.h"
#include "query/expression.h"

namespace weir::query {

/// One filter, made ready. It remembers which texts matched, so that lists and regular expressions cost a look-up per
/// row: one thread at a time uses one Evaluator.
class Evaluator {
 public:
  /// Errors: invalid, when a regular expression is wrong or a test does not fit its column's type (parse_filter() makes
  /// neither). `strings` outlives the evaluator.
  [[nodiscard]] static Result<Evaluator> of(ExpressionPtr filter, const flow::StringPool& strings);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;

  /// Whether one row matches; `row` is below batch.size().
  [[nodiscard]] bool matches(const flow::FlowBatch& batch, std::size_t row);

 private:
  class Impl;
  explicit Evaluator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::query
