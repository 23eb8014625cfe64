// The page of a program that was built without its user interface (-DWEIR_WEB=OFF).
#include <array>

#include "serve/assets.h"

namespace weir::serve {

std::span<const Asset> embedded_assets() {
  static constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Weir</title>
<h1>Weir</h1>
<p>This program was built without its user interface. Build it with <code>-DWEIR_WEB=ON</code> to have one.</p>
<p>It collects and answers all the same: <a href="/api/v1/status">status</a>,
<a href="/api/v1/doctor?format=text">doctor</a>, <a href="/metrics">metrics</a>.</p>
</html>
)";
  static constexpr std::array<Asset, 1> kAssets = {{{.path = "/index.html",
                                                     .content_type = "text/html; charset=utf-8",
                                                     .etag = "\"without-interface\"",
                                                     .hashed = false,
                                                     .identity = kPage,
                                                     .gzip = {},
                                                     .brotli = {}}}};
  return kAssets;
}

}  // namespace weir::serve
