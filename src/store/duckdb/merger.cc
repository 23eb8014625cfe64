#include "store/duckdb/merger.h"

#include <map>
#include <vector>

#include "store/duckdb/cold_file.h"
#include "store/duckdb/move_parts.h"

namespace weir::store {
namespace {

constexpr std::size_t kTogether = 4;
constexpr std::uint64_t kSmall = std::uint64_t{32} << 20U;

Result<void> merge(Workshop& shop, const std::vector<PartPtr>& files) {
  const Kind kind = files.front()->kind;
  ColumnSet columns;
  for (const PartPtr& file : files) columns |= file->columns;
  if (is_rollup(kind)) columns = schema_of(kind).all();
  FileContent content{
      kind, files.front()->begin, columns, select_parts(shop.catalog.directory(), kind, files, columns), {}};
  if (is_rollup(kind)) content.select = sum_up(kind, content.select, 0);
  for (const PartPtr& file : files) content.replaces.push_back(file->name);
  auto merged = write_file(shop, content);
  if (!merged) return std::unexpected(merged.error());
  Move move;
  move.files = {*merged};
  move.retired = files;
  auto moved = move_parts(shop, move);
  if (!moved) discard_file(shop, *merged);
  return moved;
}

}  // namespace

Result<bool> merge_some(Workshop& shop) {
  std::map<std::pair<Kind, UnixMillis>, std::vector<PartPtr>> small;
  for (const PartPtr& part : shop.catalog.snapshot()->parts()) {
    if (!part->hot && part->octets < kSmall) small[{part->kind, part->begin}].push_back(part);
  }
  for (const auto& [where, files] : small) {
    if (files.size() < kTogether) continue;
    if (auto merged = merge(shop, files); !merged) return std::unexpected(merged.error());
    return true;
  }
  return false;
}

}  // namespace weir::store
