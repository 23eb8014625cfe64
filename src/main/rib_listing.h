// What `weir rib` prints of a routing table.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "bgp/file/route_loader.h"
#include "bgp/rib.h"
#include "main/standard_output.h"

namespace weir::main {

struct LoadedFile {
  bgp::LoadReport report;
  std::int64_t took_ms = 0;
};

struct RibSummary {
  std::vector<LoadedFile> files;
  bgp::RibStatus rib;
  std::uint64_t origins = 0;      ///< distinct origin ASes
  std::int64_t took_ms = 0;       ///< reading and tidying up
  std::uint64_t peak_octets = 0;  ///< the most memory that this process had until then
};

[[nodiscard]] std::uint64_t count_origins(const bgp::Rib& rib);
[[nodiscard]] std::uint64_t peak_memory();

[[nodiscard]] boost::json::object summary_json(const RibSummary& summary);
[[nodiscard]] std::string summary_text(const RibSummary& summary);

/// "10.0.0.0/8<TAB>64501:3,64502:1": origin ASes, the most routes first; "-" for routes without an origin. Of the
/// global table.
void list_prefixes(const bgp::Rib& rib, StandardOutput& out);
/// Every route of every table, in bgpdump's manner; see the command's help for the columns.
void list_routes(const bgp::Rib& rib, StandardOutput& out);

}  // namespace weir::main
