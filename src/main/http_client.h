// Asks a running Weir over HTTP.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace weir::main {

struct HttpReply {
  long status = 0;
  std::string content_type;
  std::string body;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// GETs SERVER + path with the parameters percent-encoded, behind those that the path has already. `server` is
/// "http://HOST:PORT", with or without a trailing slash. A reply of any status is a reply; an error means that there was
/// none, and says what to do. When `stop` is set meanwhile, the connection is closed: ErrorCode::cancelled.
[[nodiscard]] Result<HttpReply> http_get(const std::string& server, std::string_view path, const Parameters& parameters,
                                         const std::atomic<bool>* stop = nullptr);

/// The same by POST, with an empty body.
[[nodiscard]] Result<HttpReply> http_post(const std::string& server, std::string_view path,
                                          const Parameters& parameters);
/// POSTs JSON; `token`, where it is not empty, goes along as "Authorization: Bearer TOKEN". As http_get() otherwise.
[[nodiscard]] Result<HttpReply> http_post_json(const std::string& server, std::string_view path, const std::string& body,
                                               const std::string& token);

/// POSTs the parameters as a form, for those that may be long.
[[nodiscard]] Result<HttpReply> http_post_form(const std::string& server, std::string_view path,
                                               const Parameters& parameters, const std::atomic<bool>* stop = nullptr);

}  // namespace weir::main
