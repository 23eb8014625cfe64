#include "main/answer_from_json.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <optional>
#include <string>

namespace weir::main {
namespace {

namespace json = boost::json;

/// Whole numbers of either sign; the library keeps small ones as signed.
std::uint64_t number_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  if (value == nullptr) return 0;
  if (const auto* whole = value->if_uint64()) return *whole;
  if (const auto* whole = value->if_int64()) return static_cast<std::uint64_t>(*whole);
  return 0;
}

query::Sums sums_of(const json::object& from) {
  return {.bytes = number_of(from, "bytes"), .packets = number_of(from, "packets"), .flows = number_of(from, "flows")};
}

query::Cell cell_of(const json::value* value) {
  if (value == nullptr || value->is_null()) return std::monostate{};
  if (const auto* text = value->if_string()) return std::string(*text);
  if (const auto* real = value->if_double()) return *real;
  if (const auto* whole = value->if_uint64()) return *whole;
  if (const auto* whole = value->if_int64()) return static_cast<std::uint64_t>(*whole);
  return std::monostate{};
}

double real_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  if (value == nullptr) return 0;
  if (const auto* real = value->if_double()) return *real;
  return static_cast<double>(number_of(from, name));
}

const json::object* object_in(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

std::vector<query::Sums> series_of(const json::object& from) {
  std::vector<query::Sums> out;
  const json::value* series = from.if_contains("series");
  if (series == nullptr || !series->is_array()) return out;
  for (const json::value& bucket : series->get_array())
    out.push_back(bucket.is_object() ? sums_of(bucket.get_object()) : query::Sums{});
  return out;
}

std::optional<query::Statistics> statistics_of(const json::object& from) {
  const json::object* statistics = object_in(from, "statistics");
  if (statistics == nullptr) return std::nullopt;
  return query::Statistics{real_of(*statistics, "minimum"), real_of(*statistics, "maximum"),
                           real_of(*statistics, "average"), real_of(*statistics, "last"),
                           real_of(*statistics, "percentile_95")};
}

std::optional<query::Traffic> traffic_of(const json::object& from, std::string_view name) {
  const json::object* traffic = object_in(from, name);
  if (traffic == nullptr) return std::nullopt;
  return query::Traffic{sums_of(*traffic), series_of(*traffic), statistics_of(*traffic)};
}

query::Row row_of(const json::object& from, const query::Query& query) {
  query::Row out;
  for (const flow::Column column : query.by) out.key.push_back(cell_of(from.if_contains(flow::name(column))));
  out.sums = sums_of(from);
  out.series = series_of(from);
  out.statistics = statistics_of(from);
  if (const json::object* distinct = object_in(from, "distinct")) {
    for (const flow::Column column : query.distinct) out.distinct.push_back(number_of(*distinct, flow::name(column)));
  }
  out.reverse = traffic_of(from, "reverse");
  out.previous = traffic_of(from, "previous");
  const json::value* speed = from.if_contains("speed_bps");
  if (speed != nullptr && speed->is_number()) out.speed_bps = number_of(from, "speed_bps");
  return out;
}

std::vector<UnixMillis> buckets_of(const json::object& total) {
  std::vector<UnixMillis> out;
  const json::value* series = total.if_contains("series");
  if (series == nullptr || !series->is_array()) return out;
  for (const json::value& bucket : series->get_array()) {
    if (bucket.is_object()) out.push_back(static_cast<UnixMillis>(number_of(bucket.get_object(), "time")));
  }
  return out;
}

std::vector<flow::AsName> as_names_of(const json::object& from) {
  std::vector<flow::AsName> out;
  for (const auto& [number, value] : from) {
    flow::AsName name;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), name.as);
    if (error != std::errc() || !value.is_object()) continue;
    const json::value* text = value.get_object().if_contains("name");
    const json::value* country = value.get_object().if_contains("country");
    if (text != nullptr && text->is_string()) name.name = std::string(text->get_string());
    if (country != nullptr && country->is_string()) name.country = std::string(country->get_string());
    out.push_back(std::move(name));
  }
  std::ranges::sort(out, {}, &flow::AsName::as);
  return out;
}

}  // namespace

Result<query::Answer> answer_from_json(std::string_view text, const query::Query& query) {
  boost::system::error_code error;
  const json::value parsed = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !parsed.is_object()) return fail(ErrorCode::malformed, "the server's answer is not a JSON object");
  const json::object& from = parsed.get_object();
  const json::value* rows = from.if_contains("rows");
  const json::value* total = from.if_contains("total");
  if (rows == nullptr || !rows->is_array()) return fail(ErrorCode::malformed, "the server's answer has no rows");
  if (total == nullptr || !total->is_object()) return fail(ErrorCode::malformed, "the server's answer has no total");
  query::Answer out;
  for (const json::value& row : rows->get_array()) {
    if (!row.is_object()) return fail(ErrorCode::malformed, "a row of the server's answer is not an object");
    out.rows.push_back(row_of(row.get_object(), query));
  }
  const json::value* other = from.if_contains("other");
  if (other != nullptr && other->is_object()) out.other = row_of(other->get_object(), query);
  out.total = row_of(total->get_object(), query);
  out.buckets = buckets_of(total->get_object());
  out.from_ms = static_cast<UnixMillis>(number_of(from, "from"));
  out.to_ms = static_cast<UnixMillis>(number_of(from, "to"));
  const json::value* source = from.if_contains("source");
  if (source != nullptr && source->is_string()) out.source = std::string(source->get_string());
  const json::value* names = from.if_contains("as_names");
  if (names != nullptr && names->is_object()) out.as_names = as_names_of(names->get_object());
  out.rows_read = number_of(from, "rows_read");
  out.took_ms = static_cast<UnixMillis>(number_of(from, "took_ms"));
  return out;
}

}  // namespace weir::main
