// The Elasticsearch-compatible API on a port of its own, and its rows for the main server.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/metrics.h"
#include "serve/es/es_api.h"
#include "serve/http_server.h"

namespace weir::serve::es {

/// Construction is inert. start() makes the threads of HttpServer.
class EsService {
 public:
  EsService(store::Store& store, std::string version, const HttpOptions& options)
      : api_(store, std::move(version)), server_(options, api_.routes("")) {}

  /// Errors as HttpServer::start().
  Result<void> start() { return server_.start(); }
  void stop() { server_.stop(); }
  /// The port that is listened on; 0 before start().
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  /// The same API below /es of another server; the rows refer to this object.
  [[nodiscard]] std::vector<Route> routes_below() { return api_.routes("/es"); }
  /// Adds the families weir_es_*. What they read outlives this object.
  void add_metrics(Metrics& metrics) const;

 private:
  EsApi api_;
  HttpServer server_;
};

}  // namespace weir::serve::es
