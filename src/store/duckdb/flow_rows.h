// Rows of a FlowBatch -> chunks of a hot flow table.
#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "flow/batch.h"
#include "store/duckdb/appender.h"
#include "store/duckdb/schema.h"

namespace weir::store {

/// A batch with what its masks say, found once.
struct BatchView {
  explicit BatchView(const flow::FlowBatch& batch_) : batch(batch_), presence(batch_.presence()) {}
  const flow::FlowBatch& batch;
  const flow::FlowBatch::Presence presence;
};

/// The physical columns that a table must have to hold the batch's rows: those that some row has, less those whose
/// default (schema.h) says the same.
[[nodiscard]] ColumnSet needed_columns(const BatchView& view);

/// Appends the rows of the batch from `first` up to `end`. `columns` are those of the appender's table.
Result<void> append_flows(Appender& to, const ColumnSet& columns, const BatchView& view, std::size_t first,
                          std::size_t end);
/// Appends the rows of these indexes, in their order.
Result<void> append_flows(Appender& to, const ColumnSet& columns, const BatchView& view,
                          std::span<const std::uint32_t> rows);

}  // namespace weir::store
