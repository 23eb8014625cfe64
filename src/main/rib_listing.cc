#include "main/rib_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "base/log.h"

namespace weir::main {
namespace {

using bgp::Candidate;

std::string number_text(const std::optional<std::uint32_t>& number) {
  return number ? std::to_string(*number) : "";
}

void append_route(std::string& out, const Candidate& route) {
  const bgp::PathAttributes& attributes = route.attributes;
  fmt::format_to(std::back_inserter(out), "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|", to_string(route.view.key.peer),
                 route.view.peer_as, to_string(route.prefix), to_string(attributes.as_path),
                 to_string(attributes.origin), to_string(route.next_hop), number_text(attributes.local_pref),
                 number_text(attributes.med), communities_text(attributes), attributes.atomic_aggregate ? "AG" : "NAG");
  if (attributes.aggregator) {
    fmt::format_to(std::back_inserter(out), "{} {}", attributes.aggregator->as,
                   to_string(attributes.aggregator->address));
  }
  fmt::format_to(std::back_inserter(out), "|{}|{}|{}\n", to_string(route.nlri.rd), route.nlri.path_id,
                 log::escape(route.source, 4096));
}

/// In the order of the list: most routes first, then by number.
std::string origins_text(std::span<const Candidate> routes) {
  std::map<bgp::As, unsigned> counts;
  for (const Candidate& route : routes) {
    if (const auto origin = route.attributes.as_path.origin(); origin && route.until_ms == 0) ++counts[*origin];
  }
  if (counts.empty()) return "-";
  std::vector<std::pair<bgp::As, unsigned>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out;
  for (const auto& [as, count] : sorted) {
    fmt::format_to(std::back_inserter(out), "{}{}:{}", out.empty() ? "" : ",", as, count);
  }
  return out;
}

boost::json::object file_json(const LoadedFile& file) {
  const bgp::LoadReport& report = file.report;
  boost::json::object out;
  out["path"] = report.path;
  out["format"] = to_string(report.format);
  out["packing"] = to_string(report.packing);
  out["octets"] = report.octets;
  out["packed_octets"] = report.packed_octets;
  out["took_ms"] = file.took_ms;
  if (report.format == bgp::RouteFileFormat::mrt) {
    out["records"] = report.mrt.records;
    out["routes"] = report.mrt.routes;
    out["updates"] = report.mrt.updates;
    out["local_updates"] = report.mrt.local_updates;
    out["announced"] = report.mrt.announced;
    out["withdrawn"] = report.mrt.withdrawn;
    out["state_changes"] = report.mrt.state_changes;
    out["other_messages"] = report.mrt.other_messages;
    out["unsupported"] = report.mrt.unsupported;
    out["attribute_faults"] = report.mrt.attribute_faults;
  } else if (report.format == bgp::RouteFileFormat::show_ip_bgp) {
    out["lines"] = report.show.lines;
    out["prefixes"] = report.show.prefixes;
    out["routes"] = report.show.routes;
    out["missing"] = report.show.missing;
  } else if (report.format == bgp::RouteFileFormat::prefix_list) {
    out["lines"] = report.prefixes.lines;
    out["routes"] = report.prefixes.routes;
  }
  out["not_used"] = report.not_used;
  out["malformed"] = report.malformed();
  boost::json::array complaints;
  for (const std::string& complaint : report.complaints) complaints.emplace_back(complaint);
  out["complaints"] = std::move(complaints);
  out["error"] = report.error ? boost::json::value(report.error->message) : boost::json::value();
  return out;
}

std::string file_text(const LoadedFile& file) {
  const bgp::LoadReport& report = file.report;
  std::string out = fmt::format("{}\n", report.path);
  const auto line = [&out](std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(out), "  {:<18} {}\n", name, value);
  };
  const auto count = [&line](std::string_view name, std::uint64_t value) {
    if (value != 0) line(name, std::to_string(value));
  };
  line("format", fmt::format("{}, {}, {} bytes unpacked to {}", to_string(report.format), to_string(report.packing),
                             report.packed_octets, report.octets));
  count("records", report.mrt.records);
  count("lines", report.show.lines + report.prefixes.lines);
  count("prefixes", report.show.prefixes);
  count("routes", report.mrt.routes + report.show.routes + report.prefixes.routes);
  count("updates", report.mrt.updates);
  count("sent by collector", report.mrt.local_updates);
  count("announced", report.mrt.announced);
  count("withdrawn", report.mrt.withdrawn);
  count("state changes", report.mrt.state_changes);
  count("other messages", report.mrt.other_messages);
  count("missing paths", report.show.missing);
  count("not used", report.not_used);
  count("unsupported", report.mrt.unsupported);
  count("attribute faults", report.mrt.attribute_faults);
  count("malformed", report.malformed());
  line("read in", fmt::format("{:.2f} s", static_cast<double>(file.took_ms) / 1000));
  for (const std::string& complaint : report.complaints) line("complaint", complaint);
  if (report.error) line("error", report.error->message);
  return out;
}

}  // namespace

std::uint64_t count_origins(const bgp::Rib& rib) {
  std::set<bgp::As> origins;
  rib.for_each(bgp::kGlobalTable, [&](const Prefix&, std::span<const Candidate> routes) {
    for (const Candidate& route : routes) {
      if (const auto origin = route.attributes.as_path.origin()) origins.insert(*origin);
    }
    return true;
  });
  return origins.size();
}

std::uint64_t peak_memory() {
  // Not getrusage(): its peak is inherited from whoever started this process.
  std::ifstream status("/proc/self/status");
  std::string name;
  std::uint64_t kib = 0;
  while (status >> name) {
    if (name == "VmHWM:") return status >> kib ? kib * 1024 : 0;
    status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return 0;
}

boost::json::object summary_json(const RibSummary& summary) {
  boost::json::object out;
  boost::json::array files;
  for (const LoadedFile& file : summary.files) files.emplace_back(file_json(file));
  out["files"] = std::move(files);
  out["prefixes4"] = summary.rib.prefixes4;
  out["prefixes6"] = summary.rib.prefixes6;
  out["routes"] = summary.rib.routes;
  out["origins"] = summary.origins;
  out["attribute_sets"] = summary.rib.attribute_sets;
  out["tables"] = summary.rib.tables;
  out["memory_octets"] = summary.rib.memory_octets;
  out["peak_octets"] = summary.peak_octets;
  out["took_ms"] = summary.took_ms;
  boost::json::array peers;
  for (const bgp::ViewStatus& view : summary.rib.views) {
    boost::json::object peer;
    peer["address"] = to_string(view.info.key.peer);
    peer["as"] = view.info.peer_as;
    peer["bgp_id"] = to_string(IpAddress::v4(view.info.bgp_id));
    peer["up"] = view.up;
    peer["routes4"] = view.routes4;
    peer["routes6"] = view.routes6;
    peer["routes_vpn"] = view.routes_vpn;
    peers.emplace_back(std::move(peer));
  }
  out["peers"] = std::move(peers);
  return out;
}

std::string summary_text(const RibSummary& summary) {
  std::string out;
  for (const LoadedFile& file : summary.files) out += file_text(file) + "\n";
  fmt::format_to(std::back_inserter(out),
                 "{} IPv4 prefixes, {} IPv6 prefixes, {} routes of {} peers, {} origin ASes, {} attribute sets\n"
                 "table {:.1f} MiB, process {:.1f} MiB at most, {:.2f} s\n",
                 summary.rib.prefixes4, summary.rib.prefixes6, summary.rib.routes, summary.rib.views.size(),
                 summary.origins, summary.rib.attribute_sets,
                 static_cast<double>(summary.rib.memory_octets) / (1U << 20U),
                 static_cast<double>(summary.peak_octets) / (1U << 20U), static_cast<double>(summary.took_ms) / 1000);
  if (summary.rib.views.empty()) return out;
  fmt::format_to(std::back_inserter(out), "\n{:<40} {:>10} {:>10} {:>10} {:>8}\n", "peer", "AS", "IPv4", "IPv6", "VPN");
  for (const bgp::ViewStatus& view : summary.rib.views) {
    fmt::format_to(std::back_inserter(out), "{:<40} {:>10} {:>10} {:>10} {:>8}{}\n", to_string(view.info.key.peer),
                   view.info.peer_as, view.routes4, view.routes6, view.routes_vpn, view.up ? "" : "  down");
  }
  return out;
}

void list_prefixes(const bgp::Rib& rib, StandardOutput& out) {
  rib.for_each(bgp::kGlobalTable, [&](const Prefix& prefix, std::span<const Candidate> routes) {
    out.text() += to_string(prefix) + "\t" + origins_text(routes) + "\n";
    out.flush_if_full();
    return !out.stopped();
  });
}

void list_routes(const bgp::Rib& rib, StandardOutput& out) {
  const std::uint64_t tables = rib.status().tables;
  for (std::uint64_t table = 0; table < std::max<std::uint64_t>(tables, 1) && !out.stopped(); ++table) {
    rib.for_each(static_cast<bgp::TableId>(table), [&](const Prefix&, std::span<const Candidate> routes) {
      for (const Candidate& route : routes) {
        if (route.until_ms == 0) append_route(out.text(), route);
      }
      out.flush_if_full();
      return !out.stopped();
    });
  }
}

}  // namespace weir::main
