// What people save on the server: GET /api/v1/dashboards, and GET, PUT, DELETE /api/v1/dashboards/ID; filters likewise.
#include <boost/json.hpp>

#include "serve/api.h"
#include "serve/problem.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

/// A conflict is no trouble of the server: 409. What is too large or too many is the asker's: 413.
Response refuse(const Error& error) {
  if (error.code == ErrorCode::busy) return problem(409, error.message);
  if (error.code == ErrorCode::no_space && !error.message.starts_with("cannot")) return problem(413, error.message);
  return problem(error);
}

Response answer(std::string_view id, json::object document) {
  document["id"] = id;
  Response out;
  out.body = json::serialize(document);
  return out;
}

std::string_view id_of(const DocumentKind& kind, const Request& request) {
  const std::size_t start = std::string_view("/api/v1/").size() + kind.name.size() + 1;
  return request.path.size() <= start ? std::string_view() : std::string_view(request.path).substr(start);
}

}  // namespace

Response list_documents(const Documents& documents, const DocumentKind& kind) {
  auto list = documents.list(kind);
  if (!list) return problem(list.error());
  json::array out;
  for (Documents::Listed& one : list->documents) {
    one.document["id"] = one.id;
    out.push_back(std::move(one.document));
  }
  json::array unreadable;
  for (const std::string& id : list->unreadable) unreadable.emplace_back(id);
  Response response;
  response.body = json::serialize(json::object{{kind.name, std::move(out)}, {"unreadable", std::move(unreadable)}});
  return response;
}

Response get_document(const Documents& documents, const DocumentKind& kind, const Request& request) {
  const std::string_view id = id_of(kind, request);
  auto document = documents.read(kind, id);
  if (!document) return refuse(document.error());
  return answer(id, *std::move(document));
}

Response put_document(Documents& documents, const DocumentKind& kind, const Request& request, UnixMillis now) {
  // Pages of other origins cannot send this type without being asked first, and are told no.
  if (!request.content_type.starts_with("application/json")) return problem(415, "send it as application/json");
  const std::string_view id = id_of(kind, request);
  auto document = documents.write(kind, id, request.body, now);
  if (!document) return refuse(document.error());
  return answer(id, *std::move(document));
}

Response delete_document(Documents& documents, const DocumentKind& kind, const Request& request) {
  if (const auto removed = documents.remove(kind, id_of(kind, request)); !removed) return refuse(removed.error());
  Response out;
  out.body = "{}";
  return out;
}

}  // namespace weir::serve
