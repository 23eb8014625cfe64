#include "main/totals.h"

#include <array>
#include <boost/json/array.hpp>
#include <string_view>

namespace weir::main {
namespace {

using receive::CaptureStats;
using receive::ReassemblyStats;

struct CaptureField {
  std::string_view name;
  std::uint64_t CaptureStats::* at;
};
constexpr std::array kCaptureFields = {
    CaptureField{"packets", &CaptureStats::packets},
    CaptureField{"datagrams", &CaptureStats::datagrams},
    CaptureField{"octets", &CaptureStats::octets},
    CaptureField{"other_port", &CaptureStats::other_port},
    CaptureField{"not_udp", &CaptureStats::not_udp},
    CaptureField{"not_ip", &CaptureStats::not_ip},
    CaptureField{"unknown_link_type", &CaptureStats::unknown_link_type},
    CaptureField{"truncated", &CaptureStats::truncated},
    CaptureField{"bad_ip", &CaptureStats::bad_ip},
    CaptureField{"bad_udp", &CaptureStats::bad_udp},
};

struct ReassemblyField {
  std::string_view name;
  std::uint64_t ReassemblyStats::* at;
};
constexpr std::array kReassemblyFields = {
    ReassemblyField{"fragments", &ReassemblyStats::fragments},
    ReassemblyField{"reassembled", &ReassemblyStats::reassembled},
    ReassemblyField{"fragments_overlapping", &ReassemblyStats::overlapping},
    ReassemblyField{"fragments_incomplete", &ReassemblyStats::incomplete},
    ReassemblyField{"fragments_duplicate", &ReassemblyStats::duplicates},
    ReassemblyField{"fragments_malformed", &ReassemblyStats::malformed},
};

constexpr std::array kProtocols = {flow::ExportProtocol::netflow5, flow::ExportProtocol::netflow7,
                                   flow::ExportProtocol::netflow9, flow::ExportProtocol::ipfix,
                                   flow::ExportProtocol::sflow5};

}  // namespace

void add_to(CaptureStats& sum, const CaptureStats& one) {
  for (const CaptureField& field : kCaptureFields) sum.*field.at += one.*field.at;
  for (const ReassemblyField& field : kReassemblyFields) sum.reassembly.*field.at += one.reassembly.*field.at;
}

boost::json::object capture_totals(const CaptureStats& stats) {
  boost::json::object out;
  for (const CaptureField& field : kCaptureFields) out[field.name] = stats.*field.at;
  for (const ReassemblyField& field : kReassemblyFields) out[field.name] = stats.reassembly.*field.at;
  return out;
}

boost::json::object exporter_totals(const flow::ExporterTable& exporters) {
  boost::json::object out;
  for (const flow::ExporterState* exporter : exporters.all()) {
    boost::json::object one;
    boost::json::array protocols;
    for (const flow::ExportProtocol protocol : kProtocols) {
      if ((exporter->protocols() & static_cast<unsigned>(protocol)) != 0) protocols.emplace_back(to_string(protocol));
    }
    one["protocols"] = std::move(protocols);
    for (const flow::CounterInfo& counter : flow::kCounters) {
      if (const std::uint64_t value = exporter->get(counter.counter); value != 0) one[counter.name] = value;
    }
    out[to_string(exporter->address())] = std::move(one);
  }
  return out;
}

std::uint64_t sum_of(const flow::ExporterTable& exporters, flow::Counter counter) {
  std::uint64_t sum = 0;
  for (const flow::ExporterState* exporter : exporters.all()) sum += exporter->get(counter);
  return sum;
}

}  // namespace weir::main
