// The form's fields as conditions of a question, and a row's keys as the condition that finds it again.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/expression.h"
#include "query/query.h"
#include "query/report/parameter.h"

namespace weir::query::report {

/// Which way the traffic of one question goes: `out` of the network, `in`, or whichever.
enum class Way : std::uint8_t { out, in, any };

/// All conditions of the form. Customer, region and interface are those of the way: out, the source's customer and the
/// outgoing interface; in, the destination's and the incoming one; any, either. Null where there are none.
[[nodiscard]] ExpressionPtr conditions(const Parameters& parameters, Way way);
/// direction = "out" or "in"; null for any.
[[nodiscard]] ExpressionPtr direction_is(Way way);

/// The row's own condition: every key equal to its cell, or unknown.
[[nodiscard]] ExpressionPtr keys_equal(std::span<const flow::Column> by, std::span<const Cell> key);

/// A text, number or address column equal to one of them. Empty lists match nothing that makes sense: do not ask.
[[nodiscard]] ExpressionPtr one_of(flow::Column column, std::vector<std::string> texts);
[[nodiscard]] ExpressionPtr one_of(flow::Column column, std::vector<Prefix> networks);
[[nodiscard]] ExpressionPtr one_of(flow::Column column, Ranges ranges);
/// An exporter by name or address, an interface by name or ifIndex.
[[nodiscard]] ExpressionPtr exporter_is(std::span<const std::string> names);
[[nodiscard]] ExpressionPtr interface_is(Way way, std::span<const std::string> names);

/// Of those that are not null; null where none is.
[[nodiscard]] ExpressionPtr all_of(std::vector<ExpressionPtr> parts);
[[nodiscard]] ExpressionPtr any_of(std::vector<ExpressionPtr> parts);
/// "" for null.
[[nodiscard]] std::string text_of(const ExpressionPtr& filter);

}  // namespace weir::query::report
