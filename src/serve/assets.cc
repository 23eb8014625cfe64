#include "serve/assets.h"

#include <algorithm>
#include <string>

#include "base/log.h"
#include "serve/problem.h"

namespace weir::serve {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes the next element off a comma-separated list.
std::string_view next_element(std::string_view& list) {
  const auto comma = list.find(',');
  const auto element = trim(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return element;
}

/// True when the weight is zero ("q=0", "q=0.0"...), which means "not this one".
bool weight_is_zero(std::string_view parameters) {
  const auto at = parameters.find("q=");
  if (at == std::string_view::npos) return false;
  const auto weight = trim(parameters.substr(at + 2));
  return weight.starts_with('0') && weight.find_first_of("123456789") == std::string_view::npos;
}

bool accepts(std::string_view accept_encoding, std::string_view coding) {
  while (!accept_encoding.empty()) {
    const auto element = next_element(accept_encoding);
    const auto semicolon = element.find(';');
    if (trim(element.substr(0, semicolon)) != coding) continue;
    return semicolon == std::string_view::npos || !weight_is_zero(element.substr(semicolon));
  }
  return false;
}

/// If-None-Match compares weakly (RFC 9110 section 13.1.2).
bool matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    auto element = next_element(if_none_match);
    if (element == "*") return true;
    if (element.starts_with("W/")) element.remove_prefix(2);
    if (element == etag) return true;
  }
  return false;
}

}  // namespace

Response serve_asset(std::span<const Asset> assets, const Request& request) {
  const std::string_view path = request.path == "/" ? "/index.html" : std::string_view(request.path);
  const auto found = std::lower_bound(assets.begin(), assets.end(), path,
                                      [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
  if (found == assets.end() || found->path != path) return problem(404, "there is nothing at " + log::escape(path));
  Response out;
  out.content_type = found->content_type;
  out.headers.emplace_back("ETag", found->etag);
  out.headers.emplace_back("Vary", "Accept-Encoding");
  out.headers.emplace_back("Cache-Control", found->hashed ? "public, max-age=31536000, immutable" : "no-cache");
  if (matches(request.if_none_match, found->etag)) {
    out.status = 304;
    out.content_type.clear();
    return out;
  }
  out.static_body = found->identity;
  if (!found->brotli.empty() && accepts(request.accept_encoding, "br")) {
    out.static_body = found->brotli;
    out.headers.emplace_back("Content-Encoding", "br");
  } else if (!found->gzip.empty() && accepts(request.accept_encoding, "gzip")) {
    out.static_body = found->gzip;
    out.headers.emplace_back("Content-Encoding", "gzip");
  }
  return out;
}

}  // namespace weir::serve
