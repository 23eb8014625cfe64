#include "main/asked_server.h"

#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <optional>

#include "base/clock.h"
#include "main/interrupt.h"
#include "main/progress_line.h"
#include "main/where.h"

namespace weir::main {
namespace {

/// What the server says of the question with this id; nothing where it does not know it (yet).
std::optional<double> progress_of(const std::string& server, const std::string& id) {
  const auto reply = http_get(server, "/api/v1/queries", {});
  if (!reply || reply->status != 200) return std::nullopt;
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(reply->body, error);
  const auto* queries = !error && parsed.is_object() ? parsed.get_object().if_contains("queries") : nullptr;
  if (queries == nullptr || !queries->is_array()) return std::nullopt;
  for (const boost::json::value& query : queries->get_array()) {
    if (!query.is_object()) continue;
    const auto* known = query.get_object().if_contains("id");
    const auto* far = query.get_object().if_contains("progress");
    if (known == nullptr || far == nullptr || *known != boost::json::value(id) || !far->is_number()) continue;
    const double value = far->to_number<double>();
    return value > 0 ? std::optional(value) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> ask_server_watched(const std::string& server, std::string_view path, const Parameters& parameters,
                                       bool as_form) {
  const std::string id = "cli-" + std::to_string(::getpid()) + "-" + std::to_string(now_ms());
  const std::atomic<bool>& stop = stop_on_interrupt();
  const ProgressLine progress([&] { return progress_of(server, id); });
  // In the address, where a form has its fields in the body.
  const std::string place = std::string(path) + "?query_id=" + id;
  // The server sees that nobody waits any more, and ends the question.
  auto reply = as_form ? http_post_form(server, place, parameters, &stop) : http_get(server, place, parameters, &stop);
  return body_of(std::move(reply), server);
}

}  // namespace weir::main
