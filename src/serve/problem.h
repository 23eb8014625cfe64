// Errors as people and programs read them: RFC 9457 problem documents.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/error.h"
#include "serve/http_message.h"

namespace weir::serve {

/// {"type":"about:blank","title":...,"status":...,"detail":...} and what `more` adds (RFC 9457 section 3.2).
/// The title is the status code's own phrase; `detail` is one sentence that says what was wrong and what to do.
[[nodiscard]] Response problem(unsigned status, std::string_view detail, const boost::json::object& more = {});
/// The same for an error of the inner floors; its code chooses the status.
[[nodiscard]] Response problem(const Error& error);
/// The phrase of RFC 9110 section 15 for the codes this server sends.
[[nodiscard]] std::string_view status_phrase(unsigned status);

}  // namespace weir::serve
