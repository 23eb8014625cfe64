#include "flow/columns.h"

namespace weir::flow {

std::optional<Column> find_column(std::string_view wanted) {
  if (wanted.empty()) return std::nullopt;
  for (const ColumnInfo& row : kColumns) {
    if (row.name == wanted || row.alias == wanted) return row.column;
  }
  return std::nullopt;
}

}  // namespace weir::flow
