#include <boost/json.hpp>

#include "serve/api.h"
#include "serve/doctor_show.h"
#include "serve/problem.h"

namespace weir::serve {

Response get_doctor(const Monitor& monitor, const Request& request, UnixMillis now) {
  const auto format = parameter(request, "format").value_or("json");
  if (format != "json" && format != "text") return problem(400, "format is json or text");
  Diagnosis diagnosis = monitor.diagnose(monitor.observe(now));
  keep_worst(diagnosis, kMostExportersTold);
  Response out;
  if (format == "text") {
    out.content_type = "text/plain; charset=utf-8";
    out.body = doctor_text(diagnosis);
  } else {
    out.body = boost::json::serialize(doctor_json(diagnosis));
  }
  return out;
}

}  // namespace weir::serve
