// GET /api/v1/config: the configuration that runs, without its secrets.
#include "serve/api.h"
#include "serve/problem.h"

namespace weir::serve {

Response get_config(const Sources& sources) {
  if (!sources.config) return problem(404, "this server does not tell its configuration");
  Response out;
  out.body = sources.config();
  return out;
}

}  // namespace weir::serve
