// What may be asked for as /api/v1/flows, and any cursor: never crashes; what is taken is bounded, and a cursor that is taken
// is written again as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "serve/flows_request.h"
#include "serve/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto cursor = weir::serve::parse_flows_cursor(text)) {
    const auto again = weir::serve::parse_flows_cursor(to_text(*cursor));
    if (!again || again->from_ms != cursor->from_ms || again->to_ms != cursor->to_ms || again->place != cursor->place)
      std::abort();
  }
  weir::serve::Request request;
  if (auto form = weir::serve::parse_form(text)) request.parameters = *std::move(form);
  const auto asked = weir::serve::read_flows_request(request, 1'800'000'000'000);
  if (asked && (asked->search.most > weir::serve::kMostFlowsOfPage || asked->search.from_ms >= asked->search.to_ms))
    std::abort();
  if (!asked && asked.error().message.empty()) std::abort();
  return 0;
}
