#include "serve/doctor_show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "serve/doctor_routes.h"
#include "serve/quantity_text.h"

namespace weir::serve {
namespace {

boost::json::object exporter_json(const ExporterDiagnosis& exporter) {
  boost::json::object out;
  out["address"] = to_string(exporter.address);
  out["name"] = exporter.name.empty() ? boost::json::value() : boost::json::value(exporter.name);
  boost::json::array protocols;
  for (const auto protocol : protocol_names(exporter.protocols)) protocols.emplace_back(protocol);
  out["protocols"] = std::move(protocols);
  out["received"] = exporter.received;
  out["decoded"] = exporter.decoded;
  out["sampled"] = exporter.sampled;
  out["named"] = exporter.named;
  out["routed"] = exporter.routed;
  out["stored"] = exporter.stored;
  out["last_seen"] = exporter.last_seen_ms == 0 ? boost::json::value() : boost::json::value(exporter.last_seen_ms);
  out["health"] = health_word(exporter);
  out["findings"] = findings_json(exporter.findings);
  return out;
}

using TableRow = std::array<std::string, 11>;

/// "1,234 (98%)": a count of flows and its share of those decoded.
std::string with_share(std::uint64_t count, std::uint64_t of) {
  if (of == 0) return grouped(count);
  return fmt::format("{} ({}%)", grouped(count),
                     static_cast<std::uint64_t>(100.0 * static_cast<double>(count) / static_cast<double>(of)));
}

TableRow table_row(const ExporterDiagnosis& exporter, UnixMillis now) {
  return {to_string(exporter.address),
          exporter.name.empty() ? "-" : log::escape(exporter.name, 40),
          exporter.protocols == 0 ? "-" : fmt::format("{}", fmt::join(protocol_names(exporter.protocols), ",")),
          grouped(exporter.received),
          grouped(exporter.decoded),
          with_share(exporter.sampled, exporter.decoded),
          with_share(exporter.named, exporter.decoded),
          with_share(exporter.routed, exporter.decoded),
          with_share(exporter.stored, exporter.decoded),
          exporter.last_seen_ms == 0 ? "never"
                                     : duration_text(std::max<UnixMillis>(0, now - exporter.last_seen_ms)) + " ago",
          std::string(health_word(exporter))};
}

std::string table_text(const std::vector<TableRow>& rows) {
  std::string out;
  std::array<std::size_t, std::tuple_size_v<TableRow>> widths{};
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const TableRow& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      // Text on the left, numbers on the right.
      const bool number = i >= 3 && i <= 8;
      line += number ? fmt::format("{:>{}}  ", row[i], widths[i]) : fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

void append_findings(std::string& out, std::string_view whose, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    out += fmt::format("\n{}  {}: {}\n    what to do: {}\n", to_string(finding.severity), whose,
                       log::escape(finding.what, 1000), finding.advice);
  }
}

}  // namespace

boost::json::array findings_json(const std::vector<Finding>& findings) {
  boost::json::array out;
  for (const Finding& finding : findings) {
    boost::json::object row;
    row["severity"] = to_string(finding.severity);
    row["counter"] = finding.counter.empty() ? boost::json::value() : boost::json::value(finding.counter);
    row["count"] = finding.count;
    row["recent"] = finding.recent;
    row["what"] = finding.what;
    row["advice"] = finding.advice;
    out.push_back(std::move(row));
  }
  return out;
}

boost::json::object doctor_json(const Diagnosis& diagnosis) {
  boost::json::object out;
  out["time"] = diagnosis.time_ms;
  out["recent_since"] =
      diagnosis.recent_since_ms == 0 ? boost::json::value() : boost::json::value(diagnosis.recent_since_ms);
  out["health"] = to_string(diagnosis.health);
  out["server"] = findings_json(diagnosis.server);
  boost::json::array exporters;
  for (const ExporterDiagnosis& exporter : diagnosis.exporters) exporters.push_back(exporter_json(exporter));
  out["exporters"] = std::move(exporters);
  out["exporters_left_out"] = diagnosis.left_out;
  out["routes"] = diagnosis.routes ? boost::json::value(route_diagnosis_json(*diagnosis.routes)) : boost::json::value();
  return out;
}

std::string doctor_text(const Diagnosis& diagnosis) {
  std::string out = fmt::format("Weir at {}: {}\n", to_iso8601(diagnosis.time_ms), to_string(diagnosis.health));
  if (!diagnosis.exporters.empty()) {
    std::vector<TableRow> rows = {{"EXPORTER", "NAME", "PROTOCOL", "RECEIVED", "DECODED", "SAMPLED", "NAMED", "ROUTED",
                                   "STORED", "LAST SEEN", "HEALTH"}};
    for (const ExporterDiagnosis& exporter : diagnosis.exporters)
      rows.push_back(table_row(exporter, diagnosis.time_ms));
    out += "\n" + table_text(rows) + "RECEIVED counts datagrams, the others flow records.\n";
  }
  if (diagnosis.left_out > 0)
    out += grouped(diagnosis.left_out) + " more exporters, no worse than these, are left out.\n";
  if (diagnosis.routes) out += route_diagnosis_text(*diagnosis.routes, diagnosis.time_ms);
  append_findings(out, "this server", diagnosis.server);
  for (const ExporterDiagnosis& exporter : diagnosis.exporters) {
    const std::string whose = exporter.name.empty()
                                  ? to_string(exporter.address)
                                  : to_string(exporter.address) + " " + log::escape(exporter.name, 40);
    append_findings(out, whose, exporter.findings);
  }
  return out;
}

}  // namespace weir::serve
