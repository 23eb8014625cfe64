// The body of a _search and Lucene's syntax: never crash; what they refuse, they refuse with a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serve/es/search_spec.h"
#include "serve/es/text_query.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::serve::es;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  QueryContext context;
  context.dates.now_ms = 1'532'383'261'727;
  if (const auto document = Document::parse(text)) {
    const auto spec = read_search(*document, {}, context);
    if (!spec && (spec.error().reason.empty() || spec.error().type.empty() || spec.error().status / 100 != 4)) std::abort();
  } else if (document.error().line == 0) {
    std::abort();
  }
  TextQuery query;
  query.text = text;
  query.dates = context.dates;
  if (const auto parsed = parse_query_string(query); !parsed && parsed.error().status / 100 != 4) std::abort();
  if (!parse_simple_query_string(query) && size <= kMostQueryText) std::abort();
  return 0;
}
