// The values of the filter language: numbers, addresses, times, as people write them. Each function takes one word and
// gives the value or a message that says what was expected.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/ip_address.h"
#include "flow/columns.h"

namespace weir::query {

template <typename T>
using ValueResult = std::expected<T, std::string>;

using NumberRange = std::pair<std::uint64_t, std::uint64_t>;

/// A number of the column, or two with '-' between: decimal or 0x hexadecimal, with k, m, g or t for thousands,
/// millions and so on. Beside that, by column: protocol names, service names, AS numbers with AS before them, MAC
/// addresses, TCP flags as letters, and units of time for durations (ms, s, min, h). Refuses what the column cannot
/// hold.
[[nodiscard]] ValueResult<NumberRange> parse_numbers(flow::Column column, std::string_view word);

/// A number for a real-valued column: also with a decimal point and an exponent.
[[nodiscard]] ValueResult<double> parse_real(std::string_view word);

/// A point in time, absolute: what base/clock.h takes, without "now" and "-1h".
[[nodiscard]] ValueResult<std::uint64_t> parse_filter_time(std::string_view text);

/// An address or a network. Host bits are dropped, as nfdump does. With `partial` also an address cut short at a dot or
/// colon (172.16/12, 10, 2001:db8/32); without a length each octet given counts.
[[nodiscard]] ValueResult<Prefix> parse_network(std::string_view word, bool partial);

/// The length that a netmask such as 255.255.240.0 stands for.
[[nodiscard]] ValueResult<unsigned> parse_netmask(std::string_view word);

/// Letters F S R P A U E C, or X for the first six, in any case -> bits. Nothing when a letter is none of them.
[[nodiscard]] ValueResult<std::uint64_t> parse_flags(std::string_view word);

/// The largest value a column of a whole-number type can hold.
[[nodiscard]] std::uint64_t largest(flow::Column column);

}  // namespace weir::query
