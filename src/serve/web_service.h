// The whole read side over HTTP: the page, the API, the live feed and the server beneath them.
#pragma once

#include <memory>
#include <vector>

#include "base/error.h"
#include "base/metrics.h"
#include "serve/http_server.h"
#include "serve/sources.h"

namespace weir::serve {

/// Construction is inert. start() makes the threads of HttpServer and of LiveFeed: 1 for the network, 2 for quick
/// requests, 3 for questions, 2 for the live feed; 8 with the default options. stop() ends them in reverse.
class WebService {
 public:
  /// `more` is served beside the API and goes before the page; what it refers to outlives the server.
  WebService(Sources sources, const HttpOptions& options, std::vector<Route> more = {});
  ~WebService();  ///< stops
  WebService(const WebService&) = delete;
  WebService& operator=(const WebService&) = delete;

  /// Errors as HttpServer::start().
  Result<void> start();
  void stop();
  /// The port that is listened on; 0 before start().
  [[nodiscard]] std::uint16_t port() const;
  /// Adds the families weir_http_*. What they read outlives this object.
  void add_metrics(Metrics& metrics) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::serve
