#include <boost/json.hpp>

#include "flow/columns.h"
#include "serve/api.h"

namespace weir::serve {
namespace {

std::string_view type_name(flow::ColumnType type) {
  using enum flow::ColumnType;
  switch (type) {
    case u8:
    case u16:
    case u32:
    case u64:
      return "number";
    case time_ms:
      return "time";
    case ip:
      return "ip";
    case mac:
      return "mac";
    case string:
      return "string";
    case prefix:
      return "prefix";
    case real:
      return "real";
  }
  return "";
}

std::string_view role_name(flow::Role role) {
  switch (role) {
    case flow::Role::time:
      return "time";
    case flow::Role::dimension:
      return "dimension";
    case flow::Role::measure:
      return "measure";
  }
  return "";
}

}  // namespace

Response get_columns(const Request&) {
  boost::json::array columns;
  for (const flow::ColumnInfo& column : flow::kColumns) {
    columns.push_back(boost::json::object{
        {"name", column.name},
        {"alias", column.alias.empty() ? boost::json::value() : boost::json::value(column.alias)},
        {"type", type_name(column.type)},
        {"role", role_name(column.role)},
        {"storage", column.storage == flow::Storage::stored ? "stored" : "derived"},
        {"unit", column.unit},
        {"meaning", column.meaning},
    });
  }
  Response out;
  out.body = boost::json::serialize(boost::json::object{{"columns", std::move(columns)}});
  return out;
}

}  // namespace weir::serve
