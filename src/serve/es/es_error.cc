#include "serve/es/es_error.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace weir::serve::es {
namespace {

namespace json = boost::json;

json::object plain(const EsError& error) {
  json::object out;
  out["type"] = error.type;
  out["reason"] = error.reason;
  if (error.line > 0) {
    out["line"] = error.line;
    out["col"] = error.column;
  }
  if (!error.index.empty()) {
    out["index"] = error.index;
    out["index_uuid"] = "_na_";
    if (error.type == "index_not_found_exception") {
      out["resource.type"] = "index_or_alias";
      out["resource.id"] = error.index;
    }
  }
  return out;
}

json::object with_cause(const EsError& error) {
  json::object out = plain(error);
  if (!error.caused_type.empty())
    out["caused_by"] = json::object{{"type", error.caused_type}, {"reason", error.caused_reason}};
  return out;
}

}  // namespace

json::object error_json(const EsError& error) {
  json::object body;
  body["root_cause"] = json::array{plain(error)};
  if (error.in_search) {
    body["type"] = "search_phase_execution_exception";
    body["reason"] = "all shards failed";
    body["phase"] = "query";
    body["grouped"] = true;
    json::object shard{{"shard", 0}};
    if (!error.index.empty()) shard["index"] = error.index;
    shard["reason"] = with_cause(error);
    body["failed_shards"] = json::array{std::move(shard)};
    body["caused_by"] = with_cause(error);
  } else {
    for (auto& [key, value] : with_cause(error)) body[key] = value;
  }
  json::object out;
  out["error"] = std::move(body);
  out["status"] = error.status;
  return out;
}

Response error_response(const EsError& error) {
  Response out;
  out.status = error.status;
  out.body = json::serialize(error_json(error));
  return out;
}

std::unexpected<EsError> illegal(std::string reason) {
  return refuse("illegal_argument_exception", std::move(reason));
}

std::unexpected<EsError> bad_query(std::string reason, std::string cause_type, std::string cause_reason) {
  EsError error;
  error.type = "query_shard_exception";
  error.reason = std::move(reason);
  error.caused_type = std::move(cause_type);
  error.caused_reason = std::move(cause_reason);
  error.in_search = true;
  return std::unexpected(std::move(error));
}

std::unexpected<EsError> too_many_buckets(std::size_t most) {
  EsError error;
  error.type = "too_many_buckets_exception";
  error.reason = fmt::format(
      "Trying to create too many buckets. Must be less than or equal to: [{}]; ask for fewer terms, longer intervals or "
      "a shorter range",
      most);
  error.in_search = true;
  return std::unexpected(std::move(error));
}

EsError from_store(const Error& error) {
  EsError out;
  out.reason = error.message;
  switch (error.code) {
    case ErrorCode::malformed:
    case ErrorCode::unsupported:
    case ErrorCode::invalid:
      out.type = "illegal_argument_exception";
      return out;
    case ErrorCode::not_found:
      out.type = "resource_not_found_exception";
      out.status = 404;
      return out;
    case ErrorCode::cancelled:
      out.type = "task_cancelled_exception";
      out.status = 503;
      return out;
    case ErrorCode::no_space:
    case ErrorCode::busy:
      out.type = "circuit_breaking_exception";
      out.status = 429;
      return out;
    case ErrorCode::io:
    case ErrorCode::internal:
      break;
  }
  out.type = "exception";
  out.status = 500;
  return out;
}

}  // namespace weir::serve::es
