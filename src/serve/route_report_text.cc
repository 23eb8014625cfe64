#include <fmt/format.h>

#include "base/log.h"
#include "query/text_grid.h"
#include "serve/quantity_text.h"
#include "serve/route_report.h"

namespace weir::serve {
namespace {

using bgp::Candidate;

std::string dash(std::string text) {
  return text.empty() ? "-" : text;
}

std::string number_text(std::optional<std::uint32_t> number) {
  return number ? std::to_string(*number) : "-";
}

/// "AS 45352 EXABYTES (MY)".
std::string as_text(const RouteReport& report, std::optional<bgp::As> as) {
  if (!as) return "no origin AS";
  std::string out = fmt::format("AS {}", *as);
  const auto* name = report.as_names == nullptr ? nullptr : report.as_names->find(*as);
  if (name != nullptr) out += ' ' + log::escape(name->name, 60);
  if (name != nullptr && !name->country.empty()) out += fmt::format(" ({})", log::escape(name->country, 8));
  return out;
}

std::string router_text(const bgp::ViewInfo& view) {
  if (view.key.router.is_unspecified()) return "-";
  if (view.router_name.empty()) return to_string(view.key.router);
  return log::escape(view.router_name, 24);
}

std::string peer_text(const bgp::ViewInfo& view) {
  if (view.key.peer.is_unspecified()) return std::string(to_string(view.key.rib));
  return to_string(view.key.peer);
}

std::string age_text(const Candidate& candidate, UnixMillis now) {
  if (candidate.until_ms != 0) {
    return fmt::format("until {} ago", duration_text(std::max<UnixMillis>(0, now - candidate.until_ms)));
  }
  if (candidate.since_ms == 0) return "first heard";
  return duration_text(std::max<UnixMillis>(0, now - candidate.since_ms));
}

std::string state_text(const Candidate& candidate) {
  if (candidate.until_ms != 0) return "past";
  if (candidate.best) return candidate.stale ? "best, stale" : "best";
  return candidate.stale ? "stale: " + candidate.lost_because : candidate.lost_because;
}

/// As `show ip bgp` has it.
std::string_view origin_code(bgp::Origin origin) {
  switch (origin) {
    case bgp::Origin::igp: return "i";
    case bgp::Origin::egp: return "e";
    case bgp::Origin::incomplete: return "?";
  }
  return "?";
}

std::string heading(const RouteReport& report) {
  const auto address = to_string(report.question.address);
  const auto table = report.question.table.empty() ? "" : " in table " + log::escape(report.question.table, 60);
  if (report.candidates.empty()) {
    return fmt::format("{}: no route{}. Is a source of routes configured and up? `weir doctor` tells.\n", address, table);
  }
  const Candidate& first = report.candidates.front();
  std::string out = fmt::format("{} is in {}{}, {}", address, to_string(first.prefix), table,
                                first.attributes.as_path.segments.empty()
                                    ? "our own"
                                    : as_text(report, first.attributes.as_path.origin()));
  if (report.validity.front()) out += fmt::format(", RPKI {}", to_string(*report.validity.front()));
  return out + "\n";
}

std::string choices_text(const RouteReport& report) {
  std::string out = "\nWhich route a flow gets\n";
  for (const RouteChoice& choice : report.choices) {
    const std::string who = !choice.exporter                ? "any other exporter"
                            : choice.exporter->name.empty() ? to_string(choice.exporter->address)
                                                            : fmt::format("{} ({})", log::escape(choice.exporter->name, 40),
                                                                          to_string(choice.exporter->address));
    if (!choice.candidate) {
      out += fmt::format("  {}: none: {}\n", who, choice.why);
      continue;
    }
    const Candidate& taken = report.candidates[*choice.candidate];
    const auto path = to_string(taken.attributes.as_path);
    out += fmt::format("  {}: #{} {} by {}: {}\n", who, *choice.candidate + 1, to_string(taken.prefix),
                       path.empty() ? "no AS (our own)" : path, choice.why);
  }
  return out;
}

std::string candidates_text(const RouteReport& report, UnixMillis now) {
  using query::TextGrid;
  TextGrid grid;
  for (const auto* header : {"#", "PREFIX", "SOURCE", "ROUTER", "PEER", "NEXT HOP", "LP", "MED", "O", "AS PATH",
                             "COMMUNITIES", "SINCE", "STATE"}) {
    const bool number = std::string_view(header) == "#" || std::string_view(header) == "LP" || std::string_view(header) == "MED";
    grid.add_column(header, number ? TextGrid::Align::right : TextGrid::Align::left);
  }
  for (std::size_t i = 0; i < report.candidates.size(); ++i) {
    const Candidate& candidate = report.candidates[i];
    grid.start_row();
    grid.add(std::to_string(i + 1));
    grid.add(to_string(candidate.prefix));
    grid.add(candidate.source);
    grid.add(router_text(candidate.view));
    grid.add(peer_text(candidate.view));
    grid.add(candidate.next_hop.is_unspecified() ? "-" : to_string(candidate.next_hop));
    grid.add(number_text(candidate.attributes.local_pref));
    grid.add(number_text(candidate.attributes.med));
    grid.add(origin_code(candidate.attributes.origin));
    grid.add(dash(to_string(candidate.attributes.as_path)));
    grid.add(dash(communities_text(candidate.attributes)));
    grid.add(age_text(candidate, now));
    grid.add(state_text(candidate));
  }
  return "\nCandidates, the best of each prefix first\n" + grid.text();
}

}  // namespace

std::string route_text(const RouteReport& report, UnixMillis now) {
  std::string out = heading(report) + choices_text(report);
  if (!report.candidates.empty()) out += candidates_text(report, now);
  return out;
}

}  // namespace weir::serve
