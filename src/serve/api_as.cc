#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/number_from.h"
#include "serve/api.h"
#include "serve/problem.h"

namespace weir::serve {
namespace {

/// More than a page shows.
constexpr std::size_t kMostNumbers = 1000;
constexpr std::size_t kMostFound = 50;

boost::json::object as_json(const flow::AsName& name) {
  return {{"as", name.as}, {"name", name.name}, {"country", name.country}};
}

/// "15169,AS3356"; nothing when a word is no AS number or there are too many.
std::optional<std::vector<std::uint32_t>> numbers_in(std::string_view text) {
  std::vector<std::uint32_t> out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view word = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    if (word.starts_with("AS") || word.starts_with("as")) word.remove_prefix(2);
    const auto as = number_from<std::uint32_t>(word);
    if (!as || out.size() == kMostNumbers) return std::nullopt;
    out.push_back(*as);
  }
  return out;
}

}  // namespace

Response get_as(const flow::AsNames& names, const Request& request) {
  const auto numbers = parameter(request, "numbers");
  const auto search = parameter(request, "search");
  if (numbers.has_value() == search.has_value()) {
    return problem(400, "expected numbers=15169,3356 or search=WORDS, one of them");
  }
  boost::json::array found;
  if (search) {
    for (const flow::AsName* name : names.search(*search, kMostFound)) found.push_back(as_json(*name));
  } else {
    const auto asked = numbers_in(*numbers);
    if (!asked)
      return problem(400, "numbers: expected at most 1000 AS numbers separated by commas, such as 15169,3356");
    for (const std::uint32_t as : *asked) {
      if (const flow::AsName* name = names.find(as)) found.push_back(as_json(*name));
    }
  }
  Response out;
  out.body = boost::json::serialize(boost::json::object{{"ases", std::move(found)}});
  return out;
}

}  // namespace weir::serve
