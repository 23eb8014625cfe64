// What became of the datagrams of capture files, as JSON: for `weir decode --stats` and `weir import`.
#pragma once

#include <boost/json/object.hpp>

#include "flow/exporter_table.h"
#include "receive/capture_reader.h"

namespace weir::main {

/// Adds up the captures of one command.
void add_to(receive::CaptureStats& sum, const receive::CaptureStats& one);

/// Every counter of a capture, by name.
[[nodiscard]] boost::json::object capture_totals(const receive::CaptureStats& stats);

/// For each exporter, by address: its protocols and the counters that are not zero.
[[nodiscard]] boost::json::object exporter_totals(const flow::ExporterTable& exporters);

/// One counter over all exporters.
[[nodiscard]] std::uint64_t sum_of(const flow::ExporterTable& exporters, flow::Counter counter);

}  // namespace weir::main
