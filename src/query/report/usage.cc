// Usage by interface, by address and by conversation: one question for each direction.
#include <string>

#include "query/report/catalogue.h"
#include "query/report/traffic_table.h"

namespace weir::query::report {
namespace {

using flow::Column;

std::string way_name(Way way) {
  if (way == Way::any) return "traffic";
  return way == Way::out ? "outgoing" : "incoming";
}

std::string titled(Way way, std::string_view what) {
  if (way == Way::any) return "Traffic " + std::string(what);
  return (way == Way::out ? "Outgoing traffic " : "Incoming traffic ") + std::string(what);
}

/// The column of the side that the report is about: of what goes out, the local end is the source.
Column end_of(const Parameters& parameters, Way way, Column source, Column destination) {
  const bool local = parameters.side == Side::local;
  return (way == Way::in) != local ? source : destination;
}

Result<void> add_directed(Job& job, Way way, const Asking& asking) {
  const auto asked = ask(job, asking);
  if (!asked) return std::unexpected(asked.error());
  note_missing_direction(job, way, asked->answer);
  job.outcome().tables.push_back(traffic_table(job, asking, *asked));
  return {};
}

std::vector<Column> conversation_keys(Detail detail, Way way) {
  switch (detail) {
    case Detail::hosts:
      return {Column::src_addr, Column::dst_addr};
    case Detail::services:
      // The port that answers: of what comes in it is the one that the traffic comes from.
      return {Column::src_addr, Column::dst_addr, Column::proto, way == Way::in ? Column::src_port : Column::dst_port};
    case Detail::ports:
      return {Column::src_addr, Column::dst_addr, Column::proto, Column::src_port, Column::dst_port};
  }
  return {};
}

}  // namespace

Result<void> run_usage_by_interface(Job& job) {
  // Every flow that leaves or enters by an interface counts, as on the router itself.
  const Direction direction = job.parameters().direction;
  for (const Way way : ways_of(direction == Direction::any ? Direction::both : direction)) {
    const bool in = way == Way::in;
    const auto fine = add_traffic(
        job, {.name = in ? "incoming" : "outgoing",
              .title = in ? "Traffic that enters by interface" : "Traffic that leaves by interface",
              .by = {Column::exporter, Column::exporter_name, in ? Column::in_if : Column::out_if,
                     in ? Column::in_if_name : Column::out_if_name},
              .filter = conditions(job.parameters(), in ? Way::in : Way::out)});
    if (!fine) return fine;
  }
  return {};
}

Result<void> run_usage_by_ip(Job& job) {
  for (const Way way : ways_of(job.parameters().direction)) {
    const Column column = end_of(job.parameters(), way, Column::src_addr, Column::dst_addr);
    const auto fine =
        add_directed(job, way,
                     {.name = way_name(way),
                      .title = titled(way, column == Column::src_addr ? "by source IP" : "by destination IP"),
                      .by = {column},
                      .filter = all_of({direction_is(way), conditions(job.parameters(), way)})});
    if (!fine) return fine;
  }
  return {};
}

Result<void> run_usage_by_conversation(Job& job) {
  for (const Way way : ways_of(job.parameters().direction)) {
    const auto fine = add_directed(job, way,
                                   {.name = way_name(way),
                                    .title = titled(way, "by conversation"),
                                    .by = conversation_keys(job.parameters().detail, way),
                                    .filter = all_of({direction_is(way), conditions(job.parameters(), way)})});
    if (!fine) return fine;
  }
  return {};
}

}  // namespace weir::query::report
