#include "main/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace weir::main {
namespace {

/// All errors, "LINE message" each, as one text.
std::string errors_of(std::string_view yaml) {
  const auto config = parse_config(yaml);
  if (config) return "(no error)";
  std::string text;
  for (const ConfigError& error : config.error()) {
    text += (text.empty() ? "" : "\n") + std::to_string(error.line) + " " + error.message;
  }
  return text;
}

TEST(Config, EmptyFileGivesTheDefaults) {
  for (const std::string yaml : {"", "# only a comment\n", "store:\nexporters:\n", "{}\n"}) {
    const auto config = parse_config(yaml);
    ASSERT_TRUE(config) << yaml << errors_of(yaml);
    EXPECT_EQ(config->listen.size(), 6U);
    EXPECT_TRUE(config->listen_is_default);
    EXPECT_EQ(to_string(config->http), "127.0.0.1:8080");
    EXPECT_EQ(config->store.flows.age_ms, 30 * kDayMs);
  }
}

TEST(Config, EveryPartIsRead) {
  const auto config = parse_config(R"(
listen: ["192.0.2.1:9995", "[2001:db8::1]:4739"]
http: "0.0.0.0:80"
data: /srv/weir
workers: 3
log: {format: json, level: debug}
decode:
  clock_tolerance: 90s
  inner_addresses: true
  parked_memory: 0
store:
  disk_budget: 10GiB
  commit_interval: 500ms
  retention:
    flows: {age: 7d, size: 5GB}
    rollup_1h: {age: 0}
sampling: {default: 100}
exporters:
  - address: 192.0.2.7
    name: edge-1
    sampling: {override: 4096}
    interfaces:
      - {index: 1, name: pccw, class: transit}
      - index: 2
        sampling: {default: 20}
interface_classes:
  - {interface: "cust-*", class: customer}
)");
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->listen_is_default);
  EXPECT_THAT(config->listen, testing::ElementsAre(parse_endpoint("192.0.2.1:9995").value(),
                                                   parse_endpoint("[2001:db8::1]:4739").value()));
  EXPECT_EQ(config->http.port, 80);
  EXPECT_EQ(config->data, "/srv/weir");
  EXPECT_EQ(config->workers, 3U);
  EXPECT_EQ(config->log.format, log::Format::json);
  EXPECT_EQ(config->log.level, log::Level::debug);
  EXPECT_EQ(config->decode.clock_tolerance_ms, 90 * kSecondMs);
  EXPECT_TRUE(config->decode.inner_addresses);
  EXPECT_EQ(config->decode.parked_octets, 0U);
  EXPECT_EQ(config->store.disk_budget_octets, std::uint64_t{10} << 30U);
  EXPECT_EQ(config->store.commit_interval_ms, 500);
  EXPECT_EQ(config->store.flows.age_ms, 7 * kDayMs);
  EXPECT_EQ(config->store.flows.octets, 5'000'000'000U);
  EXPECT_EQ(config->store.rollup_1h.age_ms, 0);
  EXPECT_EQ(config->enrich.sampling.default_rate, 100U);
  ASSERT_EQ(config->enrich.exporters.size(), 1U);
  const enrich::ExporterConfig& exporter = config->enrich.exporters[0];
  EXPECT_EQ(to_string(exporter.address), "192.0.2.7");
  EXPECT_EQ(exporter.name, "edge-1");
  EXPECT_EQ(exporter.sampling.override_rate, 4096U);
  EXPECT_EQ(exporter.sampling.default_rate, std::nullopt);
  ASSERT_EQ(exporter.interfaces.size(), 2U);
  EXPECT_EQ(exporter.interfaces[0].if_class, "transit");
  EXPECT_EQ(exporter.interfaces[1].sampling.default_rate, 20U);
  ASSERT_EQ(config->enrich.interface_classes.size(), 1U);
  EXPECT_EQ(config->enrich.interface_classes[0].exporter, "*");
  EXPECT_EQ(config->enrich.interface_classes[0].interface, "cust-*");
}

TEST(ConfigError, UnknownKeySuggestsTheNearest) {
  EXPECT_EQ(errors_of("workers: 1\nlisen: []\n"), "2 unknown key 'lisen': expected 'listen'");
}
TEST(ConfigError, UnknownKeyFarFromAllListsThem) {
  EXPECT_THAT(errors_of("log:\n  colour: red\n"), "2 unknown key 'log.colour': expected one of format, level");
}
TEST(ConfigError, UnknownKeyDeepInside) {
  EXPECT_EQ(errors_of("store:\n  retention:\n    flow: {age: 1d}\n"),
            "3 unknown key 'store.retention.flow': expected 'flows'");
}
TEST(ConfigError, UnknownKeyInAListEntry) {
  EXPECT_EQ(errors_of("exporters:\n  - address: 192.0.2.1\n    nmae: x\n"),
            "3 unknown key 'exporters[].nmae': expected 'name'");
}
TEST(ConfigError, DuplicateKey) {
  EXPECT_EQ(errors_of("workers: 1\nworkers: 2\n"), "2 duplicate key 'workers': expected each key once");
}
TEST(ConfigError, DuplicateSection) {
  EXPECT_EQ(errors_of("log: {level: info}\nlog: {format: json}\n"), "2 duplicate key 'log': expected each key once");
}
TEST(ConfigError, DuplicateExporter) {
  EXPECT_EQ(errors_of("exporters:\n- address: 192.0.2.1\n- address: 192.0.2.1\n"),
            "3 duplicate exporter 192.0.2.1 in 'exporters': expected each once");
}
TEST(ConfigError, DuplicateInterface) {
  EXPECT_EQ(errors_of("exporters:\n- address: 192.0.2.1\n  interfaces: [{index: 1}, {index: 1}]\n"),
            "3 duplicate interface 1 in 'exporters[].interfaces': expected each once");
}
TEST(ConfigError, OctalLookingNumber) {
  EXPECT_EQ(
      errors_of("workers: 010\n"),
      "1 workers: '010' cannot be used, a leading zero means octal to some readers and nothing to others; leave it "
      "out: expected whole number (0 to 64); 0: as many as suit the processors");
}
TEST(ConfigError, OctalLookingDuration) {
  EXPECT_THAT(errors_of("decode: {parked_age: 010m}\n"), testing::HasSubstr("leading zero"));
}
TEST(ConfigError, OctalLookingSize) {
  EXPECT_THAT(errors_of("store: {memory: 0512MiB}\n"), testing::HasSubstr("leading zero"));
}
TEST(ConfigError, HexadecimalNumber) {
  EXPECT_THAT(errors_of("workers: 0x10\n"), testing::HasSubstr("'0x10' cannot be used"));
}
TEST(ConfigError, NegativeNumber) {
  EXPECT_THAT(errors_of("workers: -1\n"), testing::HasSubstr("'-1' cannot be used"));
}
TEST(ConfigError, FractionalNumber) {
  EXPECT_THAT(errors_of("workers: 1.5\n"), testing::HasSubstr("'1.5' cannot be used"));
}
TEST(ConfigError, QuotedNumber) {
  EXPECT_THAT(errors_of("workers: \"4\"\n"), testing::HasSubstr("a number stands without quotes"));
}
TEST(ConfigError, NumberTooLarge) {
  EXPECT_THAT(errors_of("workers: 65\n"), testing::HasSubstr("too large"));
}
TEST(ConfigError, NumberBeyondSixtyFourBits) {
  EXPECT_THAT(errors_of("workers: 99999999999999999999999\n"), testing::HasSubstr("the number is too large"));
}
TEST(ConfigError, SamplingRateZero) {
  EXPECT_THAT(errors_of("sampling: {default: 0}\n"), testing::HasSubstr("too small"));
}
TEST(ConfigError, DurationWithoutUnit) {
  EXPECT_EQ(errors_of("decode:\n  clock_tolerance: 90\n"),
            "2 decode.clock_tolerance: '90' cannot be used: expected duration (at least 1s)");
}
TEST(ConfigError, DurationTooLong) {
  EXPECT_THAT(errors_of("store: {commit_interval: 3s}\n"),
              testing::HasSubstr("too long: expected duration (100ms to 2s)"));
}
TEST(ConfigError, DurationThatOverflows) {
  EXPECT_THAT(errors_of("decode: {flow_age: 99999999999999999d}\n"), testing::HasSubstr("cannot be used"));
}
TEST(ConfigError, DurationZeroWhereItHasNoMeaning) {
  EXPECT_THAT(errors_of("decode: {flow_age: 0}\n"), testing::HasSubstr("'0' cannot be used"));
}
TEST(ConfigError, SizeWithUnknownUnit) {
  EXPECT_THAT(errors_of("store: {disk_budget: 10GiBs}\n"),
              testing::HasSubstr("expected size (at least 1MiB); 0: no limit"));
}
TEST(ConfigError, SizeWithoutUnit) {
  EXPECT_THAT(errors_of("store: {memory: 1000000000}\n"), testing::HasSubstr("cannot be used"));
}
TEST(ConfigError, SizeThatOverflows) {
  EXPECT_THAT(errors_of("store: {memory: 99999999999TiB}\n"), testing::HasSubstr("too large"));
}
TEST(ConfigError, FlagThatIsYes) {
  EXPECT_EQ(errors_of("decode: {inner_addresses: yes}\n"),
            "1 decode.inner_addresses: 'yes' cannot be used: expected true or false");
}
TEST(ConfigError, UnknownWord) {
  EXPECT_EQ(errors_of("log:\n  level: loud\n"),
            "2 log.level: 'loud' cannot be used: expected debug, info, warning or error");
}
TEST(ConfigError, UnknownInterfaceClass) {
  EXPECT_THAT(errors_of("interface_classes: [{interface: x, class: uplink}]\n"),
              testing::HasSubstr("expected transit, peering, ix, customer or core"));
}
TEST(ConfigError, AddressThatIsNone) {
  EXPECT_EQ(errors_of("exporters: [{address: router1}]\n"),
            "1 exporters[].address: 'router1' cannot be used: expected IPv4 or IPv6 address");
}
TEST(ConfigError, EndpointWithoutPort) {
  EXPECT_THAT(errors_of("http: 127.0.0.1\n"), testing::HasSubstr("expected ADDRESS:PORT"));
}
TEST(ConfigError, EndpointPortTooLarge) {
  EXPECT_THAT(errors_of("http: 127.0.0.1:65536\n"), testing::HasSubstr("expected ADDRESS:PORT"));
}
TEST(ConfigError, ScalarWhereAListBelongs) {
  EXPECT_THAT(errors_of("listen: 0.0.0.0:2055\n"),
              testing::HasSubstr("1 listen: '0.0.0.0:2055' cannot be used: expected a list, each: ADDRESS:PORT"));
}
TEST(ConfigError, ListWhereAScalarBelongs) {
  EXPECT_THAT(errors_of("workers: [1]\n"), testing::HasSubstr("a list cannot be used"));
}
TEST(ConfigError, MappingWhereAScalarBelongs) {
  EXPECT_THAT(errors_of("workers: {a: 1}\n"), testing::HasSubstr("a mapping cannot be used"));
}
TEST(ConfigError, ScalarWhereAMappingBelongs) {
  EXPECT_THAT(errors_of("log: json\n"), testing::StartsWith("1 log is not a mapping"));
}
TEST(ConfigError, ScalarWhereAListOfMappingsBelongs) {
  EXPECT_THAT(errors_of("exporters: 192.0.2.1\n"), testing::HasSubstr("expected a list of mappings"));
}
TEST(ConfigError, ListAtTheTop) {
  EXPECT_THAT(errors_of("- a\n"), testing::StartsWith("1 the file is not a mapping"));
}
TEST(ConfigError, KeyThatIsAList) {
  EXPECT_THAT(errors_of("[a, b]: 1\n"), testing::HasSubstr("a key of the file is not a word"));
}
TEST(ConfigError, ValueMissing) {
  EXPECT_THAT(errors_of("workers:\n"), testing::HasSubstr("workers: nothing cannot be used"));
}
TEST(ConfigError, EmptyText) {
  EXPECT_THAT(errors_of("data: \"\"\n"), testing::HasSubstr("it is empty"));
}
TEST(ConfigError, RequiredKeyMissing) {
  EXPECT_EQ(errors_of("exporters:\n  - name: x\n"), "2 missing key 'exporters[].address': expected in every entry");
}
TEST(ConfigError, BrokenYaml) {
  EXPECT_THAT(errors_of("log: {level: info\nworkers: 1\n"), testing::HasSubstr("not YAML"));
}
TEST(ConfigError, TabIndentation) {
  EXPECT_THAT(errors_of("log:\n\tlevel: info\n"), testing::StartsWith("2 not YAML"));
}
TEST(ConfigError, SecondDocument) {
  EXPECT_THAT(errors_of("workers: 1\n---\nworkers: 2\n"),
              testing::HasSubstr("a second document begins here: expected one"));
}
TEST(ConfigError, AllErrorsAtOnce) {
  EXPECT_EQ(errors_of("workerz: 1\nlog: {level: loud}\nworkers: x\n"),
            "1 unknown key 'workerz': expected 'workers'\n"
            "2 log.level: 'loud' cannot be used: expected debug, info, warning or error\n"
            "3 workers: 'x' cannot be used: expected whole number (0 to 64); 0: as many as suit the processors");
}
TEST(ConfigError, FileThatIsNotThere) {
  const auto config = read_config("/nonexistent/weir.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(to_string(config.error().at(0), "/nonexistent/weir.yaml"),
            "/nonexistent/weir.yaml: cannot be read: No such file or directory");
}
TEST(ConfigError, FileThatIsADirectory) {
  const auto config = read_config("/");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().at(0).message, testing::HasSubstr("cannot be read"));
}
TEST(ConfigError, NamesFileAndLine) {
  EXPECT_EQ(to_string(ConfigError{.line = 7, .message = "m"}, "weir.yaml"), "weir.yaml:7: m");
}

}  // namespace
}  // namespace weir::main
