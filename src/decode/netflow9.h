// NetFlow version 9 (RFC 3954).
#pragma once

#include "decode/set_decoder.h"
#include "flow/datagram.h"

namespace weir::decode {

/// Decodes one datagram. The header's count is not held against the content: RFC 3954 wants the number of records, but
/// exporters send the number of FlowSets or of flows.
void decode_netflow9(const flow::Datagram& datagram, const Workshop& workshop, flow::FlowBatch& out);

}  // namespace weir::decode
