// The user interface's files, embedded in the program. cmake/web.cmake makes the library that defines
// embedded_assets().
#pragma once

#include <span>
#include <string_view>

#include "serve/http_message.h"

namespace weir::serve {

/// One file. All views live as long as the program.
struct Asset {
  std::string_view path;  ///< "/index.html", "/assets/index-4f2a.js"
  std::string_view content_type;
  std::string_view etag;  ///< strong, with its quotes
  bool hashed = false;    ///< its name changes with its content, so it may be kept for ever
  std::string_view identity;
  std::string_view gzip;    ///< empty where it would not be smaller
  std::string_view brotli;  ///< likewise
};

/// All files, sorted by path.
[[nodiscard]] std::span<const Asset> embedded_assets();

/// Answers GET for `request.path` out of `assets`: "/" is "/index.html", a match of If-None-Match is 304, and the
/// smallest form that Accept-Encoding takes is sent (RFC 9110 section 12.5.3). 404 where there is no such file.
[[nodiscard]] Response serve_asset(std::span<const Asset> assets, const Request& request);

}  // namespace weir::serve
