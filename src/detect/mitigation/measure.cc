#include "detect/mitigation/measure.h"

#include <algorithm>
#include <map>

#include "query/filter.h"

namespace weir::detect {
namespace {

constexpr std::uint32_t kMostCustomers = 20;

struct Span {
  UnixMillis from = 0;
  UnixMillis to = 0;
  [[nodiscard]] double seconds() const { return static_cast<double>(to - from) / kSecondMs; }
};

Result<query::Answer> ask_for(const Ask& ask, const std::string& filter, Span span, std::vector<flow::Column> by) {
  auto expression = query::parse_filter(filter);
  if (!expression) return fail(ErrorCode::internal, "'" + filter + "': " + expression.error().message);
  query::Query query;
  query.from_ms = span.from;
  query.to_ms = span.to;
  query.filter = *std::move(expression);
  query.filter_text = filter;
  query.by = std::move(by);
  query.top = kMostCustomers;
  return ask(query);
}

TrafficSpan traffic_of(const query::Answer& answer, Span span) {
  return {.from_ms = span.from,
          .to_ms = span.to,
          .bits_per_second = static_cast<double>(answer.total.sums.bytes) * 8 / span.seconds(),
          .packets_per_second = static_cast<double>(answer.total.sums.packets) / span.seconds(),
          .known = true};
}

using Customers = std::map<std::string, CustomerTraffic>;

/// The larger of what is there and what comes.
void note_customers(const query::Answer& answer, Span span, Customers& into) {
  for (const query::Row& row : answer.rows) {
    const auto* name = row.key.empty() ? nullptr : std::get_if<std::string>(&row.key[0]);
    CustomerTraffic& customer = into[name == nullptr ? "" : *name];
    customer.bits_per_second =
        std::max(customer.bits_per_second, static_cast<double>(row.sums.bytes) * 8 / span.seconds());
    customer.packets_per_second =
        std::max(customer.packets_per_second, static_cast<double>(row.sums.packets) / span.seconds());
  }
}

/// Whether anything at all is stored of a span.
bool is_known(const Ask& ask, Span span) {
  const auto answer = ask_for(ask, "", span, {});
  return answer && answer->total.sums.flows > 0;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double bits_of(const Ask& ask, const std::string& filter, Span span, std::string& problem) {
  const auto answer = ask_for(ask, filter, span, {});
  if (answer) return traffic_of(*answer, span).bits_per_second;
  problem = answer.error().message;
  return 0;
}

}  // namespace

BlastRadius measure_radius(const Measuring& measuring, const Ask& ask) {
  BlastRadius out;
  out.measured_ms = measuring.now_ms;
  const std::vector<flow::Column> by = {flow::Column::dst_customer};
  const std::string& scope = measuring.scope_filter;
  const std::string legitimate =
      measuring.attack_filter.empty() ? scope : "(" + scope + ") and not (" + measuring.attack_filter + ")";
  Customers customers;
  const Span now{measuring.now_ms - kRadiusNowMs, measuring.now_ms};
  if (const auto answer = ask_for(ask, legitimate, now, by)) {
    out.now = traffic_of(*answer, now);
    note_customers(*answer, now, customers);
  } else {
    out.problem = answer.error().message;
  }
  if (measuring.has_attack && measuring.attack_filter.empty() && out.problem.empty())
    out.problem = "the attack's signature is not known, so that 'now' holds the attack too";
  std::vector<double> bits;
  std::vector<double> packets;
  for (int day = 1; day <= kRadiusDays; ++day) {
    const UnixMillis middle = measuring.now_ms - day * kDayMs;
    const Span span{middle - kRadiusHalfMs, middle + kRadiusHalfMs};
    const auto answer = ask_for(ask, scope, span, by);
    TrafficSpan traffic{.from_ms = span.from, .to_ms = span.to};
    if (answer) {
      traffic = traffic_of(*answer, span);
      traffic.known = answer->total.sums.flows > 0 || is_known(ask, span);
    } else if (out.problem.empty()) {
      out.problem = answer.error().message;
    }
    if (traffic.known) {
      bits.push_back(traffic.bits_per_second);
      packets.push_back(traffic.packets_per_second);
      note_customers(*answer, span, customers);
    }
    out.days_before.push_back(traffic);
  }
  out.usual_bits_per_second = median(std::move(bits));
  out.usual_packets_per_second = median(std::move(packets));
  for (auto& [name, traffic] : customers) {
    traffic.customer = name;
    out.customers.push_back(traffic);
  }
  std::ranges::stable_sort(out.customers, std::greater{}, &CustomerTraffic::bits_per_second);
  if (out.customers.size() > kMostCustomers) out.customers.resize(kMostCustomers);
  return out;
}

Effect measure_effect(const Measuring& measuring, const Ask& ask) {
  Effect out;
  out.measured_ms = measuring.now_ms;
  const std::string target = measuring.target_filter;
  const std::string attack =
      measuring.attack_filter.empty() ? target : "(" + target + ") and (" + measuring.attack_filter + ")";
  const Span before{measuring.started_ms - kEffectSpanMs, measuring.started_ms};
  const Span after{measuring.now_ms - kEffectSpanMs, measuring.now_ms};
  out.attack_before = bits_of(ask, attack, before, out.problem);
  out.attack_after = bits_of(ask, attack, after, out.problem);
  if (measuring.attack_filter.empty()) {
    if (out.problem.empty()) out.problem = "the attack's signature is not known, so all traffic counts as attack";
    return out;
  }
  const std::string other = "(" + target + ") and not (" + measuring.attack_filter + ")";
  out.other_before = bits_of(ask, other, before, out.problem);
  out.other_after = bits_of(ask, other, after, out.problem);
  return out;
}

}  // namespace weir::detect
