#include "names/named_store.h"

#include "query/name_tests.h"

namespace weir::names {
namespace {

bool asks_for_names(const query::ExpressionPtr& filter) {
  return filter != nullptr && !query::named_columns(*filter).empty();
}

std::string word_of(flow::Column column) {
  return column == flow::Column::src_addr ? "src_name" : "dst_name";
}

}  // namespace

Result<query::ExpressionPtr> NamedStore::resolved(const query::ExpressionPtr& filter, UnixMillis from, UnixMillis to,
                                                  const query::CancelFlag& cancel) {
  std::vector<IpAddress> addresses;
  for (const flow::Column column : query::named_columns(*filter)) {
    query::Query who;
    who.from_ms = from;
    who.to_ms = to;
    who.filter = query::without_names(filter);
    who.by = {column};
    who.metric = query::Metric::flows;
    who.top = kMostNamedAddresses;
    const auto answer = store_.run(who, cancel);
    if (!answer) return std::unexpected(answer.error());
    if (answer->other) {
      return fail(ErrorCode::invalid,
                  word_of(column) + ": without the tests of names the filter leaves more than " +
                      std::to_string(kMostNamedAddresses) +
                      " addresses, too many to look up; ask for a shorter range, or add a test such as 'dst as 15169'");
    }
    for (const query::Row& row : answer->rows) {
      const auto* text = std::get_if<std::string>(&row.key.front());
      const auto address = text == nullptr ? std::nullopt : std::optional(parse_ip(*text));
      if (address && *address) addresses.push_back(**address);
    }
  }
  const auto names = resolver_.look_up(addresses, steady_ms() + kLongestLookUpMs, cancel);
  if (!names) return std::unexpected(names.error());
  if (names->unasked > 0) {
    return fail(ErrorCode::busy, "the names of " + std::to_string(names->unasked) + " of " +
                                     std::to_string(addresses.size()) +
                                     " addresses did not come in time; ask again, it goes on where this ended");
  }
  return query::with_names(filter, names->names);
}

Result<query::Answer> NamedStore::run(const query::Query& query, const query::CancelFlag& cancel) {
  if (!asks_for_names(query.filter)) return store_.run(query, cancel);
  auto filter = resolved(query.filter, query.from_ms - query.compare_ms.value_or(0), query.to_ms, cancel);
  if (!filter) return std::unexpected(filter.error());
  query::Query plain = query;
  plain.filter = *std::move(filter);
  return store_.run(plain, cancel);
}

Result<query::TallyAnswer> NamedStore::tally(const query::Tally& tally, const query::CancelFlag& cancel) {
  if (!asks_for_names(tally.filter)) return store_.tally(tally, cancel);
  auto filter = resolved(tally.filter, tally.from_ms, tally.to_ms, cancel);
  if (!filter) return std::unexpected(filter.error());
  query::Tally plain = tally;
  plain.filter = *std::move(filter);
  return store_.tally(plain, cancel);
}

Result<query::SearchAnswer> NamedStore::search(const query::Search& search, const query::CancelFlag& cancel) {
  if (!asks_for_names(search.filter)) return store_.search(search, cancel);
  auto filter = resolved(search.filter, search.from_ms, search.to_ms, cancel);
  if (!filter) return std::unexpected(filter.error());
  query::Search plain = search;
  plain.filter = *std::move(filter);
  return store_.search(plain, cancel);
}

}  // namespace weir::names
