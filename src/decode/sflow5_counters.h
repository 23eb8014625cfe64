// sFlow counter samples -> readings of interface counters.
#pragma once

#include <vector>

#include "base/byte_reader.h"
#include "decode/context.h"
#include "flow/datagram.h"
#include "flow/interface_counters.h"

namespace weir::decode {

/// Appends a reading for each record of generic interface counters; other records are passed over. `expanded` is format
/// 4, otherwise format 2. Counts counter_samples, or bad_sample for what is cut short, on the context's exporter.
void decode_sflow5_counter_sample(ByteReader sample, bool expanded, const flow::Datagram& datagram,
                                  const Context& context, std::vector<flow::InterfaceCounters>& out);

}  // namespace weir::decode
