// Capture files into a store, as fast as it goes and without losing a flow.
#pragma once

#include <functional>
#include <string>

#include "collect/pipeline.h"
#include "receive/capture_reader.h"

namespace weir::collect {

/// What one file gave.
struct ImportCounts {
  receive::CaptureStats capture;
  std::uint64_t flows_stored = 0;
  std::uint64_t flows_refused = 0;  ///< the store stopped, e.g. because the disk is full
};

/// Sends the datagrams of `file` through `pipeline`, which was made with WhenStoreIsFull::wait, on the capture's own
/// clock. Flows of a damaged file are kept up to the damage; the error then says where it is. Ends early when `stop`
/// says so. `counts` tells what was done in every case.
[[nodiscard]] Result<void> import_capture(const std::string& file, Pipeline& pipeline,
                                          const std::function<bool()>& stop, ImportCounts& counts);

}  // namespace weir::collect
