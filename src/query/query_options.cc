#include "query/query_options.h"

#include <algorithm>
#include <array>

#include "base/number_from.h"
#include "query/names.h"
#include "query/nearest.h"
#include "query/validate.h"

namespace weir::query {
namespace {

using Outcome = std::expected<void, OptionError>;

using Text = std::optional<std::string> QueryOptions::*;
constexpr auto kInfos = std::to_array<QueryOptionInfo>({
    {"filter", "FILTER", "every flow", "which flows"},
    {"by", "COLUMNS", "totals only", "columns to group by, separated by commas"},
    {"metric", "METRIC", "bytes",
     "what rows are sorted by: bytes, packets, flows, layer2_bytes, packet_size (bytes by packets) or distinct "
     "(different "
     "values of the first column of `distinct`)"},
    {"from", "TIME", "-1h", "the beginning: -1h, -7d, 2026-11-23, '2026-11-23 12:34' (UTC)"},
    {"to", "TIME", "now", "the end, exclusive; the same forms"},
    {"top", "N", "10", "how many rows; what is left is summed into `other`"},
    {"resolution", "LENGTH", "no series",
     "the length of a bucket, such as 5m, or auto: a series for each row, and its statistics"},
    {"rank", "RANK", "total",
     "by which number of the metric rows are sorted: total, average (the same order), maximum, last or percentile_95; "
     "all "
     "but the first two look at the buckets of the resolution, and choose auto where none is given"},
    {"overhead", "OCTETS", "18 with layer2_bytes, else not shown",
     "bytes of layer 2 too: what it adds to each packet, 18 for an Ethernet header and checksum, 38 with preamble and "
     "gap"},
    {"distinct", "COLUMNS", "none", "columns whose different known values are counted for each row"},
    {"both", "", "no", "also the traffic the other way: source and destination, in and out exchanged"},
    {"compare", "LENGTH", "not", "also what the same rows had that long before, such as 7d"},
    {"share", "", "no",
     "also the share of each interface's speed, where it is known; needs exporter and one of in_if and out_if in `by`"},
    {"series", "", "yes", "the series itself; without it the resolution serves the statistics alone"},
    {"timeout", "LENGTH", "none; a server ends it after 1m", "after this time the question ends with an error"},
    {"memory", "SIZE", "the store's own", "what the question may hold, such as 512M; above it, it ends with an error"},
});
constexpr auto kTexts =
    std::to_array<Text>({&QueryOptions::filter, &QueryOptions::by, &QueryOptions::metric, &QueryOptions::from,
                         &QueryOptions::to, &QueryOptions::top, &QueryOptions::resolution, &QueryOptions::rank,
                         &QueryOptions::overhead, &QueryOptions::distinct, &QueryOptions::both, &QueryOptions::compare,
                         &QueryOptions::share, &QueryOptions::series, &QueryOptions::timeout, &QueryOptions::memory});
static_assert(kInfos.size() == kTexts.size());

std::optional<Text> text_of(std::string_view name) {
  const auto at = std::ranges::find(kInfos, name, &QueryOptionInfo::name);
  if (at == kInfos.end()) return std::nullopt;
  return kTexts[static_cast<std::size_t>(at - kInfos.begin())];
}

constexpr auto kMetrics =
    std::to_array<std::string_view>({"bytes", "packets", "flows", "layer2_bytes", "packet_size", "distinct"});
constexpr std::uint32_t kEthernetOverhead = 18;
struct RankName {
  std::string_view name;
  Rank rank;
};
constexpr auto kRanks = std::to_array<RankName>({{"total", Rank::total},
                                                 {"average", Rank::total},
                                                 {"maximum", Rank::maximum},
                                                 {"max", Rank::maximum},
                                                 {"last", Rank::last},
                                                 {"percentile_95", Rank::percentile_95},
                                                 {"p95", Rank::percentile_95}});
constexpr auto kRankNames = std::to_array<std::string_view>({"total", "average", "maximum", "last", "percentile_95"});
constexpr UnixMillis kLongestTimeoutMs = kDayMs;
constexpr UnixMillis kAutoBuckets = 300;
constexpr auto kAutoSteps =
    std::to_array<UnixMillis>({kSecondMs, 10 * kSecondMs, 30 * kSecondMs, kMinuteMs, 5 * kMinuteMs, 15 * kMinuteMs,
                               kHourMs, 6 * kHourMs, kDayMs, 7 * kDayMs, 28 * kDayMs, 364 * kDayMs});

std::unexpected<OptionError> wrong(std::string_view option, std::string message) {
  return std::unexpected(OptionError{std::string(option), std::move(message), std::nullopt});
}

/// Columns for an option, each of which `may` say about whether it can be one.
template <typename May>
std::expected<std::vector<flow::Column>, OptionError> columns_in(std::string_view text, std::string_view option,
                                                                 May may) {
  constexpr std::string_view kBetween = ", \t\n";
  std::vector<flow::Column> out;
  for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos;
       at = text.find_first_not_of(kBetween, at)) {
    const std::size_t stop = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string name(text.substr(at, stop - at));
    const auto column = find_column_name(name);
    if (!column) return wrong(option, "unknown column '" + name + "'" + suggestion(name, column_names()));
    if (const auto fine = may(*column); !fine) return wrong(option, fine.error().message);
    if (std::ranges::find(out, *column) != out.end())
      return wrong(option, std::string(flow::name(*column)) + " is listed twice");
    out.push_back(*column);
    at = stop;
  }
  return out;
}

/// A bound of the range, and whether it moves with the clock.
struct Bound {
  UnixMillis time = 0;
  bool relative = false;
  bool now = false;
};

std::expected<Bound, OptionError> parse_bound(std::string_view option, const std::optional<std::string>& text,
                                              std::string_view otherwise, UnixMillis now) {
  const std::string_view typed = text ? std::string_view(*text) : otherwise;
  const auto time = parse_time(typed, now);
  if (!time) return wrong(option, time.error().message);
  return Bound{*time, typed.starts_with('-') || typed == "now", typed == "now"};
}

UnixMillis round_down(UnixMillis time, UnixMillis step) {
  return time - ((time % step) + step) % step;
}

/// What rollups ask of borders, by the length of the range.
UnixMillis border_step(UnixMillis length) {
  if (length >= 2 * kDayMs) return kHourMs;
  if (length >= 6 * kHourMs) return 5 * kMinuteMs;
  if (length >= 10 * kMinuteMs) return kMinuteMs;
  return 1;
}

UnixMillis auto_resolution(UnixMillis length) {
  const auto step = std::ranges::find_if(kAutoSteps, [&](UnixMillis s) { return length / s <= kAutoBuckets; });
  return step == kAutoSteps.end() ? kAutoSteps.back() : *step;
}

Outcome set_resolution(Query& query, const std::optional<std::string>& text) {
  if (!text && query.rank == Rank::total) return {};
  if (!text || *text == "auto") {
    query.resolution_ms = auto_resolution(query.to_ms - query.from_ms);
    return {};
  }
  const auto length = parse_duration(*text);
  if (!length) return wrong("resolution", length.error().message + ", or auto");
  if (*length < kSecondMs || *length % kSecondMs != 0)
    return wrong("resolution", "'" + *text + "' is not a multiple of one second");
  query.resolution_ms = *length;
  return {};
}

Outcome set_range(Query& query, const QueryOptions& options, UnixMillis now) {
  const auto from = parse_bound("from", options.from, "-1h", now);
  if (!from) return std::unexpected(from.error());
  const auto to = parse_bound("to", options.to, "now", now);
  if (!to) return std::unexpected(to.error());
  if (from->time >= to->time)
    return wrong("from",
                 "the range is empty: it begins at " + to_iso8601(from->time) + " and ends at " + to_iso8601(to->time));
  query.from_ms = from->time;
  query.to_ms = to->time;
  if (const auto fine = set_resolution(query, options.resolution); !fine) return fine;
  const UnixMillis border = border_step(query.to_ms - query.from_ms);
  const UnixMillis step = query.resolution_ms.value_or(1);
  // Both steps at once where one is a multiple of the other; else the resolution decides.
  const UnixMillis rounding = border % step == 0 ? border : step;
  if (from->relative) query.from_ms = round_down(query.from_ms, rounding);
  if (to->relative && !to->now) query.to_ms = round_down(query.to_ms, rounding);
  return {};
}

Outcome set_metric(Query& query, const std::optional<std::string>& text) {
  if (!text) return {};
  const auto at = std::ranges::find(kMetrics, std::string_view(*text));
  if (at == kMetrics.end())
    return wrong("metric", "'" + *text +
                               "' is not a metric; write bytes, packets, flows, layer2_bytes, packet_size or distinct" +
                               suggestion(*text, kMetrics));
  query.metric = static_cast<Metric>(at - kMetrics.begin());
  if (query.metric == Metric::layer2_bytes) query.layer2_overhead = kEthernetOverhead;
  return {};
}

/// A whole number up to `most`; nothing when the text is another thing.
template <typename Number>
std::optional<Number> whole_number(std::string_view text, Number most) {
  const auto out = number_from<Number>(text);
  return out && *out <= most ? out : std::nullopt;
}

Outcome set_rank(Query& query, const std::optional<std::string>& text) {
  if (!text) return {};
  const auto at = std::ranges::find(kRanks, std::string_view(*text), &RankName::name);
  if (at == kRanks.end())
    return wrong("rank", "'" + *text + "' is not a rank; write total, average, maximum, last or percentile_95" +
                             suggestion(*text, kRankNames));
  query.rank = at->rank;
  return {};
}

Outcome set_overhead(Query& query, const std::optional<std::string>& text) {
  if (!text) return {};
  const auto octets = whole_number<std::uint32_t>(*text, kMostOverhead);
  if (!octets)
    return wrong("overhead", "'" + *text + "' is not a number of octets from 0 to " + std::to_string(kMostOverhead));
  query.layer2_overhead = octets;
  return {};
}

Outcome set_switch(bool& to, std::string_view option, const std::optional<std::string>& text) {
  if (!text) return {};
  const auto is = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, *text) != words.end();
  };
  if (is({"yes", "true", "1"})) {
    to = true;
  } else if (is({"no", "false", "0"})) {
    to = false;
  } else {
    return wrong(option, "'" + *text + "' is neither yes nor no");
  }
  return {};
}

Outcome set_length(UnixMillis& to, std::string_view option, const std::string& text, UnixMillis most) {
  const auto length = parse_duration(text);
  if (!length) return wrong(option, length.error().message);
  if (*length <= 0 || *length > most) return wrong(option, "'" + text + "' is too short or too long");
  to = *length;
  return {};
}

Outcome set_compare(Query& query, const std::optional<std::string>& text) {
  if (!text) return {};
  UnixMillis length = 0;
  constexpr UnixMillis kLongest = 100 * 365 * kDayMs;
  if (auto set = set_length(length, "compare", *text, kLongest); !set) return set;
  query.compare_ms = length;
  return {};
}

/// "512M", "2G": octets, in powers of two.
Outcome set_memory(Query& query, const std::optional<std::string>& text) {
  if (!text) return {};
  constexpr std::string_view kUnits = "kMGT";
  std::string_view digits = *text;
  unsigned shift = 0;
  if (const auto unit = digits.empty() ? std::string_view::npos : kUnits.find(digits.back());
      unit != std::string_view::npos) {
    shift = 10 * (static_cast<unsigned>(unit) + 1);
    digits.remove_suffix(1);
  }
  const auto number = whole_number<std::uint64_t>(digits, std::uint64_t{1} << (60U - shift));
  if (!number || *number == 0) return wrong("memory", "'" + *text + "' is not a size such as 512M or 2G");
  query.options.memory_limit_octets = *number << shift;
  return {};
}

Outcome set_distinct(Query& query, const std::optional<std::string>& text) {
  if (!text) return {};
  auto columns = columns_in(*text, "distinct", may_count_distinct);
  if (!columns) return std::unexpected(std::move(columns.error()));
  query.distinct = *std::move(columns);
  return {};
}

Outcome set_limits(Query& query, const QueryOptions& options) {
  if (options.timeout) {
    if (auto set = set_length(query.options.time_limit_ms, "timeout", *options.timeout, kLongestTimeoutMs); !set)
      return set;
  }
  return set_memory(query, options.memory);
}

Outcome set_top(Query& query, const std::optional<std::string>& text) {
  if (!text) return {};
  const auto rows = whole_number<std::uint32_t>(*text, kMostTop);
  if (!rows) return wrong("top", "'" + *text + "' is not a number of rows from 0 to " + std::to_string(kMostTop));
  query.top = *rows;
  return {};
}

Outcome set_filter(Query& query, const std::optional<std::string>& text) {
  if (!text) return {};
  auto parsed = parse_filter(*text);
  if (!parsed) return std::unexpected(OptionError{"filter", parsed.error().message, parsed.error()});
  query.filter = *std::move(parsed);
  query.filter_text = *text;
  return {};
}

Outcome set_by(Query& query, const std::optional<std::string>& text) {
  if (!text) return {};
  auto columns = parse_columns(*text);
  if (!columns) return std::unexpected(std::move(columns.error()));
  query.by = *std::move(columns);
  return {};
}

}  // namespace

std::span<const QueryOptionInfo> query_options() {
  return kInfos;
}

bool set_option(QueryOptions& options, std::string_view name, std::string value) {
  const auto text = text_of(name);
  if (text) options.** text = std::move(value);
  return text.has_value();
}

const std::optional<std::string>& option(const QueryOptions& options, std::string_view name) {
  static const std::optional<std::string> kNone;
  const auto text = text_of(name);
  return text ? options.**text : kNone;
}

std::string show_error(const QueryOptions& options, const OptionError& error) {
  if (error.filter && options.filter) return "filter: " + show_error(*options.filter, *error.filter);
  return error.option.empty() ? error.message : error.option + ": " + error.message;
}

std::expected<std::vector<flow::Column>, OptionError> parse_columns(std::string_view text) {
  return columns_in(text, "by", may_group_by);
}

std::expected<Query, OptionError> build_query(const QueryOptions& options, UnixMillis now) {
  Query query;
  for (const Outcome& outcome :
       {set_filter(query, options.filter), set_by(query, options.by), set_metric(query, options.metric),
        set_overhead(query, options.overhead), set_rank(query, options.rank), set_top(query, options.top),
        set_distinct(query, options.distinct), set_switch(query.both_directions, "both", options.both),
        set_compare(query, options.compare), set_switch(query.interface_share, "share", options.share),
        set_switch(query.series, "series", options.series), set_limits(query, options),
        set_range(query, options, now)}) {
    if (!outcome) return std::unexpected(outcome.error());
  }
  if (const auto fine = validate(query); !fine) return wrong("", fine.error().message);
  return query;
}

}  // namespace weir::query
