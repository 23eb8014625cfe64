// sFlow version 5 (sflow.org, sflow_version_5.txt): flow samples -> rows, counter samples -> interface readings.
#pragma once

#include "decode/context.h"
#include "decode/decoder.h"

namespace weir::decode {

/// Decodes one sFlow v5 datagram. One row for each flow sample (plain and expanded) that holds a packet header or an
/// extended IPv4/IPv6 record; a sample without either still gives a row with its interfaces and rate. `bytes` is the
/// sampled packet's IP length (the frame length less what lies before the IP header where the IP header is cut), `packets`
/// is 1, sampling_rate is the sample's.
/// Sets every column the sample gives, and exporter, time_received, time, export_protocol, observation_domain (sub-agent).
void decode_sflow5(const flow::Datagram& datagram, const Context& context, Decoded& out);

}  // namespace weir::decode
