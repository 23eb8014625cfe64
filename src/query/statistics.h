// Numbers that follow from an answer's sums: rates, percentiles, packet sizes, the place of a row.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "query/query.h"

namespace weir::query {

/// The metric of some sums as a number to sort by: bytes, packets, flows, octets of layer 2, octets a packet; of `distinct`
/// the bytes.
[[nodiscard]] double amount_of(const Query& query, const Sums& sums);
/// bytes and the overhead of each packet; at most 2^64 - 1.
[[nodiscard]] std::uint64_t layer2_bytes(const Sums& sums, std::uint32_t overhead);
/// Octets a packet; nothing without packets.
[[nodiscard]] std::optional<double> packet_size(const Sums& sums);

/// The unit of rates and statistics: "bit/s", "packets/s" or "flows/s".
[[nodiscard]] std::string_view rate_unit(Metric metric);
/// Of an amount in a length of time, in rate_unit().
[[nodiscard]] double rate_of(const Query& query, const Sums& sums, UnixMillis length_ms);

/// How many of `samples` samples are thrown away at the top.
[[nodiscard]] constexpr std::size_t discarded_samples(std::size_t samples) { return samples * 5 / 100; }

/// As the struct says. `buckets` are the starts, `to_ms` the end of the range.
[[nodiscard]] Statistics statistics_of(const Query& query, const Answer& answer, const Sums& sums,
                                       std::span<const Sums> series);

/// What engines call last: gives every row its statistics and the speed of its interface, and takes the series away where
/// they were not asked for.
void complete_answer(const Query& query, Answer& answer);

}  // namespace weir::query
