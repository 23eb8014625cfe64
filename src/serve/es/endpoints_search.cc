// _search, _msearch, _count, scrolls, points in time, documents by id.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "serve/es/agg_kinds.h"
#include "serve/es/document_id.h"
#include "serve/es/endpoint.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

/// Searches of one _msearch.
constexpr std::size_t kMostSearches = 200;

ReplyOr reply(json::value value, unsigned status = 200) {
  return Reply{.json = std::move(value), .text = {}, .is_text = false, .status = status};
}

/// The body, or the "source" of the URL where there is none.
std::string_view body_of(const Call& call) {
  if (!call.request.body.empty()) return call.request.body;
  return call.parameter("source");
}

Parsed<json::object> search_one(const Asking& asking, std::string_view names, std::string_view body, const std::vector<Parameter>& parameters,
                                const std::optional<IndexOptions>& options) {
  const auto document = Document::parse(body);
  if (!document) return std::unexpected(document.error());
  auto spec = read_search(*document, parameters, query_context(asking));
  if (!spec) return std::unexpected(spec.error());
  spec->octets = body.size();
  if (options) spec->indices = *options;
  return run_search(asking, names, *spec);
}

/// The index of a header of _msearch: a name or a list.
std::string names_of(const json::value* index) {
  if (index == nullptr) return {};
  if (!index->is_array()) return scalar_text(*index);
  std::string out;
  for (const json::value& name : index->get_array()) out += (out.empty() ? "" : ",") + scalar_text(name);
  return out;
}

/// One pair of lines.
Parsed<json::object> search_pair(const Call& call, std::string_view header, std::string_view body) {
  const auto document = Document::parse(header);
  if (!document) return std::unexpected(document.error());
  const Node root(*document);
  if (!root.is_object()) return root.misread("the header of a search must be an object");
  std::string names = names_of(root.object().if_contains("index"));
  if (names.empty()) names = names_of(root.object().if_contains("indices"));
  if (names.empty()) names = call.index;
  IndexOptions options = read_index_options(call.request.parameters);
  if (const auto flag = member(root, "ignore_unavailable")) options.ignore_unavailable = scalar_text(flag->value()) == "true";
  if (const auto flag = member(root, "allow_no_indices")) options.allow_no_indices = scalar_text(flag->value()) != "false";
  std::vector<Parameter> parameters;
  for (const auto& [name, value] : call.request.parameters) {
    if (name == "rest_total_hits_as_int" || name == "typed_keys") parameters.emplace_back(name, value);
  }
  return search_one(call.asking, names, body, parameters, options);
}

Parsed<std::string> text_member(const Node& node, std::string_view name) {
  const auto found = member(node, name);
  return found ? found->need_text(name) : std::string();
}

/// Ids in a body, under one of two names, as one text or a list.
Parsed<std::vector<std::string>> ids_in(const Node& root, std::initializer_list<std::string_view> names) {
  std::vector<std::string> out;
  for (const std::string_view name : names) {
    const auto found = member(root, name);
    if (!found) continue;
    if (!found->is_array()) {
      out.push_back(scalar_text(found->value()));
      continue;
    }
    for (const json::value& id : found->array()) out.push_back(scalar_text(id));
  }
  return out;
}

Parsed<std::string> open_context(Call& call) {
  const auto keep = read_keep_alive(call.parameter("keep_alive"));
  if (!keep) return std::unexpected(keep.error());
  const auto days = selected(call);
  if (!days) return std::unexpected(days.error());
  const auto pit = std::make_shared<PointInTime>();
  pit->indices = call.index;
  pit->opened_ms = call.asking.now_ms;
  return call.asking.cursors.open(pit, *keep, call.asking.now_ms);
}

}  // namespace

ReplyOr search(Call& call) {
  auto answer = search_one(call.asking, call.index, body_of(call), call.request.parameters, std::nullopt);
  if (!answer) return std::unexpected(answer.error());
  return reply(*std::move(answer));
}

ReplyOr count(Call& call) {
  const auto document = Document::parse(body_of(call));
  if (!document) return std::unexpected(document.error());
  const auto filter = read_query_only(*document, call.request.parameters, query_context(call.asking));
  if (!filter) return std::unexpected(filter.error());
  const auto counted = run_count(call.asking, call.index, read_index_options(call.request.parameters), *filter);
  if (!counted) return std::unexpected(counted.error());
  return reply(json::object{{"count", counted->documents},
                            {"_shards", json::object{{"total", counted->shards}, {"successful", counted->shards}, {"skipped", 0}, {"failed", 0}}}});
}

ReplyOr validate_query(Call& call) {
  const json::object shards{{"total", 1}, {"successful", 1}, {"failed", 0}};
  const auto document = Document::parse(body_of(call));
  if (!document) return std::unexpected(document.error());
  const auto filter = read_query_only(*document, call.request.parameters, query_context(call.asking));
  json::object out{{"_shards", shards}, {"valid", filter.has_value()}};
  if (!filter && call.flag("explain")) out["error"] = filter.error().reason;
  return reply(std::move(out));
}

ReplyOr msearch(Call& call) {
  const std::int64_t began = steady_ms();
  std::vector<std::string_view> lines;
  std::string_view rest = call.request.body;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    lines.push_back(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (lines.size() > 2 * kMostSearches) return illegal(fmt::format("at most {} searches may be asked for at once", kMostSearches));
  }
  while (!lines.empty() && lines.back().find_first_not_of(" \r\t") == std::string_view::npos) lines.pop_back();
  if (lines.empty()) return refuse("action_request_validation_exception", "Validation Failed: 1: no requests added;");
  if (lines.size() % 2 != 0) return illegal("a search of _msearch is two lines, a header and a body, each ended by a newline");
  json::array responses;
  for (std::size_t i = 0; i < lines.size(); i += 2) {
    auto answer = search_pair(call, lines[i], lines[i + 1]);
    if (answer) {
      (*answer)["status"] = 200;
      responses.push_back(*std::move(answer));
    } else {
      responses.push_back(error_json(answer.error()));
    }
  }
  return reply(json::object{{"took", steady_ms() - began}, {"responses", std::move(responses)}});
}

ReplyOr scroll(Call& call) {
  std::string id = call.name.empty() ? std::string(call.parameter("scroll_id")) : call.name;
  std::string keep(call.parameter("scroll"));
  if (!call.request.body.empty()) {
    const auto document = Document::parse(call.request.body);
    if (!document) return std::unexpected(document.error());
    const Node root(*document);
    auto given = text_member(root, "scroll_id");
    if (!given) return std::unexpected(given.error());
    if (!given->empty()) id = *std::move(given);
    auto length = text_member(root, "scroll");
    if (!length) return std::unexpected(length.error());
    if (!length->empty()) keep = *std::move(length);
  }
  if (id.empty()) return refuse("action_request_validation_exception", "Validation Failed: 1: scrollId is missing;");
  UnixMillis keep_ms = 0;
  if (!keep.empty()) {
    const auto length = read_keep_alive(keep);
    if (!length) return std::unexpected(length.error());
    keep_ms = *length;
  }
  auto answer = run_scroll(call.asking, id, keep_ms, call.flag("rest_total_hits_as_int"));
  if (!answer) return std::unexpected(answer.error());
  return reply(*std::move(answer));
}

ReplyOr clear_scroll(Call& call) {
  std::vector<std::string> ids;
  if (!call.name.empty()) ids.push_back(call.name);
  if (const auto document = Document::parse(call.request.body); document) {
    const auto given = ids_in(Node(*document), {"scroll_id"});
    if (given) ids.insert(ids.end(), given->begin(), given->end());
  } else {
    return std::unexpected(document.error());
  }
  if (ids.empty()) return refuse("action_request_validation_exception", "Validation Failed: 1: no scroll ids specified;");
  std::size_t freed = 0;
  for (std::string_view all : ids) {
    while (!all.empty()) {
      const std::size_t comma = all.find(',');
      const std::string_view id = all.substr(0, comma);
      all = comma == std::string_view::npos ? std::string_view() : all.substr(comma + 1);
      freed += id == "_all" ? call.asking.cursors.close_all_scrolls() : call.asking.cursors.close(id) ? 1 : 0;
    }
  }
  const bool none = freed == 0 && ids.front() != "_all";
  return reply(json::object{{"succeeded", true}, {"num_freed", freed}}, none ? 404 : 200);
}

ReplyOr open_pit(Call& call) {
  auto id = open_context(call);
  if (!id) return std::unexpected(id.error());
  return reply(json::object{{"id", *std::move(id)}, {"_shards", json::object{{"total", 1}, {"successful", 1}, {"skipped", 0}, {"failed", 0}}}});
}

ReplyOr open_point_in_time(Call& call) {
  auto id = open_context(call);
  if (!id) return std::unexpected(id.error());
  return reply(json::object{{"pit_id", *std::move(id)},
                            {"_shards", json::object{{"total", 1}, {"successful", 1}, {"skipped", 0}, {"failed", 0}}},
                            {"creation_time", call.asking.now_ms}});
}

ReplyOr close_pit(Call& call) {
  const auto document = Document::parse(call.request.body);
  if (!document) return std::unexpected(document.error());
  const auto ids = ids_in(Node(*document), {"id"});
  if (!ids) return std::unexpected(ids.error());
  if (ids->empty()) return illegal("Required [id]");
  std::size_t freed = 0;
  for (const std::string& id : *ids) freed += call.asking.cursors.close(id) ? 1 : 0;
  return reply(json::object{{"succeeded", freed > 0}, {"num_freed", freed}}, freed > 0 ? 200 : 404);
}

ReplyOr close_point_in_time(Call& call) {
  const auto document = Document::parse(call.request.body);
  if (!document) return std::unexpected(document.error());
  json::array pits;
  const bool all = call.request.path.ends_with("/_all");
  const auto ids = all ? Parsed<std::vector<std::string>>(call.asking.cursors.close_all_pits()) : ids_in(Node(*document), {"pit_id", "id"});
  if (!ids) return std::unexpected(ids.error());
  for (const std::string& id : *ids) {
    const bool closed = all || call.asking.cursors.close(id);
    pits.push_back(json::object{{"successful", closed}, {"pit_id", id}});
  }
  return reply(json::object{{"pits", std::move(pits)}});
}

namespace {

/// The record with the id of the path, within its index.
Parsed<std::optional<json::object>> find_document(Call& call) {
  const auto days = selected(call);
  if (!days) return std::unexpected(days.error());
  SearchSpec spec;
  const auto filter = find_ids(call.asking, {call.name});
  if (!filter) return std::unexpected(filter.error());
  spec.filter = *filter;
  spec.track_total = false;
  spec.hits.size = 1;
  auto found = run_search(call.asking, call.index, spec);
  if (!found) return std::unexpected(found.error());
  json::array& hits = (*found)["hits"].get_object()["hits"].get_array();
  if (hits.empty()) return std::nullopt;
  return std::move(hits.front().get_object());
}

}  // namespace

ReplyOr get_document(Call& call) {
  auto found = find_document(call);
  if (!found) return std::unexpected(found.error());
  if (!*found) return reply(json::object{{"_index", call.index}, {"_id", call.name}, {"found", false}}, 404);
  (*found)->erase("_score");
  json::object out{{"_index", (**found)["_index"]}, {"_type", "f"}, {"_id", call.name}, {"_version", 1}, {"_seq_no", 0}, {"_primary_term", 1}, {"found", true}};
  out["_source"] = (**found)["_source"];
  return reply(std::move(out));
}

ReplyOr get_source(Call& call) {
  auto found = find_document(call);
  if (!found) return std::unexpected(found.error());
  if (!*found) return refuse("resource_not_found_exception", fmt::format("Document not found [{}]/[{}]", call.index, call.name), 404);
  return reply((**found)["_source"]);
}

}  // namespace weir::serve::es
