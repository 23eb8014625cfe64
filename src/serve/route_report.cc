#include "serve/route_report.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::serve {
namespace {

using bgp::Candidate;
using bgp::Choice;

/// Where the found route stands among the candidates.
std::optional<std::size_t> place_of(const bgp::Found& found, std::span<const Candidate> candidates) {
  const auto at = std::ranges::find_if(candidates, [&](const Candidate& candidate) {
    return candidate.view_id == found.view && candidate.nlri.path_id == found.path_id &&
           candidate.prefix.length == found.length && candidate.next_hop == found.next_hop;
  });
  if (at == candidates.end()) return std::nullopt;
  return static_cast<std::size_t>(at - candidates.begin());
}

std::string why(const RouteQuestion& question, const bgp::Found& found, const Candidate* winner) {
  switch (found.choice) {
    case Choice::none: return "no source has a route";
    case Choice::own_view:
      return fmt::format("it is in this router's own table ({}, source {})",
                         winner == nullptr ? "" : to_string(winner->view.key.rib),
                         winner == nullptr ? "" : winner->source);
    case Choice::next_hop: return fmt::format("its next hop is {}, as the flow told", to_string(question.next_hop));
    case Choice::best:
      return "the router has told no table of its own, so the best of all sources counts";
  }
  return {};
}

}  // namespace

Result<RouteReport> report_route(const RouteSources& sources, RouteQuestion question) {
  bgp::TableId table = bgp::kGlobalTable;
  if (!question.table.empty()) {
    const auto found = sources.rib.find_table(question.table);
    if (!found) {
      return fail(ErrorCode::not_found,
                  "no routing table is named '" + question.table +
                      "': give a route distinguisher or a VRF name that a source told, or leave it out");
    }
    table = *found;
  }
  RouteReport report;
  report.as_names = sources.as_names;
  const bool with_past = question.with_past || question.time_ms != 0;
  report.candidates = sources.rib.candidates(question.address, table, with_past);

  if (sources.vrps != nullptr && !sources.vrps->empty()) {
    bgp::VrpTable::Reader vrps(*sources.vrps);
    for (const Candidate& candidate : report.candidates) {
      report.validity.emplace_back(
          vrps.validate(candidate.prefix, candidate.attributes.as_path.origin().value_or(0)));
    }
  } else {
    report.validity.resize(report.candidates.size());
  }

  bgp::RibReader reader(sources.rib);
  const auto choose = [&](std::optional<RouteAsker> exporter) {
    bgp::Ask ask{.address = question.address, .next_hop = question.next_hop, .time_ms = question.time_ms, .table = table};
    const bgp::RibReader::Pin pin(reader);
    if (exporter) ask.exporter = reader.exporter(exporter->address);
    const bgp::Found found = reader.find(ask);
    RouteChoice choice{.exporter = std::move(exporter), .choice = found.choice, .candidate = {}, .why = {}};
    if (found.choice != Choice::none) choice.candidate = place_of(found, report.candidates);
    choice.why = why(question, found, choice.candidate ? &report.candidates[*choice.candidate] : nullptr);
    report.choices.push_back(std::move(choice));
  };
  for (const RouteAsker& exporter : question.exporters) choose(exporter);
  choose(std::nullopt);
  report.question = std::move(question);
  return report;
}

}  // namespace weir::serve
