#include "serve/doctor.h"

#include <fmt/format.h>

#include <algorithm>

#include "serve/doctor_routes.h"
#include "serve/quantity_text.h"

namespace weir::serve {
namespace {

using flow::Counter;

struct FamilyExplanation {
  std::string_view family;
  Severity severity;
  std::string_view what;  ///< follows the count; "{}" stands for the labels
  std::string_view advice;
};
constexpr auto kFamilyExplanations = std::to_array<FamilyExplanation>({
    {"weir_socket_kernel_drops_total", Severity::trouble,
     "datagrams were dropped by the kernel on socket {} before Weir could read them",
     "let sockets have larger buffers: `sysctl -w net.core.rmem_max=67108864`, then restart Weir; if drops go on, "
     "raise "
     "`workers` in the configuration"},
    {"weir_socket_truncated_total", Severity::attention, "datagrams on socket {} were too long to be taken",
     "lower the size of export datagrams on the exporters to 1400 octets"},
    {"weir_socket_errors_total", Severity::attention, "receive calls on socket {} were refused by the kernel",
     "see the kernel's log: `dmesg | tail`"},
    {"weir_datagrams_refused_total", Severity::attention, "datagrams came from unknown exporters and were refused",
     "the log names one of them a minute; if it is yours, add it to `exporters` or `known_exporters`"},
    {"weir_strings_refused_total", Severity::attention, "names did not fit into the table of texts",
     "look which exporter announces so many names; flows keep their numbers"},
});

void add_counted(std::vector<Finding>& out, Finding finding) {
  if (finding.count == 0) return;
  if (finding.recent == 0) finding.severity = std::min(finding.severity, Severity::note);
  finding.what = grouped(finding.count) + " " + finding.what;
  if (finding.recent == 0) finding.what += " (none of them lately)";
  out.push_back(std::move(finding));
}

std::uint64_t grown(std::uint64_t now, std::uint64_t before) {
  return now > before ? now - before : now == before ? 0 : now;
}

void find_reception(const ExporterReading& now, UnixMillis time, ExporterDiagnosis& out) {
  const UnixMillis silence = time - now.last_seen_ms;
  if (now.last_seen_ms == 0) {
    if (now.get(Counter::datagrams) == 0) return;
    out.findings.push_back({.severity = Severity::trouble,
                            .count = now.get(Counter::datagrams),
                            .recent = now.get(Counter::datagrams),
                            .what = grouped(now.get(Counter::datagrams)) + " datagrams came, and none could be read",
                            .advice = "see the other findings of this exporter"});
  } else if (silence >= kSilentAfterMs) {
    out.silent = true;
    out.findings.push_back(
        {.severity = Severity::trouble,
         .what = "nothing received for " + duration_text(silence),
         .advice = "check that the exporter is up, that its export names this server's address and port, "
                   "and that no firewall on the way drops UDP: `tcpdump -n -c 5 udp and src " +
                   to_string(now.address) + "`"});
  }
}

void find_waiting_sets(const ExporterReading& now, ExporterDiagnosis& out) {
  const std::uint64_t done = now.get(Counter::sets_unparked) + now.get(Counter::sets_unparked_too_late);
  const std::uint64_t parked = now.get(Counter::sets_parked);
  if (parked <= done) return;
  const bool no_flow_yet = now.get(Counter::flows) == 0;
  out.findings.push_back(
      {.severity = no_flow_yet ? Severity::attention : Severity::note,
       .counter = "sets_parked",
       .count = parked - done,
       .recent = parked - done,
       .what = grouped(parked - done) + " data sets wait for their template",
       .advice = "wait for the exporter's next template refresh, or make it more frequent: IOS-XE `template "
                 "data timeout 60`, Junos `template-refresh-rate seconds 60`"});
}

void find_gaps(const ExporterReading& now, ExporterDiagnosis& out) {
  if (out.decoded == 0 && now.last_seen_ms != 0 && now.get(Counter::sets_parked) == 0) {
    out.findings.push_back(
        {.severity = Severity::note,
         .what = "the exporter talks, but has sent no flow record yet",
         .advice = "check that its flow monitor or sampler is applied to an interface that carries traffic"});
  }
  if (out.decoded > 0 && out.named == 0) {
    out.findings.push_back({.severity = Severity::note,
                            .what = "no flow has an interface name; interfaces are shown by number",
                            .advice = "export the interface table (IOS-XE `option interface-table`), or set "
                                      "exporters[].interfaces in the configuration"});
  }
}

/// A bad counter, less what became good behind the place that counts it: of flows without an announced sampling rate,
/// those to which the configuration gave one, and those that are still on their way there.
std::uint64_t standing(const ExporterReading& reading, Counter counter) {
  const std::uint64_t count = reading.get(counter);
  if (counter != Counter::flows_unsampled || reading.get(Counter::flows_rate_configured) == 0) return count;
  const std::uint64_t passed = reading.get(Counter::flows_stored) + reading.get(Counter::flows_not_stored);
  const std::uint64_t decoded = reading.get(Counter::flows);
  const std::uint64_t under_way = decoded > passed ? decoded - passed : 0;
  const std::uint64_t good = reading.get(Counter::flows_rate_configured) + under_way;
  return count > good ? count - good : 0;
}

void find_bad_counters(const ExporterReading& now, const ExporterReading* before, ExporterDiagnosis& out) {
  for (const Explanation& row : kExplanations) {
    const std::uint64_t count = standing(now, row.counter);
    std::string advice(row.advice);
    if (const auto at = advice.find("ADDRESS"); at != std::string::npos) advice.replace(at, 7, to_string(now.address));
    add_counted(out.findings, {.severity = row.severity,
                               .counter = flow::kCounters[static_cast<std::size_t>(row.counter)].name,
                               .count = count,
                               .recent = grown(count, before == nullptr ? 0 : standing(*before, row.counter)),
                               .what = std::string(row.what),
                               .advice = std::move(advice)});
  }
}

Severity sort_findings(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, std::ranges::greater{}, &Finding::severity);
  return findings.empty() ? Severity::good : findings.front().severity;
}

ExporterDiagnosis diagnose_exporter(const ExporterReading& now, const ExporterReading* before, UnixMillis time,
                                    const NameOf& name_of) {
  ExporterDiagnosis out{
      .address = now.address, .name = name_of ? name_of(now.address) : "", .protocols = now.protocols};
  out.last_seen_ms = now.last_seen_ms;
  out.received = now.get(Counter::datagrams);
  out.decoded = now.get(Counter::flows);
  out.sampled = now.get(Counter::flows_sampled);
  out.named = now.get(Counter::flows_named);
  out.routed = now.get(Counter::flows_routed);
  out.stored = now.get(Counter::flows_stored);
  find_reception(now, time, out);
  find_waiting_sets(now, out);
  find_gaps(now, out);
  find_bad_counters(now, before, out);
  out.health = sort_findings(out.findings);
  return out;
}

std::string label_text(const Metrics::Sample& sample) {
  std::string out;
  for (const auto& [name, value] : sample.labels) {
    if (!out.empty()) out += ' ';
    out += value;
  }
  return out;
}

double value_before(const Observation* earlier, std::string_view family, const Metrics::Sample& sample) {
  if (earlier == nullptr) return 0;
  for (const Metrics::Family& candidate : earlier->families) {
    if (candidate.name != family) continue;
    for (const Metrics::Sample& other : candidate.samples) {
      if (other.labels == sample.labels) return other.value;
    }
  }
  return 0;
}

void find_in_families(const Observation& now, const Observation* earlier, std::vector<Finding>& out) {
  for (const FamilyExplanation& row : kFamilyExplanations) {
    for (const Metrics::Family& family : now.families) {
      if (family.name != row.family) continue;
      for (const Metrics::Sample& sample : family.samples) {
        const auto count = static_cast<std::uint64_t>(std::max(sample.value, 0.0));
        const auto before = static_cast<std::uint64_t>(std::max(value_before(earlier, row.family, sample), 0.0));
        add_counted(out, {.severity = row.severity,
                          .counter = row.family,
                          .count = count,
                          .recent = grown(count, before),
                          .what = fmt::format(fmt::runtime(row.what), label_text(sample)),
                          .advice = std::string(row.advice)});
      }
    }
  }
}

void find_in_store(const Observation& now, const Observation* earlier, std::vector<Finding>& out) {
  const store::Status& store = now.store;
  for (const store::Alarm& alarm : store.alarms) {
    out.push_back(
        {.severity = Severity::trouble,
         .what = alarm.message,
         .advice = "this stands since " + to_iso8601(alarm.since_ms) + " and ends by itself once its cause is gone"});
  }
  add_counted(out, {.severity = Severity::trouble,
                    .counter = "weir_store_flows_dropped_total",
                    .count = store.flows_dropped,
                    .recent = grown(store.flows_dropped, earlier == nullptr ? 0 : earlier->store.flows_dropped),
                    .what = "flows were lost because the store could not take them",
                    .advice = store.alarms.empty()
                                  ? "the disk or the processor is too slow for this rate: see store.queue_batches, "
                                    "store.threads and store.memory in the configuration"
                                  : "end the alarm first"});
  const UnixMillis waited = now.time_ms - store.last_commit_ms;
  if (store.queued_batches > 0 && store.last_commit_ms != 0 && waited > 30 * kSecondMs) {
    out.push_back({.severity = Severity::trouble,
                   .count = store.queued_batches,
                   .what = fmt::format("{} batches wait, and the last commit is {} ago", store.queued_batches,
                                       duration_text(waited)),
                   .advice = "the disk may be too slow or hang: look at `iostat -x 1` and the kernel's log"});
  }
}

Finding finding_of(const Outage& outage) {
  return {
      .severity = outage.grave ? Severity::trouble : Severity::attention, .what = outage.what, .advice = outage.advice};
}

/// Those of no exporter that was heard.
void find_own_outages(const Observation& now, std::vector<Finding>& out) {
  for (const Outage& outage : now.outages) {
    if (find_reading(now.exporters, outage.exporter) != nullptr) continue;
    out.push_back(finding_of(outage));
    if (outage.exporter != IpAddress{}) out.back().what = to_string(outage.exporter) + ": " + outage.what;
  }
}

void find_outages_of(IpAddress exporter, const Observation& now, std::vector<Finding>& out) {
  for (const Outage& outage : now.outages) {
    if (outage.exporter == exporter) out.push_back(finding_of(outage));
  }
}

}  // namespace

Diagnosis diagnose(const Observation& now, const Observation* earlier, const NameOf& name_of) {
  Diagnosis out{.time_ms = now.time_ms, .recent_since_ms = earlier == nullptr ? 0 : earlier->time_ms};
  find_in_families(now, earlier, out.server);
  find_in_store(now, earlier, out.server);
  find_own_outages(now, out.server);
  out.routes = diagnose_routes(now, earlier, out.server);
  if (now.exporters.empty()) {
    out.server.push_back({.severity = Severity::attention,
                          .what = "no exporter has been heard yet",
                          .advice = "point a router at this server; the page shows what to type on it"});
  }
  out.health = sort_findings(out.server);
  for (const ExporterReading& reading : now.exporters) {
    const ExporterReading* before = earlier == nullptr ? nullptr : find_reading(earlier->exporters, reading.address);
    out.exporters.push_back(diagnose_exporter(reading, before, now.time_ms, name_of));
    ExporterDiagnosis& exporter = out.exporters.back();
    find_outages_of(reading.address, now, exporter.findings);
    exporter.health = sort_findings(exporter.findings);
    out.health = std::max(out.health, out.exporters.back().health);
  }
  return out;
}

void keep_worst(Diagnosis& diagnosis, std::size_t most) {
  auto& exporters = diagnosis.exporters;
  if (exporters.size() <= most) return;
  std::ranges::partial_sort(exporters, exporters.begin() + static_cast<std::ptrdiff_t>(most),
                            [](const ExporterDiagnosis& a, const ExporterDiagnosis& b) {
                              return a.health != b.health ? a.health > b.health : a.decoded > b.decoded;
                            });
  diagnosis.left_out += exporters.size() - most;
  exporters.erase(exporters.begin() + static_cast<std::ptrdiff_t>(most), exporters.end());
  std::ranges::sort(exporters, {}, &ExporterDiagnosis::address);
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::good:
      return "good";
    case Severity::note:
      return "note";
    case Severity::attention:
      return "attention";
    case Severity::trouble:
      return "trouble";
  }
  return "";
}

std::string_view health_word(const ExporterDiagnosis& exporter) {
  if (exporter.silent) return "silent";
  // A note is no illness.
  return to_string(exporter.health == Severity::note ? Severity::good : exporter.health);
}

}  // namespace weir::serve
