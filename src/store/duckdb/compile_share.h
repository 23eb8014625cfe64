// What a row adds to a stretch of time, as SQL: flow/spread.h and rollup_columns.h.
#pragma once

#include <string>

#include "flow/columns.h"

namespace weir::store {

/// A counter (bytes, packets) times the sampling rate; 0 where it is unknown or marked by this bit of `suspect`.
/// BIGINT: the product of what is not marked stays below kMostCounted.
[[nodiscard]] std::string weighed_sql(flow::Column counter, unsigned suspect_bit);

/// How long a flow lasted, from 0 to flow::kMostSpreadMs; 0 where it is unknown.
[[nodiscard]] std::string lasted_sql();

/// Expressions for a flow's moment (`time`) and how long it lasted.
struct FlowSpan {
  std::string time;
  std::string lasted;
};

/// The share of `total` within [from, to) (expressions), as flow::share_before() has it. All in 64 bits, also where
/// total * into would need more: with total = q * n + r, total * into / n = q * into + r * into / n, where q * into is
/// at most total, and r and into are below 2^23.
[[nodiscard]] std::string share_sql(const FlowSpan& span, const std::string& total, const std::string& from,
                                    const std::string& to);

}  // namespace weir::store
