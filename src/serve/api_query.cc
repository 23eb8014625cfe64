#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "query/as_names_of.h"
#include "serve/api.h"
#include "serve/problem.h"
#include "serve/query_request.h"

namespace weir::serve {
namespace {

/// Says which parameter is wrong and, of a filter, where.
Response refuse(const query::QueryOptions& options, const query::OptionError& error) {
  boost::json::object more;
  if (!error.option.empty()) more["parameter"] = error.option;
  if (error.filter) {
    more["position"] = error.filter->position;
    more["length"] = error.filter->length;
    more["shown"] = query::show_error(options, error);
  }
  return problem(400, error.option.empty() ? error.message : error.option + ": " + error.message, more);
}

auto speeds_in(std::shared_ptr<const flow::InterfaceTable> table) {
  return [table = std::move(table)](const IpAddress& exporter, std::uint32_t index) -> std::optional<std::uint64_t> {
    const flow::InterfaceInfo* info = table->find(exporter, index);
    return info == nullptr || info->speed_bps == 0 ? std::nullopt : std::optional(info->speed_bps);
  };
}

}  // namespace

Response run_query(store::Store& store, const flow::AsNames& names, const flow::CurrentInterfaceTable* interfaces,
                   const Request& request, UnixMillis now) {
  const auto asked = read_query_request(request);
  if (!asked) return refuse({}, asked.error());
  auto query = query::build_query(asked->options, now);
  if (!query) return refuse(asked->options, query.error());
  if (interfaces != nullptr) query->options.speed_of = speeds_in(interfaces->get());
  query->options.progress = request.progress;
  auto answer = store.run(*query, *request.cancel);
  if (!answer && answer.error().code == ErrorCode::cancelled && *request.cancel) {
    return problem(
        504, "the question took too long and was ended; ask for a shorter range, fewer columns or a longer resolution");
  }
  if (!answer) return problem(answer.error());
  query::name_ases(*query, names, *answer);
  Response out;
  out.content_type = query::content_type(asked->format);
  out.body = query::format_answer(*query, *answer, asked->format);
  if (asked->format == query::Format::csv) {
    out.headers.emplace_back("Content-Disposition", "attachment; filename=\"weir.csv\"");
  }
  return out;
}

}  // namespace weir::serve
