#include "query/as_names_of.h"

#include <algorithm>

namespace weir::query {

void name_ases(const Query& query, const flow::AsNames& names, Answer& answer) {
  std::vector<flow::AsName>& out = answer.as_names;
  out.clear();
  for (const Row& row : answer.rows) {
    for (std::size_t i = 0; i < query.by.size() && i < row.key.size(); ++i) {
      const auto* number = std::get_if<std::uint64_t>(&row.key[i]);
      if (!is_as(query.by[i]) || number == nullptr || *number > UINT32_MAX) continue;
      if (const auto* name = names.find(static_cast<std::uint32_t>(*number))) out.push_back(*name);
    }
  }
  std::ranges::sort(out, {}, &flow::AsName::as);
  const auto rest = std::ranges::unique(out, {}, &flow::AsName::as);
  out.erase(rest.begin(), rest.end());
}

const flow::AsName* name_of(const Answer& answer, std::uint64_t as) {
  const auto at = std::ranges::lower_bound(answer.as_names, as, {},
                                           [](const flow::AsName& name) { return std::uint64_t{name.as}; });
  return at == answer.as_names.end() || at->as != as ? nullptr : &*at;
}

}  // namespace weir::query
