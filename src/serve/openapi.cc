#include "serve/openapi.h"

#include <algorithm>
#include <boost/json.hpp>

namespace weir::serve {
namespace {

namespace json = boost::json;

/// What is not of this API: the page's files, and the API of another program.
bool is_elsewhere(std::string_view path) {
  return path == "/*" || path == "/es" || path.starts_with("/es/") || path.starts_with("/es*");
}

/// "/api/v1/queries/{id}" as the router has it: "/api/v1/queries/*".
std::string router_path(std::string_view path) {
  const std::size_t brace = path.find('{');
  return brace == std::string_view::npos ? std::string(path) : std::string(path.substr(0, brace)) + "*";
}

bool same(const Route& route, const RouteDoc& doc) {
  return route.method == doc.method && route.path == router_path(doc.path);
}

json::value schema_of(std::string_view text) {
  json::error_code error;
  json::value out = json::parse(text, error);
  return error ? json::value(json::object()) : out;
}

/// "getApiV1Rib": an operation's name, from its method and path.
std::string operation_id(const RouteDoc& doc) {
  std::string out;
  for (const char c : doc.method) out += static_cast<char>(c - 'A' + 'a');
  bool start = true;
  for (const char c : doc.path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) out += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    start = !letter;
  }
  return out;
}

json::array parameters_json(const RouteDoc& doc) {
  json::array out;
  for (const ParameterDoc& parameter : doc.parameters) {
    const bool in_path = doc.path.find("{" + std::string(parameter.name) + "}") != std::string_view::npos;
    if (doc.body && !in_path) continue;
    out.push_back(json::object{{"name", parameter.name},
                               {"in", in_path ? "path" : "query"},
                               {"required", in_path || parameter.required},
                               {"description", parameter.meaning},
                               {"schema", schema_of(parameter.schema)}});
  }
  return out;
}

json::object body_json(const RouteDoc& doc) {
  json::object properties;
  json::array required;
  for (const ParameterDoc& parameter : doc.parameters) {
    if (doc.path.find("{" + std::string(parameter.name) + "}") != std::string_view::npos) continue;
    json::value schema = schema_of(parameter.schema);
    schema.as_object()["description"] = parameter.meaning;
    properties[parameter.name] = std::move(schema);
    if (parameter.required) required.emplace_back(parameter.name);
  }
  const bool is_document = doc.method == "PUT";
  json::object schema{{"type", "object"}, {"additionalProperties", is_document}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  json::object content;
  content["application/json"] = json::object{{"schema", schema}};
  if (!is_document) content["application/x-www-form-urlencoded"] = json::object{{"schema", std::move(schema)}};
  return {{"content", std::move(content)}};
}

json::object responses_json(const RouteDoc& doc) {
  json::object content;
  for (const AnswerDoc& answer : doc.answers) {
    json::object schema;
    if (answer.schema.empty()) {
      schema["type"] = "string";
    } else {
      schema["$ref"] = "#/components/schemas/" + std::string(answer.schema);
    }
    content[answer.content_type] = json::object{{"schema", std::move(schema)}};
  }
  json::object problem{{"description", "what was wrong"},
                       {"content", json::object{{"application/problem+json",
                                                 json::object{{"schema", json::object{{"$ref", "#/components/schemas/Problem"}}}}}}}};
  return {{"200", json::object{{"description", "the answer"}, {"content", std::move(content)}}},
          {"default", std::move(problem)}};
}

json::object operation_json(const RouteDoc& doc) {
  json::object out{{"operationId", operation_id(doc)}, {"summary", doc.summary}, {"responses", responses_json(doc)}};
  json::array parameters = parameters_json(doc);
  if (!parameters.empty()) out["parameters"] = std::move(parameters);
  if (doc.body) out["requestBody"] = body_json(doc);
  return out;
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

}  // namespace

std::vector<std::string> undocumented(std::span<const Route> routes) {
  std::vector<std::string> out;
  for (const Route& route : routes) {
    const auto told = [&](const RouteDoc& doc) { return same(route, doc); };
    if (!is_elsewhere(route.path) && std::ranges::none_of(route_docs(), told)) out.push_back(route.method + " " + route.path);
  }
  return out;
}

std::vector<std::string> unserved(std::span<const Route> routes) {
  std::vector<std::string> out;
  for (const RouteDoc& doc : route_docs()) {
    const auto serves = [&](const Route& route) { return same(route, doc); };
    if (std::ranges::none_of(routes, serves)) out.push_back(std::string(doc.method) + " " + std::string(doc.path));
  }
  return out;
}

json::object openapi_document(std::string_view version, std::span<const Route> routes) {
  json::object paths;
  const auto add = [&](std::string_view path, std::string method, json::object operation) {
    json::value& item = paths[path];
    if (!item.is_object()) item = json::object();
    item.as_object()[lower(std::move(method))] = std::move(operation);
  };
  for (const RouteDoc& doc : route_docs()) {
    if (std::ranges::any_of(routes, [&](const Route& route) { return same(route, doc); }))
      add(doc.path, std::string(doc.method), operation_json(doc));
  }
  for (const std::string& name : undocumented(routes)) {
    const std::size_t space = name.find(' ');
    add(name.substr(space + 1), name.substr(0, space),
        {{"x-undocumented", true}, {"responses", json::object{{"default", json::object{{"description", "not told"}}}}}});
  }
  json::object schemas;
  for (const SchemaDoc& doc : schema_docs()) schemas[doc.name] = schema_of(doc.schema);
  return {{"openapi", "3.1.0"},
          {"info", json::object{{"title", "Weir"},
                                {"version", version},
                                {"summary", "Network flow analytics"},
                                {"license", json::object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
          {"paths", std::move(paths)},
          {"components", json::object{{"schemas", std::move(schemas)}}}};
}

std::string api_routes_markdown() {
  std::string out =
      "<!-- Written by the program from its tables; do not edit. -->\n\n# What the API offers\n\n"
      "Every address with its parameters. The same for programs, with the shapes of the answers, is at\n"
      "`/api/v1/openapi.json` (OpenAPI 3.1). How to use them is told in [api.md](api.md).\n";
  std::string_view before;
  for (const RouteDoc& doc : route_docs()) {
    if (doc.path == before) continue;  // GET and POST take the same
    before = doc.path;
    std::string methods;
    for (const RouteDoc& other : route_docs()) {
      if (other.path == doc.path) methods += (methods.empty() ? "" : ", ") + std::string(other.method);
    }
    out += "\n## " + methods + " " + std::string(doc.path) + "\n\n" + std::string(doc.summary) + ". Answers ";
    for (std::size_t i = 0; i < doc.answers.size(); ++i)
      out += (i == 0 ? "`" : ", `") + std::string(doc.answers[i].content_type) + "`";
    out += ".\n";
    if (doc.parameters.empty()) continue;
    out += "\n| parameter | meaning; default |\n|---|---|\n";
    for (const ParameterDoc& parameter : doc.parameters)
      out += "| `" + std::string(parameter.name) + "` | " + std::string(parameter.meaning) +
             (parameter.required ? " (required)" : "") + " |\n";
  }
  return out;
}

}  // namespace weir::serve
