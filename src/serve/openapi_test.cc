#include "serve/openapi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "query/query_options.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

TEST(OpenApi, EverySchemaIsJsonAndRefersToOthersThatAreThere) {
  std::set<std::string> names;
  for (const SchemaDoc& doc : schema_docs()) EXPECT_TRUE(names.insert(std::string(doc.name)).second) << doc.name;
  for (const SchemaDoc& doc : schema_docs()) {
    json::error_code error;
    EXPECT_TRUE(json::parse(doc.schema, error).is_object()) << doc.name;
    EXPECT_FALSE(error) << doc.name << ": " << error.message();
    constexpr std::string_view kRef = "#/components/schemas/";
    for (std::size_t at = doc.schema.find(kRef); at != std::string_view::npos; at = doc.schema.find(kRef, at + 1)) {
      const std::string_view rest = doc.schema.substr(at + kRef.size());
      EXPECT_TRUE(names.contains(std::string(rest.substr(0, rest.find('"'))))) << doc.name;
    }
  }
  for (const RouteDoc& doc : route_docs()) {
    for (const AnswerDoc& answer : doc.answers) {
      EXPECT_EQ(answer.schema.empty(), answer.content_type != "application/json") << doc.path;
      EXPECT_TRUE(answer.schema.empty() || names.contains(std::string(answer.schema))) << doc.path << " " << answer.schema;
    }
    for (const ParameterDoc& parameter : doc.parameters) {
      json::error_code error;
      EXPECT_TRUE(json::parse(parameter.schema, error).is_object()) << doc.path << " " << parameter.name;
    }
  }
}

TEST(OpenApi, NamesRoutesThatLackARow) {
  const std::vector<Route> routes = {{"GET", "/api/v1/query", Lane::query, {}},
                                     {"GET", "/api/v1/new", Lane::quick, {}},
                                     {"DELETE", "/api/v1/queries/*", Lane::quick, {}},
                                     {"POST", "/es/*", Lane::query, {}},
                                     {"GET", "/*", Lane::quick, {}}};
  EXPECT_EQ(undocumented(routes), std::vector<std::string>{"GET /api/v1/new"});
  const json::object document = openapi_document("1", routes);
  EXPECT_TRUE(document.at("paths").at("/api/v1/new").at("get").as_object().contains("x-undocumented"));
  EXPECT_EQ(document.at("paths").at("/api/v1/queries/{id}").at("delete").at("parameters").at(0).at("in").as_string(), "path");
  EXPECT_FALSE(document.at("paths").as_object().contains("/api/v1/flows"));
  const auto missing = unserved(routes);
  EXPECT_NE(std::ranges::find(missing, "GET /api/v1/flows"), missing.end());
}

TEST(OpenApi, EveryOptionOfAQuestionIsAParameter) {
  for (const std::string_view path : {"GET", "POST"}) {
    const auto docs = route_docs();
    const auto doc = std::ranges::find_if(docs, [&](const RouteDoc& one) { return one.path == "/api/v1/query" && one.method == path; });
    ASSERT_NE(doc, docs.end());
    for (const query::QueryOptionInfo& option : query::query_options()) {
      EXPECT_NE(std::ranges::find(doc->parameters, option.name, &ParameterDoc::name), doc->parameters.end()) << option.name;
    }
  }
}

TEST(OpenApi, ThePageIsTheFileInDocs) {
  const std::string path = std::string(WEIR_SOURCE_DIR) + "/docs/reference/api-routes.md";
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), api_routes_markdown()) << "write it again: build/weir reference api-routes > " << path;
}

}  // namespace
}  // namespace weir::serve
