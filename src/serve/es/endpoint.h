// One address of the API and its handler. The table of them all is in es_api.cc.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "serve/es/es_api.h"
#include "serve/es/es_error.h"
#include "serve/es/search_run.h"

namespace weir::serve::es {

/// A request on its way: what is in the path, and what a handler needs.
struct Call {
  EsApi& api;
  const Request& request;
  Asking asking;
  std::string index;  ///< {index} of the pattern, "" where there is none
  std::string name;   ///< {name} of the pattern
  [[nodiscard]] std::string_view parameter(std::string_view wanted) const {
    const auto found = serve::parameter(request, wanted);
    return found ? *found : std::string_view();
  }
  [[nodiscard]] bool flag(std::string_view wanted) const {
    const auto found = serve::parameter(request, wanted);
    return found && *found != "false";
  }
};

/// JSON, or text where `text` is set.
struct Reply {
  boost::json::value json;
  std::string text;
  bool is_text = false;
  unsigned status = 200;
};
using ReplyOr = Parsed<Reply>;

// endpoints_cluster.cc
ReplyOr get_root(Call& call);
ReplyOr get_cat(Call& call);
ReplyOr get_cat_health(Call& call);
ReplyOr get_cat_indices(Call& call);
ReplyOr get_cat_count(Call& call);
ReplyOr get_cat_nodes(Call& call);
ReplyOr get_cat_aliases(Call& call);
ReplyOr get_cluster_health(Call& call);
ReplyOr get_cluster_settings(Call& call);
ReplyOr get_nodes(Call& call);
ReplyOr get_license(Call& call);
ReplyOr get_xpack(Call& call);
ReplyOr get_empty(Call& call);
ReplyOr get_data_streams(Call& call);
// endpoints_index.cc
ReplyOr get_index(Call& call);
ReplyOr get_mapping(Call& call);
ReplyOr get_field_mapping(Call& call);
ReplyOr get_settings(Call& call);
ReplyOr get_aliases(Call& call);
ReplyOr get_stats(Call& call);
ReplyOr get_field_caps(Call& call);
ReplyOr resolve_index(Call& call);
ReplyOr refresh(Call& call);
ReplyOr refuse_write(Call& call);
// endpoints_search.cc
ReplyOr search(Call& call);
ReplyOr count(Call& call);
ReplyOr validate_query(Call& call);
ReplyOr msearch(Call& call);
ReplyOr scroll(Call& call);
ReplyOr clear_scroll(Call& call);
ReplyOr open_pit(Call& call);
ReplyOr open_point_in_time(Call& call);
ReplyOr close_pit(Call& call);
ReplyOr close_point_in_time(Call& call);
ReplyOr get_document(Call& call);
ReplyOr get_source(Call& call);

/// The days that the path's index names; errors as Elasticsearch's.
[[nodiscard]] Parsed<Selection> selected(Call& call);
/// A table as _cat shows it: columns by name, right-aligned numbers; with v, h, s and format=json of the request.
struct CatColumn {
  std::string_view name;
  std::string_view alias;
  bool number = false;
};
[[nodiscard]] ReplyOr cat_table(Call& call, const std::vector<CatColumn>& columns, std::vector<std::vector<std::string>> rows);
[[nodiscard]] std::string octets_text(std::uint64_t octets);

}  // namespace weir::serve::es
