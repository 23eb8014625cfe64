#include "serve/router.h"

namespace weir::serve {
namespace {

bool fits(const Route& route, std::string_view path, bool prefixes) {
  const std::string_view pattern = route.path;
  if (!pattern.ends_with('*')) return !prefixes && pattern == path;
  return prefixes && path.starts_with(pattern.substr(0, pattern.size() - 1));
}

void allow(std::string& list, std::string_view method) {
  if (list.find(method) != std::string::npos) return;
  if (!list.empty()) list += ", ";
  list += method;
}

}  // namespace

Router::Match Router::find(std::string_view method, std::string_view path) const {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const bool prefixes : {false, true}) {
    Match match;
    for (const Route& route : routes_) {
      if (!fits(route, path, prefixes)) continue;
      if (route.method == wanted) return {&route, {}};
      allow(match.allow, route.method);
      if (route.method == "GET") allow(match.allow, "HEAD");
    }
    // An exact path that lacks the method is not looked up among the prefixes.
    if (!match.allow.empty()) return match;
  }
  return {};
}

}  // namespace weir::serve
