#include "main/where.h"

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>

#include "store/duckdb/duckdb_store.h"

namespace weir::main {
namespace {

/// The sentence of a problem document (RFC 9457); "" when it is none.
std::string detail_of(const HttpReply& reply) {
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(reply.body, error);
  if (error || !parsed.is_object()) return "";
  const boost::json::value* detail = parsed.get_object().if_contains("detail");
  return detail != nullptr && detail->is_string() ? std::string(detail->get_string()) : "";
}

}  // namespace

void add_where_options(CLI::App& app, Where& where) {
  CLI::Option* server =
      app.add_option("--server", where.server, "a running Weir to ask")->capture_default_str()->type_name("URL");
  app.add_option("--data", where.data, "a data directory to read instead, while no server has it open")
      ->type_name("DIR")
      ->excludes(server);
}

Result<std::unique_ptr<store::Store>> open_for_reading(const std::string& data, flow::StringPool& strings) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(data, ignored))
    return fail(ErrorCode::not_found, data + " is not a data directory");
  store::DuckDbOptions options;
  options.directory = data;
  options.read_only = true;
  return store::open_duckdb_store(options, strings);
}

Result<std::string> get_from_server(const std::string& server, std::string_view path, const Parameters& parameters) {
  return body_of(http_get(server, path, parameters), server);
}

Result<std::string> post_to_server(const std::string& server, std::string_view path, const Parameters& parameters) {
  return body_of(http_post(server, path, parameters), server);
}

Result<std::string> post_to_server(const std::string& server, std::string_view path, const std::string& body,
                                   const std::string& token) {
  return body_of(http_post_json(server, path, body, token), server);
}

Result<std::string> body_of(Result<HttpReply> reply, const std::string& who) {
  if (!reply) return std::unexpected(reply.error());
  if (reply->status == 200 || reply->status == 201) return std::move(reply->body);
  const std::string detail = detail_of(*reply);
  return fail(reply->status == 400 ? ErrorCode::invalid : ErrorCode::io,
              who + ": " + (detail.empty() ? "answered with status " + std::to_string(reply->status) : detail));
}

}  // namespace weir::main
