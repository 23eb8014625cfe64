#include "main/outages.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "serve/quantity_text.h"

namespace weir::main {
namespace {

using serve::Outage;

/// A cache or an agent that is away for less may only be restarting.
constexpr UnixMillis kPatienceMs = kMinuteMs;
constexpr std::size_t kMostAgents = 50;

std::string ago(UnixMillis since, UnixMillis now) {
  return serve::duration_text(std::max<UnixMillis>(0, now - since));
}

void find_caches(const collect::RpkiStatus& rpki, UnixMillis now, std::vector<Outage>& out) {
  const bool other_in_use = std::ranges::any_of(
      rpki.caches, [](const bgp::RtrClientStatus& c) { return c.in_use && c.state == bgp::RtrState::established; });
  for (const bgp::RtrClientStatus& cache : rpki.caches) {
    if (cache.state == bgp::RtrState::established || cache.state == bgp::RtrState::stopped) continue;
    if (now - cache.since_ms < kPatienceMs) continue;
    const bool holds = cache.in_use && cache.vrps4 + cache.vrps6 > 0;
    out.push_back(
        {.exporter = {},
         .grave = !other_in_use && !holds,
         .what = fmt::format("the RPKI cache {} is {} for {}{}{}", log::escape(cache.name), bgp::to_string(cache.state),
                             ago(cache.since_ms, now), cache.error.empty() ? "" : ": " + log::escape(cache.error),
                             other_in_use ? "; another one is in use"
                             : holds      ? "; what it said before is used until it expires"
                                          : ""),
         .advice = "look whether the cache runs, and whether rpki.caches in the configuration names it rightly"});
  }
}

void find_vrp_files(const collect::RpkiStatus& rpki, std::vector<Outage>& out) {
  for (const bgp::VrpFileStatus& file : rpki.files) {
    if (file.error.empty()) continue;
    out.push_back(
        {.exporter = {},
         .grave = file.loaded_ms == 0,
         .what = fmt::format("the file of VRPs {} is not used: {}{}", file.file.string(), log::escape(file.error),
                             file.loaded_ms == 0 ? "" : "; what it said before stays"),
         .advice = "mend the file; it is read again when it changes"});
  }
}

void find_web_files(const std::vector<collect::WebFiles::Status>& files, UnixMillis now, std::vector<Outage>& out) {
  for (const auto& [name, file] : files) {
    if (file.error.empty()) continue;
    out.push_back({.exporter = {},
                   .grave = !file.present,
                   .what = fmt::format("{} cannot be fetched: {}{}", log::escape(file.url), log::escape(file.error),
                                       file.present ? "; the file of before is used" : ""),
                   .advice = fmt::format("it is tried again in {}; try it by hand: `curl -v {}`",
                                         serve::duration_text(std::max<UnixMillis>(0, file.next_ms - now)),
                                         log::escape(file.url))});
  }
}

void find_agents(const std::vector<snmp::AgentStatus>& agents, UnixMillis now, std::vector<Outage>& out) {
  std::size_t left_out = 0;
  std::size_t told = 0;
  for (const snmp::AgentStatus& agent : agents) {
    if (agent.error.empty()) continue;
    if (told == kMostAgents) {
      ++left_out;
      continue;
    }
    ++told;
    out.push_back(
        {.exporter = agent.exporter,
         .grave = false,
         .what = fmt::format("SNMP fails for {}: {}{}", ago(agent.failing_since_ms, now), log::escape(agent.error),
                             agent.interfaces > 0 ? "; the names of before are used" : ""),
         .advice = "let the router answer this server's address: its SNMP access list, community or user as "
                   "under snmp in the configuration; or set snmp.exporters[].off"});
  }
  if (left_out > 0) {
    out.push_back({.exporter = {},
                   .grave = false,
                   .what = fmt::format("SNMP fails for {} more exporters", left_out),
                   .advice = "see weir_snmp_up in /metrics"});
  }
}

}  // namespace

std::vector<Outage> outages_of(const collect::RpkiStatus& rpki, const std::vector<collect::WebFiles::Status>& files,
                               const std::vector<snmp::AgentStatus>& agents, UnixMillis now) {
  std::vector<Outage> out;
  find_caches(rpki, now, out);
  find_vrp_files(rpki, out);
  find_web_files(files, now, out);
  find_agents(agents, now, out);
  return out;
}

}  // namespace weir::main
