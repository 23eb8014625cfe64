// What a browser may send as a question: the request target, a form, a JSON body. Never crashes; what is taken is bounded.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "serve/query_request.h"
#include "serve/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto target = weir::serve::parse_target(text);
  if (target && (!target->path.starts_with('/') || target->parameters.size() > weir::serve::kMostParameters)) std::abort();
  weir::serve::Request request;
  request.body = text;
  for (const auto* type : {"application/json", "application/x-www-form-urlencoded"}) {
    request.content_type = type;
    const auto asked = weir::serve::read_query_request(request);
    if (!asked) continue;
    const auto query = weir::query::build_query(asked->options, 1'800'000'000'000);
    if (!query && query.error().message.empty()) std::abort();
  }
  return 0;
}
