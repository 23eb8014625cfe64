// A question to a server that may last: with progress, and Ctrl-C ends it there too.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "main/http_client.h"

namespace weir::main {

/// As get_from_server() (where.h), for what the server lists under /api/v1/queries; `as_form`: by POST, for parameters that may be
/// long. An interrupted one ends with ErrorCode::cancelled.
[[nodiscard]] Result<std::string> ask_server_watched(const std::string& server, std::string_view path,
                                                     const Parameters& parameters, bool as_form = false);

}  // namespace weir::main
