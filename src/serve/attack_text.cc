#include "serve/attack_text.h"

#include <fmt/format.h>

#include "base/log.h"
#include "detect/attack_json.h"
#include "query/text_grid.h"
#include "serve/quantity_text.h"

namespace weir::serve {
namespace {

using Align = query::TextGrid::Align;
using detect::Attack;
using detect::Measure;

std::string scaled(double value, std::string_view unit) {
  for (const auto& [factor, letter] : {std::pair{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}) {
    if (value >= factor) return fmt::format("{:.3g} {}{}", value / factor, letter, unit);
  }
  return unit.empty() ? fmt::format("{:.0f}", value) : fmt::format("{:.0f} {}", value, unit);
}

query::TextGrid grid(std::initializer_list<std::pair<const char*, Align>> columns) {
  query::TextGrid out;
  for (const auto& [name, align] : columns) out.add_column(name, align);
  return out;
}

void add_row(query::TextGrid& to, std::initializer_list<std::string> cells) {
  to.start_row();
  for (const std::string& cell : cells) to.add(cell);
}

std::string window_text(std::uint32_t seconds) {
  return std::to_string(seconds) + " s";
}

}  // namespace

std::string measure_text(double value, Measure measure) {
  switch (measure) {
    case Measure::bits: return scaled(value, "bit/s");
    case Measure::packets: return scaled(value, "p/s");
    case Measure::flows: return scaled(value, "flows/s");
    case Measure::distinct_sources:
    case Measure::distinct_destinations: return scaled(value, "");
  }
  return {};
}

std::string target_text(const Attack& attack) {
  if (!attack.subject.empty()) return log::escape(attack.subject);
  const bool host = attack.target.length == (attack.target.address.is_v4() ? 32 : 128);
  return host ? to_string(attack.target.address) : to_string(attack.target);
}

std::string attacks_text(const std::vector<detect::AttackPtr>& attacks, UnixMillis now) {
  if (attacks.empty()) return "no attacks\n";
  query::TextGrid out = grid({{"id", Align::right}, {"kind", Align::left}, {"target", Align::left}, {"customer", Align::left},
                              {"began", Align::left}, {"lasted", Align::right}, {"state", Align::left}, {"peak", Align::right},
                              {"", Align::right}});
  for (const detect::AttackPtr& a : attacks) {
    add_row(out, {std::to_string(a->id), std::string(title_of(a->kind)), target_text(*a), a->customer, to_iso8601(a->began_ms),
                  duration_text(a->ended_ms.value_or(now) - a->began_ms), a->ended_ms ? "ended" : "open",
                  measure_text(a->peak.bits_per_second, Measure::bits),
                  measure_text(a->peak.packets_per_second, Measure::packets)});
  }
  return out.text();
}

std::string attack_report(const Attack& a) {
  std::string out = fmt::format("{} {} {}{}\n", title_of(a.kind), a.way == detect::Way::incoming ? "against" : "from",
                                target_text(a), a.customer.empty() ? "" : " (" + log::escape(a.customer) + ")");
  out += "  " + log::escape(a.evidence.reason) + "\n";
  out += fmt::format("  number     {}, {}\n", a.id, a.ended_ms ? "ended" : "open");
  out += fmt::format("  began      {}\n  found      {}\n  last seen  {}\n", to_iso8601(a.began_ms), to_iso8601(a.found_ms),
                     to_iso8601(a.last_ms));
  if (a.ended_ms) out += "  ended      " + to_iso8601(*a.ended_ms) + "\n";
  out += fmt::format("  rule       {}: more than {} ({})\n", log::escape(a.rule), measure_text(a.threshold, a.measure),
                     log::escape(a.threshold_from));
  if (!a.ended_ms) {
    out += fmt::format("  now        {} ({} to {}, 95 % sure)\n", measure_text(a.value, a.measure),
                       measure_text(a.value_low, a.measure), measure_text(a.value_high, a.measure));
  }
  out += fmt::format("  peak       {}, {}\n", measure_text(a.peak.bits_per_second, Measure::bits),
                     measure_text(a.peak.packets_per_second, Measure::packets));
  out += fmt::format("  in all     {} bytes, {} packets, {} flow records\n", grouped(a.bytes), grouped(a.packets),
                     grouped(a.flows));
  out += fmt::format("  sources    about {}\n", grouped(a.evidence.distinct_sources));
  for (const detect::Signature& s : a.signatures) {
    out += fmt::format("  filter     {}: {:.0f} % of the attack, {:.1f} % of other traffic\n", signature_text(s),
                       100 * s.attack_share, 100 * s.other_share);
  }
  for (const auto& [column, shares] : a.evidence.top) {
    out += "\n";
    query::TextGrid top = grid({{column.c_str(), Align::left}, {"", Align::left}, {"packets", Align::right}, {"bytes", Align::right}});
    for (std::size_t i = 0; i < std::min<std::size_t>(shares.size(), 5); ++i) {
      add_row(top, {shares[i].value, shares[i].name, grouped(shares[i].packets), grouped(shares[i].bytes)});
    }
    out += top.text();
  }
  return out;
}

std::string rules_text(const std::vector<detect::RuleInfo>& rules) {
  query::TextGrid out =
      grid({{"rule", Align::left}, {"more than", Align::right}, {"over", Align::right}, {"from", Align::left}, {"filter", Align::left}});
  for (const detect::RuleInfo& rule : rules) {
    add_row(out, {rule.name, measure_text(rule.threshold.value, rule.threshold.measure), window_text(rule.threshold.window_s),
                  rule.from, rule.filter});
  }
  return out.text();
}

std::string explanation_text(const detect::Explanation& e) {
  std::string out = to_string(e.address) + (e.own ? " is own" : " is not own");
  if (!e.customer.empty()) out += ", of customer " + log::escape(e.customer);
  out += "\n";
  for (const std::string& note : e.notes) out += "note: " + log::escape(note) + "\n";
  out += "governed by:";
  for (const std::string& group : e.groups) out += " " + log::escape(group) + (&group == &e.groups.back() ? "\n" : ",");
  for (const std::uint64_t id : e.attacks) out += "under attack: number " + std::to_string(id) + "\n";
  query::TextGrid table = grid({{"target", Align::left}, {"rule", Align::left}, {"now at", Align::right}, {"more than", Align::right},
                                {"used", Align::right}, {"usual", Align::right}, {"from", Align::left}});
  for (const detect::RuleState& r : e.rules) {
    const Measure m = r.threshold.measure;
    const double used = 100 * (r.measured ? r.value : r.value_high) / r.threshold.value;
    add_row(table, {r.target, r.rule, r.measured ? measure_text(r.value, m) : "little", measure_text(r.threshold.value, m),
                    fmt::format("{}{:.0f} %", r.measured ? "" : "<", r.measured ? used : std::max(used, 1.0)),
                    r.usual ? measure_text(*r.usual, m) + fmt::format(" ({:.0f} % sure)", 100 * r.confidence) : "", r.from});
  }
  return out + "\n" + table.text();
}

std::string backtest_text(const detect::BacktestReport& report, Measure measure) {
  std::string out = fmt::format("{} flows from {} to {}\n", grouped(report.flows), to_iso8601(report.from_ms),
                                to_iso8601(report.to_ms));
  out += fmt::format("would have raised {} attack{}\n\n", report.attacks.size(), report.attacks.size() == 1 ? "" : "s");
  if (!report.attacks.empty()) out += attacks_text(report.attacks, report.to_ms) + "\n";
  if (!report.peaks.empty()) {
    query::TextGrid peaks = grid({{"target", Align::left}, {"most", Align::right}, {"at", Align::left}, {"", Align::left}});
    for (std::size_t i = 0; i < std::min<std::size_t>(report.peaks.size(), 20); ++i) {
      const detect::TargetPeak& peak = report.peaks[i];
      add_row(peaks, {peak.target, measure_text(peak.peak, measure), to_iso8601(peak.at_ms), peak.in_attack ? "in an attack" : ""});
    }
    out += peaks.text() + "\n";
  }
  if (report.right_threshold) {
    out += "a threshold that would have been right: " + measure_text(*report.right_threshold, measure) + "\n(" +
           report.right_because + ")\n";
  }
  return out;
}

}  // namespace weir::serve
