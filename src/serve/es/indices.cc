#include "serve/es/indices.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "serve/es/dates.h"
#include "serve/es/field.h"
#include "serve/es/field_match.h"
#include "serve/es/split.h"

namespace weir::serve::es {
namespace {

constexpr std::string_view kPrefix = "stat-";
constexpr UnixMillis kEndOfTime = 253'402'300'800'000;  // the year 10000
constexpr UnixMillis kRecentForMs = kSecondMs;
constexpr UnixMillis kAllForMs = kMinuteMs;
constexpr std::size_t kMostNames = 10'000;
constexpr std::uint32_t kMostDays = 100'000;

UnixMillis day_begin(UnixMillis time) {
  return time - ((time % kDayMs) + kDayMs) % kDayMs;
}

std::unexpected<EsError> no_such_index(std::string_view name) {
  EsError error;
  error.status = 404;
  error.type = "index_not_found_exception";
  error.reason = fmt::format("no such index [{}]", name);
  error.index = name;
  return std::unexpected(std::move(error));
}

/// "<stat-{now/d{yyyyMMdd|+08:00}}>" -> "stat-20261123".
Parsed<std::string> date_math_name(std::string_view name, UnixMillis now) {
  const auto wrong = [&](std::string_view why) {
    return illegal(fmt::format("invalid dynamic name expression [{}]: {}", name, why));
  };
  std::string out;
  std::string_view rest = name.substr(1, name.size() - 2);
  while (!rest.empty()) {
    if (rest.front() != '{') {
      if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
      out += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const std::size_t end = rest.find('}');
    const std::size_t inner = rest.find('{', 1);
    if (end == std::string_view::npos) return wrong("a '{' that is not closed");
    std::string_view math = rest.substr(1, std::min(end, inner) - 1);
    std::string format = "yyyy.MM.dd";
    DateContext dates;
    dates.now_ms = now;
    if (inner < end) {
      const std::string_view how = rest.substr(inner + 1, end - inner - 1);
      const std::size_t bar = how.find('|');
      format = how.substr(0, bar);
      if (bar != std::string_view::npos) {
        const auto zone = Zone::of(how.substr(bar + 1));
        if (!zone) return wrong(zone.error().message);
        dates.zone = *zone;
      }
      rest.remove_prefix(end + 1);
      if (!rest.starts_with('}')) return wrong("a '{' that is not closed");
      rest.remove_prefix(1);
    } else {
      rest.remove_prefix(end + 1);
    }
    if (const auto known = check_date_format(format); !known) return wrong(known.error().message);
    const auto moment = parse_date(math, dates);
    if (!moment) return wrong(moment.error().message);
    out += format_date(*moment, format, dates.zone);
  }
  return out;
}

Selection selection_of(std::vector<Day> days) {
  Selection out;
  std::ranges::sort(days, {}, &Day::begin_ms);
  const auto twice = std::ranges::unique(days, {}, &Day::begin_ms);
  days.erase(twice.begin(), twice.end());
  if (days.empty()) return out;
  out.from_ms = days.front().begin_ms;
  out.to_ms = days.back().begin_ms + kDayMs;
  out.days = std::move(days);
  return out;
}

/// Where a day between the first and the last is not asked for, the days themselves have to be told.
void add_filter(Selection& selection, const std::vector<Day>& all) {
  const auto within = static_cast<std::size_t>(std::ranges::count_if(all, [&](const Day& day) {
    return day.begin_ms >= selection.from_ms && day.begin_ms < selection.to_ms;
  }));
  if (within == selection.days.size()) return;
  std::vector<query::ExpressionPtr> parts;
  for (std::size_t i = 0; i < selection.days.size();) {
    const UnixMillis from = selection.days[i].begin_ms;
    UnixMillis to = from;
    for (; i < selection.days.size() && selection.days[i].begin_ms == to; ++i) to += kDayMs;
    const Field time{"time", flow::Column::time, Shape::plain};
    parts.push_back(between(time, Bound{std::to_string(from), true}, Bound{std::to_string(to), false}, {}).value_or(nothing()));
  }
  selection.filter = any_of(std::move(parts));
}

}  // namespace

std::string index_of(UnixMillis time) {
  const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(day_begin(time) / kDayMs))};
  return fmt::format("{}{:04}{:02}{:02}", kPrefix, static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::optional<UnixMillis> day_of_index(std::string_view name) {
  if (!name.starts_with(kPrefix) || name.size() != kPrefix.size() + 8) return std::nullopt;
  DateContext dates;
  dates.format = "yyyyMMdd";
  const auto moment = parse_date(name.substr(kPrefix.size()), dates);
  return moment ? std::optional(*moment) : std::nullopt;
}

Parsed<std::vector<Day>> Indices::count(UnixMillis from, UnixMillis to, const query::CancelFlag& cancel) {
  query::Tally tally;
  tally.from_ms = from;
  tally.to_ms = to;
  tally.by = {query::ByCalendar{flow::Column::time, query::ByCalendar::Unit::day, "UTC"}};
  tally.measures = {{.statistic = query::Statistic::count, .column = {}, .weight = {}, .percents = {}}};
  tally.order = {{.measure = std::nullopt, .descending = false}};
  tally.top = kMostDays;
  const auto answer = store_.tally(tally, cancel);
  if (!answer) return std::unexpected(from_store(answer.error()));
  std::vector<Day> out;
  for (const query::TallyRow& row : answer->rows) {
    const auto* begin = std::get_if<std::uint64_t>(&row.key.front());
    if (begin == nullptr) continue;
    out.push_back({static_cast<UnixMillis>(*begin), static_cast<std::uint64_t>(row.values.front().front().value_or(0))});
  }
  return out;
}

Parsed<std::vector<Day>> Indices::list(UnixMillis now, const query::CancelFlag& cancel) {
  const std::scoped_lock lock(mutex_);
  const auto fresh = [&](const std::optional<UnixMillis>& when, UnixMillis for_ms) {
    return when && now >= *when && now - *when < for_ms;
  };
  if (!fresh(counted_all_ms_, kAllForMs)) {
    auto days = count(0, kEndOfTime, cancel);
    if (!days) return days;
    days_ = *std::move(days);
    counted_all_ms_ = counted_recent_ms_ = now;
  } else if (!fresh(counted_recent_ms_, kRecentForMs)) {
    const UnixMillis since = day_begin(now) - kDayMs;
    auto days = count(since, kEndOfTime, cancel);
    if (!days) return days;
    std::erase_if(days_, [&](const Day& day) { return day.begin_ms >= since; });
    days_.insert(days_.end(), days->begin(), days->end());
    counted_recent_ms_ = now;
  }
  return days_;
}

Parsed<Selection> select_indices(std::string_view names, const std::vector<Day>& days, const IndexOptions& options,
                                 UnixMillis now) {
  if (names.empty() || names == "_all" || names == "*") {
    if (days.empty() && !options.allow_no_indices) return no_such_index("_all");
    return selection_of(days);
  }
  const std::vector<std::string> wanted = split_names(names, ',');
  if (wanted.size() > kMostNames) return illegal("too many index names");
  std::vector<Day> chosen;
  for (std::string name : wanted) {
    const bool minus = name.starts_with('-');
    if (minus) name.erase(0, 1);
    if (name.starts_with('<') && name.ends_with('>')) {
      auto computed = date_math_name(name, now);
      if (!computed) return std::unexpected(computed.error());
      name = *std::move(computed);
    }
    if (name == "_all") name = "*";
    const bool pattern = name.find('*') != std::string::npos;
    const auto fits = [&](const Day& day) { return glob_matches(name, index_of(day.begin_ms)); };
    if (minus) {
      std::erase_if(chosen, fits);
      continue;
    }
    const std::size_t before = chosen.size();
    std::ranges::copy_if(days, std::back_inserter(chosen), fits);
    const bool found = chosen.size() > before;
    if (!found && !pattern && !options.ignore_unavailable) return no_such_index(name);
    if (!found && pattern && !options.allow_no_indices) return no_such_index(name);
  }
  Selection out = selection_of(std::move(chosen));
  add_filter(out, days);
  return out;
}

}  // namespace weir::serve::es
