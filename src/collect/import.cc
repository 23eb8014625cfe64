#include "collect/import.h"

namespace weir::collect {

Result<void> import_capture(const std::string& file, Pipeline& pipeline, const std::function<bool()>& stop,
                            ImportCounts& counts) {
  const std::uint64_t stored_before = pipeline.rows_stored();
  const std::uint64_t refused_before = pipeline.rows_refused();
  auto capture = receive::CaptureReader::open(file);
  if (!capture) return std::unexpected(capture.error());
  while (const auto datagram = capture->next()) {
    pipeline.take(*datagram);
    // A batch waits for rows, not for time; what is left goes at the end.
    pipeline.tick(datagram->received_ms, 0);
    if (pipeline.rows_refused() != refused_before || stop()) break;
  }
  pipeline.flush();
  counts.capture = capture->stats();
  counts.flows_stored = pipeline.rows_stored() - stored_before;
  counts.flows_refused = pipeline.rows_refused() - refused_before;
  if (counts.flows_refused > 0) return fail(ErrorCode::no_space, file + ": the store takes no more flows");
  if (capture->error()) return std::unexpected(*capture->error());
  return {};
}

}  // namespace weir::collect
