#include <boost/json/object.hpp>

#include "serve/answer_json.h"
#include "serve/api.h"
#include "serve/problem.h"
#include "serve/query_request.h"

namespace weir::serve {
namespace {

/// Says which parameter is wrong and, of a filter, where.
Response refuse(const RequestError& error) {
  boost::json::object more;
  if (!error.parameter.empty()) more["parameter"] = error.parameter;
  if (error.filter) {
    more["position"] = error.filter->position;
    more["length"] = error.filter->length;
    more["shown"] = query::show_error(error.filter_text, *error.filter);
  }
  return problem(400, error.message, more);
}

}  // namespace

Response run_query(store::Store& store, const Request& request, UnixMillis now) {
  const auto parameters = request_parameters(request);
  if (!parameters) return refuse(parameters.error());
  const auto query = make_query(*parameters, now);
  if (!query) return refuse(query.error());
  const auto answer = store.run(*query, *request.cancel);
  if (!answer) return problem(answer.error());
  Response out;
  out.body = answer_json(*query, *answer);
  return out;
}

}  // namespace weir::serve
