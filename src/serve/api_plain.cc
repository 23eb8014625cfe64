#include "serve/api.h"

namespace weir::serve {

Response get_healthz(const Request&) {
  Response out;
  out.content_type = "text/plain; charset=utf-8";
  out.body = "ok\n";
  return out;
}

Response get_metrics(const Metrics& metrics) {
  Response out;
  out.content_type = "text/plain; version=0.0.4; charset=utf-8";
  out.body = metrics.text();
  return out;
}

}  // namespace weir::serve
