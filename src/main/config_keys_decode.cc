// What decode/ can be told.
#include "main/config_keys.h"

namespace weir::main {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;

}  // namespace

std::vector<Key<Config>> decode_keys() {
  using T = Config;
  return {
      one<T>("decode.clock_tolerance", DurationKind{.least = kSecondMs}, WEIR_AT(decode.clock_tolerance_ms),
             "an exporter's clock that is off by more is wrong: its flows are accounted to the receive time"),
      one<T>("decode.flow_age", DurationKind{.least = kMinuteMs}, WEIR_AT(decode.flow_age_ms),
             "a flow that ended longer than this before its export counts as a wrong clock"),
      one<T>("decode.template_lifetime", DurationKind{.least = kMinuteMs}, WEIR_AT(decode.template_lifetime_ms),
             "templates that are not refreshed for this long are forgotten"),
      one<T>("decode.most_templates_per_exporter", WholeKind{.least = 1, .most = 1'000'000},
             WEIR_AT(decode.most_templates_per_exporter), "further templates are refused and counted"),
      one<T>("decode.most_sessions", WholeKind{.least = 1, .most = 10'000'000}, WEIR_AT(decode.most_sessions),
             "observation domains of transport sessions remembered at a time; the one silent for longest goes first"),
      one<T>("decode.template_memory", SizeKind{.least = kMiB}, WEIR_AT(decode.template_octets),
             "for templates, for each worker; those of the exporters silent for longest go first"),
      one<T>("decode.most_names", WholeKind{.least = 1}, WEIR_AT(decode.most_names),
             "announced sampling rates and names of interfaces, VRFs and applications; further ones are refused and "
             "counted"),
      one<T>("decode.most_names_per_domain", WholeKind{.least = 1}, WEIR_AT(decode.most_names_per_domain),
             "the same for one observation domain"),
      one<T>("decode.parked_memory", SizeKind{.least = 0, .most = 1024 * kMiB, .zero = "park nothing"},
             WEIR_AT(decode.parked_octets), "for data sets that came before their template, for each worker"),
      one<T>("decode.parked_age", DurationKind{.least = kSecondMs, .most = kDayMs}, WEIR_AT(decode.parked_age_ms),
             "data sets whose template did not come within this are given up and counted"),
      one<T>("decode.inner_addresses", FlagKind{}, WEIR_AT(decode.inner_addresses),
             "of sampled packets in GRE, VXLAN and IP-in-IP, take the inner addresses and ports"),
      one<T>("decode.split_connections", FlagKind{}, WEIR_AT(decode.split_connections),
             "records with counters of both directions (Cisco ASA) become two flows, otherwise one with the sum"),
      example(list_of<T>("decode.exporter_from_message", PrefixKind{}, WEIR_AT(decode.exporter_from_message),
                         "sources that pass on what others measured: the exporter is then the address in the message "
                         "(IPFIX 130, 131, 403, 404; sFlow's agent), where it has one"),
              "[192.0.2.0/24]"),
  };
}

}  // namespace weir::main
