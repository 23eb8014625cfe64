// One sFlow flow sample -> one row.
#pragma once

#include <cstdint>

#include "base/byte_reader.h"
#include "decode/context.h"
#include "decode/sflow5_gateway.h"
#include "flow/datagram.h"

namespace weir::decode {

/// What all samples of a datagram share.
struct Sflow5Message {
  const flow::Datagram& datagram;
  const Context& context;
  std::uint32_t sub_agent = 0;
  flow::StringId protocol_name = 0;  ///< "sflow5"
};

/// Appends the row of a flow sample (format 1, or with `expanded` format 3). A sample whose fixed part is cut short
/// gives none; a damaged record is counted, and what was whole before it is kept. Counts on the message's exporter.
void decode_sflow5_flow_sample(ByteReader sample, bool expanded, const Sflow5Message& message, Sflow5Gateway& gateway,
                               flow::FlowBatch& out);

}  // namespace weir::decode
