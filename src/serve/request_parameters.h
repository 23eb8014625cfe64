// The parameters of a request, wherever they stand: in the query string, in a form, in a JSON object.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/query_options.h"
#include "serve/http_message.h"

namespace weir::serve {

/// Takes the parameters of the query string, and of the body of a POST: a form, or one JSON object of texts, whole
/// numbers, true and false and, for names in `lists`, lists of texts (joined by commas). Parameters given twice are errors,
/// and those that are not in `known`, so that a misspelt one is noticed; `known` empty: the caller looks.
[[nodiscard]] std::expected<std::vector<Parameter>, query::OptionError> request_parameters(
    const Request& request, std::span<const std::string_view> known, std::span<const std::string_view> lists = {});

[[nodiscard]] std::optional<std::string> value_of(const std::vector<Parameter>& parameters, std::string_view name);

/// The parameter `filter`, wherever it stands; "" when there is none.
[[nodiscard]] std::string filter_text(const Request& request);
/// 400 with `parameter` and, of a filter, `position`, `length` (in octets) and `shown`.
[[nodiscard]] Response wrong_parameter(const query::OptionError& error, std::string_view filter = {});

}  // namespace weir::serve
