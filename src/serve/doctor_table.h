// What each bad counter means in words, and the next thing to do about it.
#pragma once

#include <array>
#include <string_view>

#include "flow/exporter_table.h"

namespace weir::serve {

/// How bad a finding is, from the best. A whole exporter is as bad as its worst finding.
enum class Severity : unsigned char {
  good,
  note,       ///< worth knowing; nothing is lost
  attention,  ///< numbers are less exact than they could be
  trouble,    ///< flows are lost, wrong, or do not come
};

struct Explanation {
  flow::Counter counter;
  Severity severity;
  std::string_view what;  ///< follows the count: "12 data sets ..."
  std::string_view advice;
};

inline constexpr std::array kExplanations = std::to_array<Explanation>({
    {flow::Counter::sequence_lost, Severity::attention,
     "messages, records or datagrams are missing by the sequence numbers",
     "if this server's sockets dropped datagrams too, mend that first; otherwise the network or the exporter lost "
     "them: "
     "look at the exporter's own export statistics and at drops on the path"},
    {flow::Counter::sequence_reordered, Severity::note, "messages arrived late or twice by the sequence numbers",
     "several paths between the exporter and this server reorder datagrams; harmless unless it grows fast"},
    {flow::Counter::sets_unparked_too_late, Severity::trouble,
     "data sets were given up because their template did not come in time",
     "let the exporter send its templates every minute (IOS-XE `template data timeout 60`, Junos "
     "`template-refresh-rate "
     "seconds 60`), or raise decode.parked_age"},
    {flow::Counter::sets_park_full, Severity::trouble,
     "data sets without a template were lost because the space for waiting ones is full",
     "let the exporter send its templates every minute (IOS-XE `template data timeout 60`, Junos "
     "`template-refresh-rate "
     "seconds 60`), or raise decode.parked_memory"},
    {flow::Counter::clock_wrong, Severity::attention,
     "flow records have a clock off by more than the tolerance, and count at the time they arrived",
     "set the exporter's clock by NTP and check this server's with `timedatectl`; if old flows are sent on purpose, "
     "raise "
     "decode.clock_tolerance and decode.flow_age"},
    {flow::Counter::counters_absurd, Severity::attention,
     "flow records have an impossible byte or packet count; they are kept, but their count is not summed",
     "a known fault of some firmware: update the exporter, or export with another protocol version"},
    {flow::Counter::flows_unsampled, Severity::attention,
     "flow records have no known sampling rate, so their bytes count as they are",
     "export the sampler options template (IOS-XE `option sampler-table`), or set exporters[].sampling.default in the "
     "configuration; 1 says that the exporter does not sample"},
    {flow::Counter::flows_not_stored, Severity::trouble, "flow records were decoded but not stored",
     "the findings about the store say why"},
    {flow::Counter::bad_version, Severity::trouble, "datagrams are of no protocol that Weir knows",
     "set the exporter to NetFlow v5, v7, v9, IPFIX or sFlow v5, or find out what else sends to this port: `tcpdump -n "
     "-c 5 "
     "-X udp and src ADDRESS`"},
    {flow::Counter::bad_header, Severity::trouble, "datagrams are too short for their header",
     "something on the way cuts datagrams, or it is no flow exporter: look at them with `tcpdump -n -c 5 -X udp and "
     "src "
     "ADDRESS`"},
    {flow::Counter::bad_count, Severity::trouble, "datagrams announce another number of records than they hold",
     "the exporter breaks its protocol or a datagram is cut: save some with `tcpdump -w FILE udp and src ADDRESS` and "
     "look "
     "with `weir decode FILE --stats`"},
    {flow::Counter::bad_length, Severity::trouble, "messages have a length that disagrees with their datagram",
     "fragments are lost or datagrams are cut on the way: lower the exporter's datagram size below the path's MTU"},
    {flow::Counter::bad_set, Severity::trouble, "sets have an impossible length or a reserved number",
     "the exporter breaks its protocol: save some with `tcpdump -w FILE udp and src ADDRESS`, look with `weir decode "
     "FILE "
     "--stats`, and update its firmware"},
    {flow::Counter::bad_template, Severity::trouble, "templates break the protocol, and their data cannot be read",
     "save some with `tcpdump -w FILE udp and src ADDRESS`, look with `weir decode FILE --stats`, and update the "
     "exporter's "
     "firmware"},
    {flow::Counter::bad_record, Severity::trouble, "data records are cut short or have impossible lengths",
     "often a template that changed without notice: restart the export on the exporter, and save some with `tcpdump -w "
     "FILE "
     "udp and src ADDRESS` if it goes on"},
    {flow::Counter::bad_sample, Severity::trouble, "sFlow samples are cut short or have impossible lengths",
     "save some with `tcpdump -w FILE udp and src ADDRESS`, look with `weir decode FILE --stats`, and update the "
     "agent"},
    {flow::Counter::bad_packet_header, Severity::attention,
     "sampled packets could not be read, so their flows have no addresses",
     "let the agent send at least 128 octets of each sampled packet (sFlow header size)"},
    {flow::Counter::unsupported, Severity::note, "parts are well-formed but hold what Weir does not decode",
     "nothing to do; the other parts of the same datagrams are used"},
    {flow::Counter::too_many_templates, Severity::trouble, "templates were refused because the exporter has too many",
     "raise decode.most_templates_per_exporter, or look why the exporter makes new templates all the time"},
    {flow::Counter::too_many_names, Severity::attention,
     "announced sampling rates and names were refused because there are too many",
     "look why the exporter announces so many interfaces, samplers or applications; what Weir needs can be set under "
     "exporters[] in the configuration"},
});

/// The explanation of a bad counter.
[[nodiscard]] constexpr const Explanation* explanation(flow::Counter counter) {
  for (const Explanation& row : kExplanations) {
    if (row.counter == counter) return &row;
  }
  return nullptr;
}

namespace detail {
constexpr bool every_bad_counter_is_explained_once() {
  for (const flow::CounterInfo& info : flow::kCounters) {
    int rows = 0;
    for (const Explanation& row : kExplanations) rows += row.counter == info.counter ? 1 : 0;
    if (rows != (info.group == flow::CounterGroup::bad ? 1 : 0)) return false;
  }
  return true;
}
}  // namespace detail
static_assert(detail::every_bad_counter_is_explained_once(),
              "give every bad counter of WEIR_EXPORTER_COUNTERS one row here, and no row to the others");

}  // namespace weir::serve
