// What an interface counted itself (sFlow counter samples, SNMP), as rates over time: to hold beside the sums of flows.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>

#include "base/clock.h"
#include "base/log.h"
#include "base/number_from.h"
#include "query/query_options.h"
#include "serve/api.h"
#include "serve/problem.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

constexpr auto kKnown = std::to_array<std::string_view>({"exporter", "index", "from", "to", "resolution"});
constexpr UnixMillis kMostSteps = 5000;
/// Between two readings further apart nobody knows when the octets passed.
constexpr UnixMillis kFarthestApartMs = kHourMs;

std::optional<std::string> value_of(const std::vector<Parameter>& all, std::string_view name) {
  const auto at = std::ranges::find(all, name, &Parameter::first);
  return at == all.end() || at->second.empty() ? std::nullopt : std::optional(at->second);
}

struct Asked {
  IpAddress exporter;
  std::uint32_t index = 0;
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  UnixMillis step_ms = 5 * kMinuteMs;
};

std::unexpected<query::OptionError> wrong(std::string_view parameter, std::string message) {
  return std::unexpected(query::OptionError{std::string(parameter), std::move(message), std::nullopt});
}

std::expected<Asked, query::OptionError> read(const std::vector<Parameter>& all, UnixMillis now) {
  Asked out;
  const auto exporter = parse_ip(value_of(all, "exporter").value_or(""));
  if (!exporter) return wrong("exporter", "expected the router's address, such as 192.0.2.1");
  out.exporter = *exporter;
  const auto index = number_from<decltype(out.index)>(value_of(all, "index").value_or(""));
  if (!index) return wrong("index", "expected the interface's ifIndex, a whole number");
  out.index = *index;
  const auto from = parse_time(value_of(all, "from").value_or("-24h"), now);
  if (!from) return wrong("from", from.error().message);
  const auto to = parse_time(value_of(all, "to").value_or("now"), now);
  if (!to) return wrong("to", to.error().message);
  const auto step = parse_duration(value_of(all, "resolution").value_or("5m"));
  if (!step) return wrong("resolution", step.error().message);
  if (*step < kMinuteMs || *step % kSecondMs != 0) return wrong("resolution", "at least a minute, in whole seconds");
  out.step_ms = *step;
  out.from_ms = std::max<UnixMillis>(0, *from);
  out.from_ms -= out.from_ms % out.step_ms;
  out.to_ms = *to;
  if (out.from_ms >= out.to_ms) return wrong("from", "the range ends before it begins");
  if ((out.to_ms - out.from_ms) / out.step_ms >= kMostSteps)
    return wrong("resolution", "this makes more than " + std::to_string(kMostSteps) + " steps; ask for longer ones");
  return out;
}

/// Differences of neighbouring readings, summed by step. A counter that went back was reset: that pair says nothing.
/// Nothing of a client's text stands in it: addresses and numbers are written anew.
std::string statement(const Asked& asked) {
  const auto number = [](auto value) { return std::to_string(value); };
  const std::string step = number(asked.step_ms);
  return "SELECT \"time\" - \"time\" % " + step +
         " AS step, sum(came) AS came, sum(went) AS went, sum(apart) AS apart "
         "FROM (SELECT \"time\", \"time\" - lag(\"time\") OVER (ORDER BY \"time\") AS apart, "
         "in_octets::HUGEINT - lag(in_octets::HUGEINT) OVER (ORDER BY \"time\") AS came, "
         "out_octets::HUGEINT - lag(out_octets::HUGEINT) OVER (ORDER BY \"time\") AS went "
         "FROM interface_counters WHERE if_index = " +
         number(asked.index) + " AND \"time\" >= " + number(asked.from_ms - asked.step_ms) + " AND \"time\" < " +
         number(asked.to_ms) + " AND exporter = '" + to_string(asked.exporter) +
         "') AS pairs WHERE came >= 0 AND went >= 0 AND apart > 0 AND apart <= " + number(kFarthestApartMs) +
         " AND \"time\" >= " + number(asked.from_ms) + " GROUP BY step ORDER BY step";
}

double real(const std::optional<std::string>& text) {
  return number_from<double>(text.value_or("")).value_or(0);
}

}  // namespace

Response get_interface_counters(store::Store& store, const Request& request, UnixMillis now) {
  for (const auto& [name, value] : request.parameters) {
    if (std::ranges::find(kKnown, name) == kKnown.end())
      return problem(
          400, "there is no parameter '" + log::escape(name) + "'; there are exporter, index, from, to, resolution");
  }
  const auto asked = read(request.parameters, now);
  if (!asked) {
    const auto& [name, message, filter] = asked.error();
    return problem(400, name + ": " + message, {{"parameter", name}});
  }
  const auto answer =
      store.sql({.text = statement(*asked), .most = static_cast<std::uint32_t>(kMostSteps)}, *request.cancel);
  json::array steps;
  // A store without readings is no mistake of who asks.
  if (!answer && answer.error().code != ErrorCode::unsupported) return problem(answer.error());
  if (answer) {
    for (const auto& row : answer->rows) {
      const double seconds = real(row.at(3)) / 1000;
      if (seconds <= 0) continue;
      steps.push_back(json::object{{"time", static_cast<UnixMillis>(real(row.at(0)))},
                                   {"in_bits_per_s", real(row.at(1)) * 8 / seconds},
                                   {"out_bits_per_s", real(row.at(2)) * 8 / seconds}});
    }
  }
  Response out;
  out.body = json::serialize(json::object{
      {"from", asked->from_ms}, {"to", asked->to_ms}, {"resolution_ms", asked->step_ms}, {"steps", std::move(steps)}});
  return out;
}

}  // namespace weir::serve
