#include "serve/query_request.h"

#include <array>

#include "base/log.h"
#include "serve/request_parameters.h"

namespace weir::serve {
namespace {

constexpr std::array<std::string_view, 2> kLists = {"by", "distinct"};

std::unexpected<query::OptionError> wrong(std::string_view parameter, std::string message) {
  return std::unexpected(
      query::OptionError{.option = std::string(parameter), .message = std::move(message), .filter = std::nullopt});
}

}  // namespace

std::expected<std::vector<Parameter>, query::OptionError> all_parameters(const Request& request) {
  return request_parameters(request, {}, kLists);
}

std::expected<QueryRequest, query::OptionError> read_query_request(const Request& request) {
  const auto all = all_parameters(request);
  if (!all) return std::unexpected(all.error());
  QueryRequest out;
  for (const auto& [name, text] : *all) {
    if (name == "format") {
      const auto format = query::parse_format(text);
      if (!format) return wrong(name, format.error().message);
      out.format = *format;
    } else if (!query::set_option(out.options, name, text)) {
      return wrong(name, "there is no parameter '" + log::escape(name) + "'");
    }
  }
  return out;
}

}  // namespace weir::serve
