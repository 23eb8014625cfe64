// Dates, date math in names of indices, scripts, patterns and filter_path: never crash.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serve/es/dates.h"
#include "serve/es/filter_path.h"
#include "serve/es/indices.h"
#include "serve/es/script.h"
#include "serve/es/text_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::serve::es;
  if (size == 0 || size > 4096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t half = text.size() * data[0] / 256;
  DateContext dates;
  dates.now_ms = 1'532'383'261'727;
  dates.round_up = (data[0] & 1U) != 0;
  (void)parse_date(text, dates);
  dates.format = text.substr(0, half);
  if (const auto moment = parse_date(text.substr(half), dates)) (void)format_date(*moment, dates.format, dates.zone);
  (void)select_indices(text, {{1'532'304'000'000, 1}, {1'532'390'400'000, 2}}, {}, dates.now_ms);
  if (const auto script = Script::arithmetic(text)) (void)script->run([](std::string_view) { return 2.0; });
  (void)Script::moving(text);
  (void)lucene_regexp(text, false);
  (void)glob_pattern(text, true);
  (void)at_least_pattern(text.substr(0, kMostOrderedText));
  boost::json::value value = boost::json::parse(R"({"hits":{"total":1,"hits":[{"_source":{"sa":"x"}}]},"took":1})");
  apply_filter_path(value, text);
  return 0;
}
