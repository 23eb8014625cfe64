// Flows out of the store as batches, in the order in which they arrived: for what looks at flows again.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "flow/batch.h"
#include "flow/string_pool.h"
#include "query/tally.h"
#include "store/store.h"

namespace weir::serve {

class StoredFlows {
 public:
  static constexpr std::uint32_t kPage = 50'000;

  /// All that detection looks at; `filter` may be null.
  StoredFlows(store::Store& store, flow::StringPool& strings, UnixMillis from_ms, UnixMillis to_ms,
              query::ExpressionPtr filter);
  /// Also these, where they are stored ones.
  void add_columns(std::span<const flow::Column> columns);
  /// The next page; empty at the end. Errors: the store's.
  [[nodiscard]] Result<flow::FlowBatch> next(const query::CancelFlag& cancel);

 private:
  store::Store& store_;
  flow::StringPool& strings_;
  query::Search search_;
  bool done_ = false;
};

/// Sets one value of a row from a cell as the store gives it; what is no value of the column leaves the row without one.
void set_from_cell(flow::FlowBatch& batch, std::size_t row, flow::Column column, const query::Cell& cell,
                   flow::StringPool& strings);

}  // namespace weir::serve
