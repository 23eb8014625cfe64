#include "serve/flows_request.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/log.h"
#include "base/number_from.h"
#include "query/names.h"
#include "query/nearest.h"
#include "query/validate_tally.h"
#include "serve/request_parameters.h"

namespace weir::serve {
namespace {

constexpr std::array<std::string_view, 8> kKnown = {"filter", "columns", "from", "to", "order", "top", "after", "format"};
constexpr std::array<std::string_view, 2> kLists = {"columns", "order"};
constexpr std::size_t kMostOrder = 4;
constexpr std::size_t kMostCursor = 8192;
constexpr std::uint64_t kMostTime = 253'402'300'800'000;
/// Flows of one step of a long answer: what is held of it at once.
constexpr std::uint32_t kStep = 5000;

using Outcome = std::expected<void, query::OptionError>;

std::unexpected<query::OptionError> wrong(std::string_view parameter, std::string message,
                                          std::optional<query::FilterError> filter = {}) {
  return std::unexpected(query::OptionError{std::string(parameter), std::move(message), std::move(filter)});
}

/// The words between commas and spaces.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t start = text.find_first_not_of(", \t\r\n");
    if (start == std::string_view::npos) return out;
    text.remove_prefix(start);
    const std::size_t stop = std::min(text.find_first_of(", \t\r\n"), text.size());
    out.push_back(text.substr(0, stop));
    text.remove_prefix(stop);
  }
}

Outcome read_columns(std::string_view text, query::Search& search) {
  if (text == "all" || words_of(text).empty()) return {};
  for (const std::string_view word : words_of(text)) {
    const auto column = query::find_column_name(word);
    if (!column) {
      return wrong("columns", "unknown column '" + log::escape(word) + "'" + query::suggestion(word, query::column_names()));
    }
    if (std::ranges::find(search.columns, *column) != search.columns.end())
      return wrong("columns", std::string(flow::name(*column)) + " is named twice");
    search.columns.push_back(*column);
  }
  return {};
}

Outcome read_order(std::string_view text, query::Search& search) {
  for (std::string_view word : words_of(text)) {
    const bool descending = word.starts_with('-');
    if (descending) word.remove_prefix(1);
    const auto column = query::find_column_name(word);
    if (!column) {
      return wrong("order", "unknown column '" + log::escape(word) + "'" + query::suggestion(word, query::column_names()));
    }
    if (search.order.size() == kMostOrder) return wrong("order", "at most 4 columns");
    search.order.push_back({*column, descending});
  }
  return {};
}

Outcome read_top(std::string_view text, FlowsRequest& out) {
  const auto number = number_from<std::uint64_t>(text);
  if (!number || *number == 0)
    return wrong("top", "'" + log::escape(text) + "' is no number of flows from 1 on");
  out.top = *number;
  return {};
}

Outcome read_format(std::string_view text, FlowsRequest& out) {
  if (text == "json") {
    out.format = FlowsRequest::Format::json;
  } else if (text == "ndjson") {
    out.format = FlowsRequest::Format::ndjson;
  } else if (text == "csv") {
    out.format = FlowsRequest::Format::csv;
  } else {
    return wrong("format", "'" + log::escape(text) + "': expected json, ndjson or csv");
  }
  return {};
}

Outcome read_range(const std::vector<Parameter>& all, UnixMillis now, query::Search& search) {
  if (const auto text = value_of(all, "after")) {
    auto cursor = parse_flows_cursor(*text);
    if (!cursor) return wrong("after", "this is no cursor: give the `next` of the page before as it is");
    search.from_ms = cursor->from_ms;
    search.to_ms = cursor->to_ms;
    search.after = std::move(cursor->place);
    return {};
  }
  for (const auto& [name, otherwise, to] :
       {std::tuple("from", "-1h", &search.from_ms), std::tuple("to", "now", &search.to_ms)}) {
    const auto time = parse_time(value_of(all, name).value_or(otherwise), now);
    if (!time) return wrong(name, time.error().message);
    *to = *time;
  }
  if (search.from_ms >= search.to_ms) return wrong("from", "the range ends before it begins: from is not before to");
  return {};
}

std::string hex(std::uint64_t number) {
  std::array<char, 16> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr};
}

}  // namespace

std::expected<FlowsRequest, query::OptionError> read_flows_request(const Request& request, UnixMillis now) {
  const auto all = request_parameters(request, kKnown, kLists);
  if (!all) return std::unexpected(all.error());
  FlowsRequest out;
  if (const auto text = value_of(*all, "filter")) {
    auto filter = query::parse_filter(*text);
    if (!filter) return wrong("filter", filter.error().message, filter.error());
    out.search.filter = *std::move(filter);
  }
  const auto when_given = [&](std::string_view name, auto read) -> Outcome {
    const auto text = value_of(*all, name);
    return text ? read(*text) : Outcome();
  };
  Outcome fine = when_given("columns", [&](const std::string& text) { return read_columns(text, out.search); });
  if (fine) fine = when_given("order", [&](const std::string& text) { return read_order(text, out.search); });
  if (fine) fine = when_given("top", [&](const std::string& text) { return read_top(text, out); });
  if (fine) fine = when_given("format", [&](const std::string& text) { return read_format(text, out); });
  if (fine) fine = read_range(*all, now, out.search);
  if (!fine) return std::unexpected(fine.error());
  if (out.format == FlowsRequest::Format::json) {
    out.top = out.top.value_or(100);
    if (*out.top > kMostFlowsOfPage)
      return wrong("top", "a page of JSON has at most 10000 flows; ask for the next with `after`, or for format=ndjson");
    out.search.most = static_cast<std::uint32_t>(*out.top);
  } else {
    out.search.most = static_cast<std::uint32_t>(std::min<std::uint64_t>(kStep, out.top.value_or(kStep)));
  }
  if (const auto valid = query::validate(out.search); !valid) return wrong("", valid.error().message);
  return out;
}

std::string to_text(const FlowsCursor& cursor) {
  return hex(static_cast<std::uint64_t>(cursor.from_ms)) + "~" + hex(static_cast<std::uint64_t>(cursor.to_ms)) + "~" +
         cursor.place;
}

std::optional<FlowsCursor> parse_flows_cursor(std::string_view text) {
  const std::size_t first = text.find('~');
  const std::size_t second = first == std::string_view::npos ? first : text.find('~', first + 1);
  if (second == std::string_view::npos || text.size() > kMostCursor) return std::nullopt;
  const auto from = hex_from<std::uint64_t>(text.substr(0, first));
  const auto to = hex_from<std::uint64_t>(text.substr(first + 1, second - first - 1));
  const std::string_view place = text.substr(second + 1);
  if (!from || !to || *from >= *to || *to > kMostTime || place.empty()) return std::nullopt;
  return FlowsCursor{static_cast<UnixMillis>(*from), static_cast<UnixMillis>(*to), std::string(place)};
}

}  // namespace weir::serve
