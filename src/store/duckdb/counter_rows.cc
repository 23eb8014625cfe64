#include "store/duckdb/counter_rows.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "store/duckdb/schema.h"

namespace weir::store {
namespace {

using Reading = flow::InterfaceCounters;

struct CounterField {
  std::string_view name;
  std::uint64_t Reading::* value;
};
constexpr std::array kFields = {
    CounterField{"speed_bps", &Reading::speed_bps},     CounterField{"in_octets", &Reading::in_octets},
    CounterField{"in_packets", &Reading::in_packets},   CounterField{"in_discards", &Reading::in_discards},
    CounterField{"in_errors", &Reading::in_errors},     CounterField{"out_octets", &Reading::out_octets},
    CounterField{"out_packets", &Reading::out_packets}, CounterField{"out_discards", &Reading::out_discards},
    CounterField{"out_errors", &Reading::out_errors},
};

template <typename T, typename ValueOf>
void fill(std::span<T> to, std::span<const Reading> readings, ValueOf value_of) {
  for (std::size_t row = 0; row < readings.size(); ++row) to[row] = value_of(readings[row]);
}

void fill_column(Appender& to, std::size_t at, std::string_view name, std::span<const Reading> readings) {
  if (name == "time") return fill(to.values<UnixMillis>(at), readings, [](const Reading& r) { return r.time_ms; });
  if (name == "exporter_hi")
    return fill(to.values<std::uint64_t>(at), readings, [](const Reading& r) { return r.exporter.hi; });
  if (name == "exporter_lo")
    return fill(to.values<std::uint64_t>(at), readings, [](const Reading& r) { return r.exporter.lo; });
  if (name == "if_index")
    return fill(to.values<std::uint32_t>(at), readings, [](const Reading& r) { return r.if_index; });
  if (name == "admin_up") return fill(to.values<bool>(at), readings, [](const Reading& r) { return r.admin_up; });
  if (name == "oper_up") return fill(to.values<bool>(at), readings, [](const Reading& r) { return r.oper_up; });
  const auto field = std::ranges::find(kFields, name, &CounterField::name);
  fill(to.values<std::uint64_t>(at), readings, [&](const Reading& r) { return r.*field->value; });
}

}  // namespace

Result<void> append_counters(Appender& to, std::span<const Reading> readings) {
  const Schema& schema = schema_of(Kind::counters);
  while (!readings.empty()) {
    const auto some = readings.first(std::min(to.capacity(), readings.size()));
    to.clear();
    for (std::size_t i = 0; i < schema.columns.size(); ++i) fill_column(to, i, schema.columns[i].name, some);
    if (auto added = to.add(some.size()); !added) return added;
    readings = readings.subspan(some.size());
  }
  return {};
}

}  // namespace weir::store
