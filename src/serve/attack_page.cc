// An attack as one file of HTML to send to an upstream: it loads nothing, runs nothing and prints well.
#include <fmt/format.h>

#include <algorithm>

#include "detect/attack_json.h"
#include "serve/attack_text.h"
#include "serve/quantity_text.h"

namespace weir::serve {
namespace {

using detect::Attack;
using detect::Measure;

constexpr double kWidth = 900;
constexpr double kHeight = 160;

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;margin:.5rem 0}
td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
th{border-bottom:1px solid #c5cbd3}.grid{display:flex;flex-wrap:wrap;gap:0 3rem}svg{width:100%;height:auto}
code{font:13px ui-monospace,monospace}
</style>
)";

// What exporters say reaches this page: nothing of it may become markup.
std::string safe(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

void add_fact(std::string& out, std::string_view name, std::string_view value) {
  out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", name, safe(value));
}

std::string facts(const Attack& a) {
  std::string out = "<table>\n";
  add_fact(out, a.way == detect::Way::incoming ? "Target" : "Source", target_text(a));
  if (!a.customer.empty()) add_fact(out, "Customer", a.customer);
  add_fact(out, "Began", to_iso8601(a.began_ms));
  add_fact(out, "Last seen", to_iso8601(a.last_ms));
  add_fact(out, "Ended", a.ended_ms ? to_iso8601(*a.ended_ms) : "goes on");
  add_fact(out, "Peak", measure_text(a.peak.bits_per_second, Measure::bits) + ", " +
                            measure_text(a.peak.packets_per_second, Measure::packets));
  add_fact(out, "In all", grouped(a.bytes) + " bytes, " + grouped(a.packets) + " packets (estimated where sampled)");
  add_fact(out, "Sources", "about " + grouped(a.evidence.distinct_sources));
  add_fact(out, "Found by", a.rule + ", more than " + measure_text(a.threshold, a.measure));
  return out + "</table>\n";
}

std::string curve(const Attack& a) {
  const auto& points = a.evidence.curve;
  if (points.size() < 2) return {};
  const bool bits = a.measure == Measure::bits;
  const auto value = [&](const detect::CurvePoint& p) {
    return bits ? p.rates.bits_per_second : p.rates.packets_per_second;
  };
  double most = 1;
  for (const auto& point : points) most = std::max(most, value(point));
  const auto from = static_cast<double>(points.front().second);
  const double span = std::max(1.0, static_cast<double>(points.back().second) - from);
  std::string line;
  for (const auto& point : points) {
    line += fmt::format("{:.1f},{:.1f} ", (static_cast<double>(point.second) - from) / span * kWidth,
                        kHeight - value(point) / most * kHeight);
  }
  return fmt::format(
      "<h2>Rate by the second</h2>\n<svg viewBox=\"0 -4 {0} {1}\" role=\"img\" aria-label=\"rate over time, at most {2}\">"
      "<polyline fill=\"none\" stroke=\"#b3261e\" stroke-width=\"1.5\" points=\"{3}\"/></svg>\n<p>{4} to {5}; the highest point "
      "is {2}.</p>\n",
      kWidth, kHeight + 8, measure_text(most, bits ? Measure::bits : Measure::packets), line,
      to_iso8601(points.front().second), to_iso8601(points.back().second));
}

std::string tops(const Attack& a) {
  std::string out = "<h2>What it is made of</h2>\n<div class=\"grid\">\n";
  for (const auto& [column, shares] : a.evidence.top) {
    out += fmt::format("<table><tr><th>{}</th><th></th><th class=\"n\">packets</th><th class=\"n\">bytes</th></tr>\n", safe(column));
    for (const detect::Share& s : shares) {
      out += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n", safe(s.value),
                         safe(s.name), grouped(s.packets), grouped(s.bytes));
    }
    out += "</table>\n";
  }
  return out + "</div>\n";
}

std::string samples(const Attack& a) {
  std::string out =
      "<h2>Sample flows</h2>\n<p>As the routers exported them; times in UTC.</p>\n<table><tr><th>time</th><th>source</th>"
      "<th>destination</th><th class=\"n\">protocol</th><th class=\"n\">flags</th><th class=\"n\">packets</th><th "
      "class=\"n\">bytes</th><th class=\"n\">sampled 1 in</th><th>router</th></tr>\n";
  for (const detect::SampleFlow& f : a.evidence.samples) {
    out += fmt::format(
        "<tr><td>{}</td><td>{} {}</td><td>{} {}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td "
        "class=\"n\">{}</td><td class=\"n\">{}</td><td>{} if {}</td></tr>\n",
        to_iso8601(f.time), to_string(f.source), f.source_port, to_string(f.destination), f.destination_port, f.protocol,
        f.tcp_flags, f.packets, f.bytes, f.sampling_rate, to_string(f.exporter), f.in_if);
  }
  return out + "</table>\n";
}

}  // namespace

std::string attack_page(const Attack& a) {
  const std::string title = fmt::format("{} {} {}", title_of(a.kind), a.way == detect::Way::incoming ? "against" : "from",
                                        target_text(a));
  std::string out(kHead);
  out += fmt::format("<title>{0}</title></head><body>\n<h1>{0}</h1>\n<p>{1}</p>\n", safe(title), safe(a.evidence.reason));
  out += facts(a);
  if (!a.signatures.empty()) {
    out += "<h2>What would filter it</h2>\n<ul>\n";
    for (const detect::Signature& s : a.signatures) {
      out += fmt::format("<li><code>{}</code>: {:.0f} % of the attack, {:.1f} % of other traffic to the target</li>\n",
                         safe(signature_text(s)), 100 * s.attack_share, 100 * s.other_share);
    }
    out += "</ul>\n";
  }
  return out + curve(a) + tops(a) + samples(a) + "</body></html>\n";
}

}  // namespace weir::serve
