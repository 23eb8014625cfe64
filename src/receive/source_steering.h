// Which worker a datagram reaches: the program that the kernel runs for a group of sockets on one port.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <vector>

#include "base/error.h"

namespace weir::receive {

/// A classic BPF program that returns, for each datagram, a number below `workers` that depends on its source address
/// alone, so that all an exporter sends, from whichever port to whichever of our ports, goes to one worker. `workers`
/// is at least 1.
[[nodiscard]] std::vector<sock_filter> source_steering_program(bool ipv6, std::uint32_t workers);

/// Attaches the program to the group that `socket` has joined with SO_REUSEPORT; its members are numbered in the order
/// in which they joined.
[[nodiscard]] Result<void> steer_by_source(int socket, bool ipv6, std::uint32_t workers);

}  // namespace weir::receive
