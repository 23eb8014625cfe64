// filter_path: only the named parts of an answer.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

namespace weir::serve::es {

/// Keeps what "hits.hits._source,took,-_shards" names; '*' is any part of one name, "**" any names, '-' leaves out. Lists
/// are looked through.
void apply_filter_path(boost::json::value& value, std::string_view paths);

}  // namespace weir::serve::es
