#include "serve/es/es_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

#include "base/log.h"
#include "serve/es/endpoint.h"
#include "serve/es/filter_path.h"
#include "serve/es/json_writer.h"
#include "serve/es/split.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

struct EndpointRow {
  std::string_view methods;  ///< "GET POST"
  std::string_view pattern;  ///< segments; {index} and {name} take any that does not begin with '_' (name: any)
  ReplyOr (*handler)(Call& call);
};

// Exact rows before those with {index}.
constexpr std::array kEndpoints = std::to_array<EndpointRow>({
    {"GET", "", get_root},
    {"GET", "_cat", get_cat},
    {"GET", "_cat/health", get_cat_health},
    {"GET", "_cat/indices", get_cat_indices},
    {"GET", "_cat/indices/{index}", get_cat_indices},
    {"GET", "_cat/count", get_cat_count},
    {"GET", "_cat/count/{index}", get_cat_count},
    {"GET", "_cat/nodes", get_cat_nodes},
    {"GET", "_cat/aliases", get_cat_aliases},
    {"GET", "_cluster/health", get_cluster_health},
    {"GET", "_cluster/health/{index}", get_cluster_health},
    {"GET", "_cluster/settings", get_cluster_settings},
    {"GET", "_nodes", get_nodes},
    {"GET", "_nodes/{name}", get_nodes},
    {"GET", "_nodes/{name}/{name}", get_nodes},
    {"GET", "_license", get_license},
    {"GET", "_xpack", get_xpack},
    {"GET", "_template", get_empty},
    {"GET", "_index_template", get_empty},
    {"GET", "_ingest/pipeline", get_empty},
    {"GET", "_data_stream", get_data_streams},
    {"GET", "_data_stream/{name}", get_data_streams},
    {"GET", "_mapping", get_mapping},
    {"GET", "_mappings", get_mapping},
    {"GET", "_mapping/field/{name}", get_field_mapping},
    {"GET", "_settings", get_settings},
    {"GET", "_alias", get_aliases},
    {"GET", "_aliases", get_aliases},
    {"GET", "_alias/{name}", get_aliases},
    {"GET", "_stats", get_stats},
    {"GET POST", "_field_caps", get_field_caps},
    {"GET POST", "_resolve/index/{name}", resolve_index},
    {"GET POST", "_refresh", refresh},
    {"GET POST", "_search", search},
    {"GET POST", "_search/scroll", scroll},
    {"GET POST", "_search/scroll/{name}", scroll},
    {"DELETE", "_search/scroll", clear_scroll},
    {"DELETE", "_search/scroll/{name}", clear_scroll},
    {"GET POST", "_msearch", msearch},
    {"GET POST", "_count", count},
    {"GET POST", "_validate/query", validate_query},
    {"DELETE", "_pit", close_pit},
    {"DELETE", "_search/point_in_time", close_point_in_time},
    {"DELETE", "_search/point_in_time/_all", close_point_in_time},
    {"POST PUT", "_bulk", refuse_write},
    {"POST PUT", "_reindex", refuse_write},
    {"POST", "_aliases", refuse_write},
    {"PUT", "_template/{name}", refuse_write},
    {"PUT", "_index_template/{name}", refuse_write},
    {"PUT", "_cluster/settings", refuse_write},
    {"GET", "{index}", get_index},
    {"PUT DELETE", "{index}", refuse_write},
    {"GET", "{index}/_mapping", get_mapping},
    {"GET", "{index}/_mappings", get_mapping},
    {"PUT POST", "{index}/_mapping", refuse_write},
    {"GET", "{index}/_mapping/field/{name}", get_field_mapping},
    {"GET", "{index}/_settings", get_settings},
    {"PUT", "{index}/_settings", refuse_write},
    {"GET", "{index}/_alias", get_aliases},
    {"GET", "{index}/_stats", get_stats},
    {"GET POST", "{index}/_field_caps", get_field_caps},
    {"GET POST", "{index}/_refresh", refresh},
    {"GET POST", "{index}/_search", search},
    {"GET POST", "{index}/_msearch", msearch},
    {"GET POST", "{index}/_count", count},
    {"GET POST", "{index}/_validate/query", validate_query},
    {"POST", "{index}/_pit", open_pit},
    {"POST", "{index}/_search/point_in_time", open_point_in_time},
    {"GET", "{index}/_doc/{name}", get_document},
    {"GET", "{index}/_source/{name}", get_source},
    {"POST PUT", "{index}/_bulk", refuse_write},
    {"POST", "{index}/_doc", refuse_write},
    {"POST PUT DELETE", "{index}/_doc/{name}", refuse_write},
    {"POST PUT", "{index}/_create/{name}", refuse_write},
    {"POST", "{index}/_update/{name}", refuse_write},
    {"POST", "{index}/_delete_by_query", refuse_write},
    {"POST", "{index}/_update_by_query", refuse_write},
    {"GET POST", "{index}/f/_search", search},  // with the type of the old system's documents
    {"GET POST", "{index}/f/_count", count},
});

bool fits(std::string_view pattern, const std::vector<std::string>& segments, Call& call) {
  std::size_t at = 0;
  call.index.clear();
  call.name.clear();
  while (!pattern.empty()) {
    const std::size_t slash = pattern.find('/');
    const std::string_view want = pattern.substr(0, slash);
    pattern = slash == std::string_view::npos ? std::string_view() : pattern.substr(slash + 1);
    if (at == segments.size()) return false;
    const std::string& have = segments[at++];
    if (want == "{index}") {
      if (have.starts_with('_') && have != "_all") return false;
      call.index = have;
    } else if (want == "{name}") {
      call.name = have;
    } else if (want != have) {
      return false;
    }
  }
  return at == segments.size();
}

bool takes(std::string_view methods, std::string_view method) {
  return methods.find(method) != std::string_view::npos;
}

Response plain_error(unsigned status, std::string message) {
  Response out;
  out.status = status;
  out.body = write_json(json::object{{"error", std::move(message)}, {"status", status}});
  return out;
}

Response shaped(const Call& call, Reply reply) {
  Response out;
  out.status = reply.status;
  if (reply.is_text) {
    out.content_type = "text/plain; charset=UTF-8";
    out.body = std::move(reply.text);
    return out;
  }
  if (const auto paths = serve::parameter(call.request, "filter_path")) apply_filter_path(reply.json, *paths);
  out.body = write_json(reply.json, call.flag("pretty"));
  return out;
}

}  // namespace

Response EsApi::handle(const Request& request, std::string_view prefix, UnixMillis now) {
  const std::vector<std::string> segments = split_names(std::string_view(request.path).substr(prefix.size()), '/');
  Call call{*this, request, {store_, indices_, cursors_, *request.cancel, now}, {}, {}};
  std::string allowed;
  Response out;
  bool found = false;
  for (const EndpointRow& row : kEndpoints) {
    if (!fits(row.pattern, segments, call)) continue;
    if (!takes(row.methods, request.method)) {
      allowed += (allowed.empty() ? "" : " ") + std::string(row.methods);
      continue;
    }
    found = true;
    auto reply = row.handler(call);
    if (reply) {
      out = shaped(call, *std::move(reply));
    } else {
      if (reply.error().status >= 500)
        log::error("the Elasticsearch API failed to answer", "path=" + log::escape(request.path) + " error=" + log::escape(reply.error().reason));
      out.status = reply.error().status;
      out.body = write_json(error_json(reply.error()), call.flag("pretty"));
    }
    break;
  }
  if (!found && !allowed.empty()) {
    std::ranges::replace(allowed, ' ', ',');
    out = plain_error(405, fmt::format("Incorrect HTTP method for uri [{}] and method [{}], allowed: [{}]", request.path, request.method, allowed));
    out.headers.emplace_back("Allow", allowed);
  } else if (!found) {
    out = plain_error(400, fmt::format("no handler found for uri [{}] and method [{}]", request.path, request.method));
  }
  // Elastic's own clients talk to nobody without it.
  out.headers.emplace_back("X-Elastic-Product", "Elasticsearch");
  return out;
}

std::vector<Route> EsApi::routes(std::string_view prefix) {
  const std::string base(prefix);
  const auto handler = [this, base](const Request& request) { return handle(request, base, now_ms()); };
  std::vector<Route> out;
  out.push_back({"GET", base.empty() ? "/" : base, Lane::quick, handler});
  for (const char* quick : {"/_cluster/*", "/_nodes/*", "/_license", "/_xpack"}) out.push_back({"GET", base + quick, Lane::quick, handler});
  for (const char* method : {"GET", "POST", "PUT", "DELETE"}) out.push_back({method, base + "/*", Lane::query, handler});
  return out;
}

}  // namespace weir::serve::es
