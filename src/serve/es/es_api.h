// The Elasticsearch-compatible API: finds the handler of an address, and shapes every answer as Elasticsearch's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "serve/es/cursors.h"
#include "serve/es/indices.h"
#include "serve/router.h"
#include "store/store.h"

namespace weir::serve::es {

/// The version of Elasticsearch whose API this is like: clients look at it.
inline constexpr std::string_view kLikeVersion = "8.17.0";

/// Any thread. Reads only: nothing of the store can be changed through it.
class EsApi {
 public:
  /// `version` is Weir's own.
  EsApi(store::Store& store, std::string version) : store_(store), indices_(store), version_(std::move(version)) {}

  /// Answers a request; `prefix` is what its path has in front ("" or "/es"). Does not throw; errors are Elasticsearch's
  /// own documents.
  [[nodiscard]] Response handle(const Request& request, std::string_view prefix, UnixMillis now);
  /// Rows for the table of routes: everything below `prefix`.
  [[nodiscard]] std::vector<Route> routes(std::string_view prefix);

  // What handlers use.
  [[nodiscard]] store::Store& store() { return store_; }
  [[nodiscard]] Indices& indices() { return indices_; }
  [[nodiscard]] Cursors& cursors() { return cursors_; }
  [[nodiscard]] const std::string& version() const { return version_; }

 private:
  store::Store& store_;
  Indices indices_;
  Cursors cursors_;
  const std::string version_;
};

}  // namespace weir::serve::es
