// The API described to programs: OpenAPI 3.1 and the JSON Schema of 2020-12, made from one table (openapi_routes.cc) that
// stands beside the router's. A route without a row there fails a test.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "serve/router.h"

namespace weir::serve {

struct ParameterDoc {
  std::string_view name;
  std::string_view schema;   ///< JSON Schema as text
  std::string_view meaning;
  bool required = false;
};

struct AnswerDoc {
  std::string_view content_type;
  std::string_view schema;  ///< the name of one of schema_docs(); "" for texts
};

struct RouteDoc {
  std::string_view method;
  std::string_view path;     ///< as in the router, with "{name}" for what a '*' at the end stands for
  std::string_view summary;  ///< one sentence
  std::span<const ParameterDoc> parameters;
  std::span<const AnswerDoc> answers;
  /// Of a POST: the parameters may stand in a form or a JSON object. Of a PUT: the body is one JSON object that has these
  /// members, and may have more.
  bool body = false;
};

struct SchemaDoc {
  std::string_view name;
  std::string_view schema;  ///< JSON Schema as text
};

[[nodiscard]] std::span<const RouteDoc> route_docs();
[[nodiscard]] std::span<const SchemaDoc> schema_docs();

/// The rows of the router that no row of route_docs() tells of, as "GET /api/v1/x". Files of the page and other servers'
/// APIs (under /es) are not asked for.
[[nodiscard]] std::vector<std::string> undocumented(std::span<const Route> routes);
/// The rows of route_docs() that the router lacks.
[[nodiscard]] std::vector<std::string> unserved(std::span<const Route> routes);

/// The document for what `routes` serve. A route without a row has an operation with "x-undocumented": true.
[[nodiscard]] boost::json::object openapi_document(std::string_view version, std::span<const Route> routes);
/// The same table as a page for people.
[[nodiscard]] std::string api_routes_markdown();

}  // namespace weir::serve
