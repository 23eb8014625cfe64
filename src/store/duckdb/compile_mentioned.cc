#include <algorithm>

#include "query/columns_of.h"
#include "query/derived.h"
#include "store/duckdb/compile.h"

namespace weir::store {
namespace {

using flow::Column;

void add(std::vector<Column>& to, Column column) {
  for (const Column stored : query::stored_columns(column)) {
    if (std::ranges::find(to, stored) == to.end()) to.push_back(stored);
  }
}

}  // namespace

std::vector<Column> columns_mentioned(const query::Query& query) {
  std::vector<Column> out;
  for (const Column column : query.by) add(out, column);
  for (const Column column : query.distinct) add(out, column);
  if (query.filter) {
    for (const Column column : query::columns_of(*query.filter)) add(out, column);
  }
  return out;
}

std::vector<Column> columns_read(const query::Query& query, Source source) {
  std::vector<Column> out = columns_mentioned(query);
  for (const Column column : {Column::time, Column::bytes, Column::packets, Column::flows}) add(out, column);
  if (source == Source::flows) {
    for (const Column column : {Column::sampling_rate, Column::suspect, Column::flow_start, Column::flow_end})
      add(out, column);
  }
  return out;
}

}  // namespace weir::store
