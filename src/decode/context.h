// What the decoder of every protocol is handed beside the datagram.
#pragma once

#include "decode/decoder.h"

namespace weir::decode {

struct Context {
  const DecodeOptions& options;
  flow::StringPool& strings;
  flow::ExporterState& exporter;
};

}  // namespace weir::decode
