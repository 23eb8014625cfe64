// The doctor: what became of every exporter's flows, and in words what is wrong and the next thing to do.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/doctor_table.h"
#include "serve/observation.h"

namespace weir::serve {

/// An exporter from which nothing came for this long is in trouble.
inline constexpr UnixMillis kSilentAfterMs = 5 * kMinuteMs;

struct Finding {
  Severity severity = Severity::note;
  std::string_view counter = {};  ///< the counter it comes from, "" for others
  std::uint64_t count = 0;        ///< since the start
  std::uint64_t recent = 0;       ///< since the earlier observation
  std::string what = {};          ///< "12 data sets wait for their template"
  std::string advice = {};        ///< the next thing to do
};

struct ExporterDiagnosis {
  IpAddress address = {};
  std::string name = {};  ///< "" when it has none
  std::uint8_t protocols = 0;
  UnixMillis last_seen_ms = 0;
  std::uint64_t received = 0;  ///< datagrams; all others count flow records
  std::uint64_t decoded = 0;
  std::uint64_t sampled = 0;
  std::uint64_t named = 0;
  std::uint64_t routed = 0;
  std::uint64_t stored = 0;
  Severity health = Severity::good;
  bool silent = false;                 ///< nothing for kSilentAfterMs
  std::vector<Finding> findings = {};  ///< the worst first
};

/// One source of routes.
struct RouteSourceRow {
  std::string name = {};
  std::string kind = {};   ///< bmp, bgp, mrt, text, static
  std::string state = {};  ///< in a word or two
  bool good = false;
  UnixMillis since_ms = 0;        ///< of the state; of files the last load; 0 never
  UnixMillis last_change_ms = 0;  ///< a route came, changed or went; 0 never
  std::uint64_t routes = 0;
  std::size_t views = 0;     ///< tables of peers that it told
  std::size_t views_up = 0;
  std::string error = {};    ///< the last one, "" none
};

/// What is known of routes.
struct RouteDiagnosis {
  std::uint64_t prefixes4 = 0, prefixes6 = 0;
  std::uint64_t routes = 0, stale_routes = 0;
  std::uint64_t memory_octets = 0;
  std::uint64_t bytes_routed = 0, bytes_unrouted = 0;  ///< lately, times the sampling rate
  std::vector<RouteSourceRow> sources = {};
  [[nodiscard]] double share_unrouted() const {
    const auto all = static_cast<double>(bytes_routed) + static_cast<double>(bytes_unrouted);
    return all == 0 ? 0 : static_cast<double>(bytes_unrouted) / all;
  }
};

struct Diagnosis {
  UnixMillis time_ms = 0;
  UnixMillis recent_since_ms = 0;  ///< what Finding::recent counts from; 0: the start
  Severity health = Severity::good;
  std::vector<Finding> server = {};               ///< about this server: sockets, store; the worst first
  std::vector<ExporterDiagnosis> exporters = {};  ///< by address
  std::optional<RouteDiagnosis> routes = {};      ///< nothing where there is no source of routes
  std::size_t left_out = 0;                       ///< further exporters, see keep_worst()
};

/// The configured or announced name of an exporter; "" when it has none.
using NameOf = std::function<std::string(IpAddress)>;

/// A pure function of what was observed. Trouble that has not grown since `earlier` (null: the start) is only a note.
[[nodiscard]] Diagnosis diagnose(const Observation& now, const Observation* earlier, const NameOf& name_of);

/// Keeps at most `most` exporters: the sick first, then those with the most flows. The others are counted in left_out,
/// so that forged sources cannot make answers large.
void keep_worst(Diagnosis& diagnosis, std::size_t most);

/// "good", "note", "attention", "trouble".
[[nodiscard]] std::string_view to_string(Severity severity);
/// The word for an exporter's state: as its severity, or "silent".
[[nodiscard]] std::string_view health_word(const ExporterDiagnosis& exporter);

}  // namespace weir::serve
