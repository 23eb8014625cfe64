// Errors as Elasticsearch tells them: its own types, its own shape, its own status.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <expected>
#include <string>
#include <utility>

#include "base/error.h"
#include "serve/http_message.h"

namespace weir::serve::es {

/// One failure. `line` and `column` count from 1 and are 0 where no place is to blame.
struct EsError {
  unsigned status = 400;
  std::string type;
  std::string reason;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string index;         ///< the index that it is about, "" none
  std::string caused_type;   ///< a cause beneath, "" none
  std::string caused_reason;
  bool in_search = false;    ///< found while a search ran: told as the failure of all shards
};

template <typename T>
using Parsed = std::expected<T, EsError>;

/// {"error":{"root_cause":[..],"type":..,"reason":..},"status":..}
[[nodiscard]] boost::json::object error_json(const EsError& error);
[[nodiscard]] Response error_response(const EsError& error);

/// `return refuse("illegal_argument_exception", "...")`.
[[nodiscard]] inline std::unexpected<EsError> refuse(std::string type, std::string reason, unsigned status = 400) {
  EsError error;
  error.status = status;
  error.type = std::move(type);
  error.reason = std::move(reason);
  return std::unexpected(std::move(error));
}
/// 400 illegal_argument_exception.
[[nodiscard]] std::unexpected<EsError> illegal(std::string reason);
/// 400 query_shard_exception: a query that is well formed but does not fit the field.
[[nodiscard]] std::unexpected<EsError> bad_query(std::string reason, std::string cause_type = {},
                                                 std::string cause_reason = {});
/// 400 too_many_buckets_exception.
[[nodiscard]] std::unexpected<EsError> too_many_buckets(std::size_t most);
/// An error of the store or of another inner floor.
[[nodiscard]] EsError from_store(const Error& error);

}  // namespace weir::serve::es
