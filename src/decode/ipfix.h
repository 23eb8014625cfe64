// IPFIX (RFC 7011) over UDP.
#pragma once

#include "decode/set_decoder.h"
#include "flow/datagram.h"

namespace weir::decode {

/// Decodes one datagram, which holds one Message. What lies behind the length in the Message's header is ignored and
/// counted, and so is a length beyond the datagram, of which the whole records are decoded.
void decode_ipfix(const flow::Datagram& datagram, const Workshop& workshop, flow::FlowBatch& out);

}  // namespace weir::decode
