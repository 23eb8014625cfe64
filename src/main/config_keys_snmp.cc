// How routers are asked for the names of their interfaces.
#include "main/config_keys.h"

namespace weir::main {
namespace {

using snmp::Credentials;
using snmp::ExporterAgent;

ChoiceKind auth_kind() {
  return {{snmp::kAuthProtocols.begin(), snmp::kAuthProtocols.end()}};
}
ChoiceKind privacy_kind() {
  return {{snmp::kPrivacyProtocols.begin(), snmp::kPrivacyProtocols.end()}};
}

/// A password of SNMPv3. What is wrong is said without it.
struct PasswordKind : TextKind {
  PasswordKind() : TextKind{"text of at least 8 characters"} {}
  [[nodiscard]] std::expected<Value, std::string> read(Scalar scalar) const {
    auto text = TextKind::read(scalar);
    if (text && text->size() < snmp::kLeastPassword) return std::unexpected("");
    return text;
  }
};

#define WEIR_CREDENTIAL_KEYS(T, prefix, at, whose)                                                                     \
  secret(example(one<T>(prefix "community", TextKind{}, WEIR_AT(at.community), "SNMPv2c community " whose), "public")),        \
      example(one<T>(prefix "user", TextKind{}, WEIR_AT(at.user), "SNMPv3 user " whose "; goes before a community"),   \
              "weir"),                                                                                                 \
      one<T>(prefix "auth.protocol", auth_kind(), WEIR_AT(at.auth), "SNMPv3 authentication"),                          \
      secret(example(one<T>(prefix "auth.password", PasswordKind{}, WEIR_AT(at.auth_password), "its password"), "CHANGE-ME")), \
      one<T>(prefix "privacy.protocol", privacy_kind(), WEIR_AT(at.privacy),                                           \
             "SNMPv3 encryption; needs authentication"),                                                               \
      secret(example(one<T>(prefix "privacy.password", PasswordKind{}, WEIR_AT(at.privacy_password), "its password"),  \
                     "CHANGE-ME"))

std::vector<Key<ExporterAgent>> exporter_keys() {
  using T = ExporterAgent;
  return {
      example(required(one<T>("address", AddressKind{}, WEIR_AT(exporter),
                              "the exporter, by the address that its datagrams come from")),
              "192.0.2.1"),
      example(one<T>("agent", AddressKind{}, WEIR_AT(agent), "where its SNMP agent answers, if that is elsewhere"),
              "198.51.100.1"),
      one<T>("port", WholeKind{.least = 1, .most = 65'535}, WEIR_AT(port), "the agent's UDP port"),
      one<T>("off", FlagKind{}, WEIR_AT(off), "it is never asked"),
      WEIR_CREDENTIAL_KEYS(T, "", credentials, "for this one"),
  };
}

}  // namespace

std::vector<Key<Config>> snmp_keys() {
  using T = Config;
  std::vector<Key<Config>> keys = {
      WEIR_CREDENTIAL_KEYS(T, "snmp.", snmp.credentials, "for every exporter that is seen"),
      one<T>("snmp.interval", DurationKind{.least = 10 * kSecondMs, .most = 7 * kDayMs}, WEIR_AT(snmp.interval_ms),
             "how often an exporter is asked for its interfaces and their counters"),
      one<T>("snmp.timeout", DurationKind{.least = 100, .most = 30 * kSecondMs}, WEIR_AT(snmp.timeout_ms),
             "of one request, which is tried twice"),
      list_of_structs<T>(
          "snmp.exporters", exporter_keys(), WEIR_AT(snmp.exporters),
          [](const ExporterAgent& e) { return "exporter " + to_string(e.exporter); },
          "exporters that are asked in another way, or without having been seen"),
  };
  for (Key<Config>& key : keys) key.live = true;
  return keys;
}

}  // namespace weir::main
