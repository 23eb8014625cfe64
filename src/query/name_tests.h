// Tests on names of addresses (`src_name ~ "example"`), which no engine can answer: names are not stored. What a filter
// asks for without them finds the addresses in question; these are looked up, and the tests become tests on addresses.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ip_address.h"
#include "flow/columns.h"
#include "query/expression.h"

namespace weir::query {

/// What is said of a filter whose names nobody looked up.
inline constexpr std::string_view kNamesUnresolved =
    "src_name, dst_name and name cannot be used here: names are looked up by a running Weir only; ask one with --server, or "
    "filter by address";

/// Which of src_addr and dst_addr have their names tested; empty for most filters.
[[nodiscard]] std::vector<flow::Column> named_columns(const Expression& filter);

/// A filter without name tests that every row meets which may meet `filter`, whatever the names are.
[[nodiscard]] ExpressionPtr without_names(const ExpressionPtr& filter);

/// An address and its name in lower case without a dot at the end.
struct AddressName {
  IpAddress address;
  std::string name;
};

/// `filter` with every name test as the addresses of `names` that meet it; addresses that are not there have no name.
/// Errors: invalid (a pattern is wrong; parse_filter() makes none such).
[[nodiscard]] Result<ExpressionPtr> with_names(const ExpressionPtr& filter, std::span<const AddressName> names);

}  // namespace weir::query
