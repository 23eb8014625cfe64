// The explicit table of routes, and how a request finds its row.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/http_message.h"

namespace weir::serve {

/// Where a handler runs. quick: it answers in a moment, whatever the store does. query: it asks the store and may take
/// long; the two have threads of their own, so that long questions never hold up the page, /healthz or /metrics.
enum class Lane : unsigned char { quick, query };

/// Does not throw; a failure is a problem document (problem.h). Called from several threads at once.
using Handler = std::function<Response(const Request&)>;

struct Route {
  std::string method;  ///< "GET", "POST", "PUT" or "DELETE"
  std::string path;    ///< exact, or a prefix when it ends in '*'
  Lane lane = Lane::quick;
  Handler handler;
};

class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  struct Match {
    const Route* route = nullptr;
    std::string allow;  ///< the methods the path has, for 405; empty when there is no such path
  };
  /// The first row that fits, exact paths before prefixes. "HEAD" matches rows of "GET".
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace weir::serve
