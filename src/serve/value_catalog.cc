#include "serve/value_catalog.h"

#include <algorithm>
#include <cmath>

#include "query/format.h"
#include "query/lexer.h"
#include "serve/observation.h"

namespace weir::serve {
namespace {

using flow::Column;
using flow::ColumnType;

constexpr UnixMillis kKeptMs = kMinuteMs;
constexpr UnixMillis kLongestAskMs = 3 * kSecondMs;
constexpr std::uint32_t kMostKept = 500;

bool is_as(Column column) {
  return column == Column::src_as || column == Column::dst_as || column == Column::first_as;
}

bool is_interface(Column column) {
  return column == Column::in_if || column == Column::out_if;
}

/// Whether a list of its values helps: not of addresses, times, sums, and numbers that name themselves.
bool is_listed(Column column) {
  const flow::ColumnInfo& info = flow::info(column);
  if (info.role != flow::Role::dimension || info.storage != flow::Storage::stored) return false;
  switch (column) {
    case Column::proto:
    case Column::tcp_flags:
    case Column::suspect:
      return false;
    default:
      return info.type == ColumnType::string || info.type == ColumnType::u8 || info.type == ColumnType::u16 ||
             info.type == ColumnType::u32;
  }
}

std::string text_of(const query::Cell& cell) {
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) return std::to_string(*number);
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? "" : *text;
}

}  // namespace

query::ValueSource ValueCatalog::source(UnixMillis now, std::shared_ptr<query::CancelFlag> cancel) {
  return [this, now, cancel = std::move(cancel)](Column column, std::string_view typed, std::size_t most) {
    if (column == Column::exporter) return exporters();
    std::vector<query::KnownValue> out;
    const std::string wanted = query::lower_case(typed);
    const auto fits = [&](const query::KnownValue& value) {
      return query::lower_case(value.value).find(wanted) != std::string::npos ||
             query::lower_case(value.description).find(wanted) != std::string::npos;
    };
    const auto as_names = sources_.as_names == nullptr ? nullptr : sources_.as_names->get();
    if (is_listed(column)) {
      const auto known = in_the_data(column, now, *cancel);
      for (query::KnownValue value : known->values) {
        if (is_as(column) && as_names != nullptr) {
          const flow::AsName* name = as_names->find(static_cast<std::uint32_t>(std::strtoul(value.value.c_str(), nullptr, 10)));
          if (name != nullptr) value.description = name->name + ", " + value.description;
        }
        if (out.size() < most && fits(value)) out.push_back(std::move(value));
      }
    }
    if (is_as(column) && as_names != nullptr && !typed.empty()) {
      for (const flow::AsName* name : as_names->search(typed, most)) {
        const std::string number = std::to_string(name->as);
        if (std::ranges::find(out, number, &query::KnownValue::value) == out.end()) out.push_back({number, name->name});
      }
    }
    return out;
  };
}

std::vector<query::KnownValue> ValueCatalog::exporters() const {
  std::vector<query::KnownValue> out;
  for (const ExporterReading& reading : read_exporters(sources_.exporters)) {
    out.push_back({to_string(reading.address),
                   sources_.exporter_name ? sources_.exporter_name(reading.address) : std::string()});
  }
  return out;
}

std::shared_ptr<const ValueCatalog::Known> ValueCatalog::in_the_data(Column column, UnixMillis now,
                                                                     const query::CancelFlag& cancel) {
  const auto place = static_cast<std::size_t>(column);
  {
    const std::lock_guard lock(mutex_);
    if (known_[place] != nullptr && now - known_[place]->asked_ms < kKeptMs) return known_[place];
  }
  auto fresh = std::make_shared<Known>();
  fresh->asked_ms = now;
  query::Query query;
  // Whole minutes, so that sums by the minute can answer.
  query.to_ms = now - now % kMinuteMs + kMinuteMs;
  query.from_ms = query.to_ms - kHourMs;
  query.by = {column};
  if (is_interface(column))
    query.by = {column, column == Column::in_if ? Column::in_if_name : Column::out_if_name, Column::exporter_name};
  query.top = kMostKept;
  query.options.time_limit_ms = kLongestAskMs;
  // A store that cannot answer now costs the values, not the completion.
  if (const auto answer = sources_.store.run(query, cancel)) {
    for (const query::Row& row : answer->rows) {
      query::KnownValue value{text_of(row.key.front()), query::scaled(static_cast<double>(row.sums.bytes)) + "B in the last hour"};
      if (value.value.empty()) continue;
      if (row.key.size() > 1) {
        const std::string on = text_of(row.key[2]);
        value.description = text_of(row.key[1]) + (on.empty() ? "" : " on " + on);
      }
      fresh->values.push_back(std::move(value));
    }
  }
  const std::lock_guard lock(mutex_);
  known_[place] = fresh;
  return fresh;
}

}  // namespace weir::serve
