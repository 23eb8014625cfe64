// What is typed into a report's form: "report\nname=value\n..". Never crashes; what it asks is valid, and an error that blames
// a parameter blames one that was typed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "query/report/catalogue.h"
#include "query/report/format.h"
#include "query/validate.h"

namespace report = weir::query::report;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = [&text] {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view out = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return out;
  };
  const report::Report* wanted = report::find_report(line());
  if (wanted == nullptr) return 0;
  std::vector<report::Typed> typed;
  while (!text.empty()) {
    const std::string_view pair = line();
    const std::size_t equals = std::min(pair.find('='), pair.size());
    typed.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
  report::Context context;
  context.now = 1'800'000'000'000;
  context.engine.run = [](const weir::query::Query& query) -> weir::Result<weir::query::Answer> {
    if (!weir::query::validate(query)) std::abort();
    weir::query::Answer out;
    out.from_ms = query.from_ms;
    out.to_ms = query.to_ms;
    return out;
  };
  context.engine.search = [](const weir::query::Search&) -> weir::Result<weir::query::SearchAnswer> { return {}; };
  context.engine.tally = [](const weir::query::Tally&) -> weir::Result<weir::query::TallyAnswer> { return {}; };
  const auto outcome = report::run_report(*wanted, typed, context);
  if (!outcome && outcome.error().error.message.empty()) std::abort();
  if (outcome && report::format_json(*outcome).empty()) std::abort();
  return 0;
}
