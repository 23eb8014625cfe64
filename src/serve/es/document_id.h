// The _id of a document: made of what the record holds, so that it is the same whenever and wherever the record is read.
// Records that are equal in every column have one id.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "query/tally.h"

namespace weir::serve::es {

/// 20 letters, as Elasticsearch's own: the record's time and a hash of all stored columns. `columns` must hold them all.
[[nodiscard]] std::string document_id(const std::vector<flow::Column>& columns, const std::vector<query::Cell>& cells);
/// The time in an id; nothing when it is no id of ours.
[[nodiscard]] std::optional<UnixMillis> time_of_id(std::string_view id);
/// A record that is equal in every stored column.
[[nodiscard]] query::ExpressionPtr is_record(const std::vector<flow::Column>& columns, const std::vector<query::Cell>& cells);
/// Every column, stored or derived: what a document is made of.
[[nodiscard]] const std::vector<flow::Column>& document_columns();
/// The time of a row of document_columns().
[[nodiscard]] UnixMillis time_of(const std::vector<query::Cell>& cells);

}  // namespace weir::serve::es
