// NetFlow versions 5 and 7: one record layout each, without Templates (Cisco, "NetFlow Export Datagram Formats").
#pragma once

#include "decode/flow_plan.h"
#include "decode/set_decoder.h"
#include "flow/datagram.h"

namespace weir::decode {

/// The two layouts, compiled like Templates.
class FixedFormats {
 public:
  FixedFormats();

  /// Decodes one datagram of version 5 or 7. The observation domain is version 5's engine type and ID as one number;
  /// version 5's sampling header gives the rate (0 unknown). A datagram that holds fewer records than it announces
  /// gives none; what it holds beyond them is ignored. Both are counted.
  void decode(const flow::Datagram& datagram, flow::ExportProtocol protocol, const Workshop& workshop,
              flow::FlowBatch& out) const;

 private:
  FlowPlan netflow5_;
  FlowPlan netflow7_;
};

}  // namespace weir::decode
