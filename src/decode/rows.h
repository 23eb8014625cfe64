// What every row gets beside the values of its own fields.
#pragma once

#include <cstddef>

#include "decode/row_context.h"
#include "flow/batch.h"

namespace weir::decode {

/// Adds `count` rows that have what the Message gives: exporter, observation_domain, export_protocol, time_received,
/// flows (1), and the bits of `mask`. Returns the first.
std::size_t add_rows(flow::FlowBatch& out, std::size_t count, const flow::RowMask& mask, const RowContext& context);

/// Completes rows whose fields are written: ip_version, ICMP from the destination port, time, suspect, sampling_rate
/// and interface names; and counts them.
void finish_rows(flow::FlowBatch& out, std::size_t first, std::size_t count, const RowContext& context);

/// Copies row `from` to row `to` as the same connection seen in the other direction (RFC 5103 section 3): sources and
/// destinations exchanged, without what only the forward direction's packets had.
void copy_reversed(flow::FlowBatch& out, std::size_t from, std::size_t to);

}  // namespace weir::decode
