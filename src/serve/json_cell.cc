#include "serve/json_cell.h"

namespace weir::serve {

boost::json::value cell_json(const query::Cell& cell) {
  struct Show {
    boost::json::value operator()(std::monostate) const { return nullptr; }
    boost::json::value operator()(std::uint64_t number) const { return number; }
    boost::json::value operator()(double number) const { return number; }
    boost::json::value operator()(const std::string& text) const { return boost::json::value(text); }
  };
  return std::visit(Show{}, cell);
}

}  // namespace weir::serve
