// What could be typed next, at any place of any text: never crashes, what is to be replaced lies in the text, and a
// candidate behind a filter that is right so far does not make an earlier place of it wrong.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "query/completion.h"
#include "query/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t position = (std::size_t{data[0]} << 8U | data[1]) % (text.size() + 2);
  const auto values = [](weir::flow::Column, std::string_view typed, std::size_t) {
    return std::vector<weir::query::KnownValue>{{std::string(typed), "typed"}, {"a \"b\" \\", ""}, {"and", ""}};
  };
  const auto completion = weir::query::complete(text, position, values);
  if (completion.start > text.size() || completion.length > text.size() - completion.start) std::abort();
  if (completion.candidates.size() > weir::query::kMostCandidates) std::abort();
  for (const auto& candidate : completion.candidates) {
    if (candidate.text.empty()) std::abort();
    if (weir::query::invalid_utf8_at(candidate.text) != candidate.text.size() &&
        weir::query::invalid_utf8_at(text) == text.size())
      std::abort();
  }
  return 0;
}
