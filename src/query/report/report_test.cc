// Each report over flows with known numbers.
#include <gmock/gmock.h>

#include <algorithm>

#include "query/report/report_fixture.h"

namespace weir::query::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Of one sample of five minutes: bytes that are a rate of 1 Mbit/s.
constexpr std::uint64_t kMbit = 37'500'000;

class ByAsn : public ReportTest {
 protected:
  ByAsn() {
    // AS 4134: 4 Mbit/s in the first sample, 2 in the second, by two paths. AS 15169: 1 Mbit/s in every sample but one.
    add({.at = 1, .bytes = 3 * kMbit, .dst_as = 4134, .as_path = "3491 4134"});
    add({.at = 2, .bytes = kMbit, .dst_as = 4134, .as_path = "2914 4134"});
    add({.at = 5 * kMinuteMs, .bytes = 2 * kMbit, .dst_as = 4134, .as_path = "3491 4134"});
    for (UnixMillis sample = 0; sample < 11; ++sample)
      add({.at = sample * 5 * kMinuteMs, .bytes = kMbit, .dst_as = 15169, .as_path = "15169"});
    add({.at = 3, .bytes = 8 * kMbit, .direction = "in", .src_as = 15169, .dst_as = 45352});
  }
};

TEST_F(ByAsn, HasNamesPathsAndStatistics) {
  const Outcome outcome = run("usage-by-asn");
  ASSERT_THAT(outcome.tables, SizeIs(2));
  const Table& out = outcome.tables[0];
  EXPECT_EQ(out.name, "outgoing");
  ASSERT_THAT(out.rows, SizeIs(2));
  // 11 samples of 1 Mbit/s are more than 4 and 2.
  EXPECT_EQ(text(out, 0, "dst_as"), "15169");
  EXPECT_EQ(text(out, 0, "as_name"), "GOOGLE");
  EXPECT_DOUBLE_EQ(real(out, 0, "maximum"), 1e6);
  EXPECT_DOUBLE_EQ(real(out, 0, "minimum"), 0);
  EXPECT_DOUBLE_EQ(real(out, 0, "average"), 11e6 / 12);
  EXPECT_EQ(text(out, 1, "dst_as"), "4134");
  EXPECT_DOUBLE_EQ(real(out, 1, "maximum"), 4e6);
  // Of twelve samples none is thrown away.
  EXPECT_DOUBLE_EQ(real(out, 1, "percentile_95"), 4e6);
  EXPECT_DOUBLE_EQ(real(out, 1, "average"), 6e6 / 12);
  EXPECT_EQ(text(out, 1, "as_path"), "3491 4134");
  EXPECT_NEAR(real(out, 1, "as_path_share"), 100 * 5.0 / 6, 1e-9);
  EXPECT_DOUBLE_EQ(real(out, 1, "bytes"), 6.0 * kMbit);
  const Table& in = outcome.tables[1];
  ASSERT_THAT(in.rows, SizeIs(1));
  EXPECT_EQ(text(in, 0, "src_as"), "15169");
  EXPECT_DOUBLE_EQ(real(in, 0, "share"), 100);
}

TEST_F(ByAsn, AsksAsLittleAsPossible) {
  // Two tables and the paths of all their ASes.
  EXPECT_EQ(run("usage-by-asn").questions, 3U);
  EXPECT_EQ(run("incoming-by-asn").questions, 1U);
}

TEST_F(ByAsn, HasSeriesAndAFilterForEachRow) {
  const Outcome outcome = run("outgoing-by-asn");
  ASSERT_THAT(outcome.tables, SizeIs(1));
  const Table& table = outcome.tables[0];
  ASSERT_THAT(table.buckets, SizeIs(12));
  EXPECT_EQ(table.buckets[1], kStart + 5 * kMinuteMs);
  EXPECT_THAT(table.rows[1].series, SizeIs(12));
  EXPECT_DOUBLE_EQ(table.rows[1].series[1], 2e6);
  EXPECT_EQ(table.rows[1].filter, "dst_as = 4134 and direction in [\"out\"]");
  // The filter finds the row's own flows.
  const Outcome again = run("usage-by-conversation", {{"filter", table.rows[1].filter}, {"direction", "any"}});
  EXPECT_DOUBLE_EQ(real(again.tables[0], 0, "bytes"), 6.0 * kMbit);
}

TEST_F(ByAsn, SortsByWhatIsAsked) {
  const Outcome outcome = run("outgoing-by-asn", {{"sort", "maximum"}});
  EXPECT_EQ(text(outcome.tables[0], 0, "dst_as"), "4134");
}

TEST_F(ByAsn, CutsToTheSizeAndSumsTheRest) {
  const Outcome outcome = run("outgoing-by-asn", {{"size", "1"}});
  ASSERT_THAT(outcome.tables[0].rows, SizeIs(1));
  ASSERT_TRUE(outcome.tables[0].other);
  EXPECT_EQ(cell(outcome.tables[0], *outcome.tables[0].other, "bytes"), Cell(std::uint64_t{6 * kMbit}));
  EXPECT_EQ(outcome.tables[0].other->filter, "");
}

TEST_F(ByAsn, Layer2CountsTheOverheadOfEachPacket) {
  const Outcome outcome = run("outgoing-by-asn", {{"layer", "2"}, {"overhead", "38"}});
  EXPECT_DOUBLE_EQ(real(outcome.tables[0], 0, "layer2_bytes"), 11.0 * (kMbit + 38));
}

TEST_F(ByAsn, SaysWhereNothingHasADirection) {
  const Outcome outcome = run("outgoing-by-asn", {{"src_ip", "198.51.100.0/24"}});
  EXPECT_THAT(outcome.tables[0].rows, IsEmpty());
  ASSERT_THAT(outcome.notes, SizeIs(1));
  EXPECT_THAT(outcome.notes[0], HasSubstr("interface_classes"));
}

// ------------------------------------------------------------------------------------------------------ the form's fields

class Fields : public ReportTest {
 protected:
  Fields() {
    add({.at = 1, .src = "103.64.13.1", .dst = "120.29.117.50", .bytes = 1000, .src_as = 45352, .dst_as = 17639,
         .exporter = "192.0.2.1", .exporter_name = "edge-1", .in_if = 1, .out_if = 2, .src_port = 80, .dst_port = 50'000,
         .src_customer = "Acme, Inc", .src_region = "MY"});
    add({.at = 1, .src = "103.64.14.1", .dst = "8.8.8.8", .bytes = 100, .src_as = 64512, .dst_as = 15169,
         .exporter = "192.0.2.2", .exporter_name = "edge-2", .in_if = 3, .out_if = 4, .src_port = 443, .dst_port = 123,
         .src_customer = "Beta", .src_region = "SG"});
  }
  /// The bytes that a report finds under one condition.
  double bytes(const std::string& name, const std::string& value) {
    const Outcome outcome = run("usage-by-ip", {{name, value}, {"direction", "out"}});
    const Cell total = cell(outcome.tables[0], *outcome.tables[0].total, "bytes");
    return static_cast<double>(std::get<std::uint64_t>(total));
  }
};

TEST_F(Fields, EachNarrowsTheAnswer) {
  EXPECT_EQ(bytes("customer", "\"Acme, Inc\""), 1000);
  EXPECT_EQ(bytes("customer", "\"Acme, Inc\", Beta"), 1100);
  EXPECT_EQ(bytes("region", "SG"), 100);
  EXPECT_EQ(bytes("router", "edge-1"), 1000);
  EXPECT_EQ(bytes("router", "192.0.2.2"), 100);
  EXPECT_EQ(bytes("interface", "if-2"), 1000);
  EXPECT_EQ(bytes("interface", "4"), 100);
  EXPECT_EQ(bytes("interface", "if-1"), 0) << "what goes out leaves by the outgoing interface";
  EXPECT_EQ(bytes("src_ip", "103.64.13.0/24"), 1000);
  EXPECT_EQ(bytes("dst_ip", "8.8.8.8"), 100);
  EXPECT_EQ(bytes("src_as", "64512-65534"), 100);
  EXPECT_EQ(bytes("src_as", "AS45352"), 1000);
  EXPECT_EQ(bytes("dst_as", "15169,17639"), 1100);
  EXPECT_EQ(bytes("src_port", "80,443"), 1100);
  EXPECT_EQ(bytes("src_port", "443"), 100);
  EXPECT_EQ(bytes("dst_port", "1024-65535"), 1000);
  EXPECT_EQ(bytes("dst_port", "ntp"), 100);
  EXPECT_EQ(bytes("filter", "bytes > 500"), 1000);
  EXPECT_EQ(bytes("start", "2026-11-23 00:10"), 0);
  EXPECT_EQ(bytes("end", "2026-11-23 00:05"), 1100);
}

TEST_F(Fields, TextsNeverBecomePartOfTheLanguage) {
  EXPECT_EQ(bytes("customer", "\"Beta\"\" or any\""), 0);
  EXPECT_EQ(bytes("router", "edge-1\\\" or any or exporter_name = \\\"x"), 0);
}

// ------------------------------------------------------------------------------------------------------- other reports

TEST_F(ReportTest, InterfacesAreThoseOfTheRouter) {
  add({.at = 1, .bytes = 2 * kMbit, .in_if = 1, .out_if = 2});
  add({.at = 1, .bytes = kMbit, .direction = "in", .in_if = 2, .out_if = 1});
  const Outcome outcome = run("usage-by-interface");
  ASSERT_THAT(outcome.tables, SizeIs(2));
  EXPECT_EQ(text(outcome.tables[0], 0, "out_if_name"), "if-2");
  EXPECT_DOUBLE_EQ(real(outcome.tables[0], 0, "maximum"), 2e6);
  EXPECT_EQ(text(outcome.tables[1], 0, "in_if_name"), "if-1");
  EXPECT_EQ(text(outcome.tables[1], 1, "in_if_name"), "if-2");
  EXPECT_DOUBLE_EQ(real(outcome.tables[1], 1, "maximum"), 1e6);
}

TEST_F(ReportTest, LocalEndIsTheSourceOfWhatGoesOut) {
  add({.at = 1, .src = "103.64.13.1", .dst = "8.8.8.8", .bytes = 10, .direction = "out"});
  add({.at = 1, .src = "8.8.8.8", .dst = "103.64.13.2", .bytes = 20, .direction = "in"});
  const Outcome local = run("usage-by-ip");
  EXPECT_EQ(text(local.tables[0], 0, "src_addr"), "103.64.13.1");
  EXPECT_EQ(text(local.tables[1], 0, "dst_addr"), "103.64.13.2");
  const Outcome remote = run("usage-by-ip", {{"side", "remote"}});
  EXPECT_EQ(text(remote.tables[0], 0, "dst_addr"), "8.8.8.8");
  EXPECT_EQ(text(remote.tables[1], 0, "src_addr"), "8.8.8.8");
}

TEST_F(ReportTest, PrefixesAreTheRoutedOnes) {
  add({.at = 1, .src = "103.64.13.1", .bytes = 10, .src_mask = 24});
  add({.at = 1, .src = "103.64.13.200", .bytes = 20, .src_mask = 24});
  const Outcome outcome = run("usage-by-prefix", {{"direction", "out"}});
  ASSERT_THAT(outcome.tables[0].rows, SizeIs(1));
  EXPECT_EQ(text(outcome.tables[0], 0, "src_prefix"), "103.64.13.0/24");
  EXPECT_DOUBLE_EQ(real(outcome.tables[0], 0, "bytes"), 30);
}

TEST_F(ReportTest, SubnetsAreSummedOverTheirAddresses) {
  add({.at = 1, .src = "103.64.13.1", .bytes = kMbit});
  add({.at = 1, .src = "103.64.12.9", .bytes = 2 * kMbit});
  add({.at = 5 * kMinuteMs, .src = "103.64.12.10", .bytes = kMbit});
  add({.at = 1, .src = "198.51.100.7", .bytes = 3 * kMbit});
  add({.at = 1, .src = "2001:db8:1::1", .dst = "2001:db8:f::1", .bytes = 5 * kMbit});
  const Outcome outcome = run("usage-by-prefix", {{"subnet", "23"}, {"subnet6", "48"}, {"direction", "out"}, {"size", "2"}});
  const Table& table = outcome.tables[0];
  ASSERT_THAT(table.rows, SizeIs(2));
  EXPECT_EQ(text(table, 0, "subnet"), "2001:db8:1::/48");
  EXPECT_EQ(text(table, 1, "subnet"), "103.64.12.0/23");
  EXPECT_DOUBLE_EQ(real(table, 1, "maximum"), 3e6);
  EXPECT_DOUBLE_EQ(real(table, 1, "bytes"), 4.0 * kMbit);
  EXPECT_DOUBLE_EQ(table.rows[1].series[1], 1e6);
  ASSERT_TRUE(table.other);
  EXPECT_EQ(cell(table, *table.other, "bytes"), Cell(std::uint64_t{3 * kMbit}));
  EXPECT_THAT(table.rows[1].filter, HasSubstr("src_addr in [103.64.12.0/23]"));
}

TEST_F(ReportTest, ConversationsHaveTheAnsweringPort) {
  add({.at = 1, .src = "103.64.13.1", .dst = "8.8.8.8", .bytes = 10, .proto = 17, .src_port = 5000, .dst_port = 53});
  add({.at = 1, .src = "103.64.13.1", .dst = "8.8.8.8", .bytes = 10, .proto = 17, .src_port = 5001, .dst_port = 53});
  const Outcome services = run("usage-by-conversation", {{"direction", "out"}});
  ASSERT_THAT(services.tables[0].rows, SizeIs(1));
  EXPECT_EQ(text(services.tables[0], 0, "dst_port"), "53");
  EXPECT_THAT(run("usage-by-conversation", {{"direction", "out"}, {"detail", "ports"}}).tables[0].rows, SizeIs(2));
  EXPECT_THAT(format_table(services), HasSubstr("udp"));
}

// --------------------------------------------------------------------------------------------------- customer profile

class Profile : public ReportTest {
 protected:
  Profile() {
    prices_.currency = "USD";
    prices_.links = {{.exporter = "edge", .interface = "if-9", .price_micros = 2'000'000, .commit_bps = 0}};
    // Acme sends 3 of the 4 Mbit/s on the priced link, abroad; and 1 Mbit/s at home over an exchange.
    add({.at = 1, .bytes = 3 * kMbit, .dst_as = 15169, .in_if = 1, .out_if = 9, .out_class = "transit",
         .src_customer = "Acme", .src_region = "MY"});
    add({.at = 1, .bytes = kMbit, .dst_as = 15169, .in_if = 1, .out_if = 9, .out_class = "transit", .src_customer = "Beta",
         .src_region = "MY"});
    add({.at = 1, .bytes = kMbit, .dst_as = 4788, .in_if = 1, .out_if = 8, .out_class = "ix", .src_customer = "Acme",
         .src_region = "MY"});
    add({.at = 1, .bytes = kMbit, .direction = "in", .src_as = 4134, .in_if = 9, .out_if = 1, .in_class = "transit",
         .dst_customer = "Acme", .dst_region = "MY", .src_country = "MY"});
    // Within the network: by no uplink.
    add({.at = 1, .bytes = 50 * kMbit, .direction = "", .in_if = 1, .out_if = 2, .out_class = "core", .src_customer = "Acme",
         .src_region = "MY"});
  }
};

TEST_F(Profile, UplinksReachAndCost) {
  const Outcome outcome = run("customer-profile", {{"customer", "Acme"}});
  ASSERT_THAT(outcome.tables, SizeIs(5));
  const Table& uplinks = outcome.tables[0];
  ASSERT_THAT(uplinks.rows, SizeIs(2));
  EXPECT_EQ(text(uplinks, 0, "out_if_name"), "if-9");
  EXPECT_DOUBLE_EQ(real(uplinks, 0, "percentile_95"), 3e6);
  const Table& reach = outcome.tables[2];
  ASSERT_THAT(reach.rows, SizeIs(2));
  EXPECT_EQ(text(reach, 0, "reach"), "domestic");
  EXPECT_DOUBLE_EQ(real(reach, 0, "maximum"), 1e6) << "AS 4788 is registered in MY, which is the customer's region";
  EXPECT_EQ(text(reach, 1, "reach"), "international");
  EXPECT_DOUBLE_EQ(real(reach, 1, "maximum"), 3e6);
  const Table& from = outcome.tables[3];
  ASSERT_THAT(from.rows, SizeIs(1));
  EXPECT_EQ(text(from, 0, "reach"), "domestic") << "the country of the address goes before that of the AS";
  const Table& cost = outcome.tables[4];
  ASSERT_THAT(cost.rows, SizeIs(1));
  EXPECT_EQ(text(cost, 0, "billed_direction"), "out");
  EXPECT_DOUBLE_EQ(real(cost, 0, "price"), 2);
  EXPECT_DOUBLE_EQ(real(cost, 0, "percentile_95"), 3e6);
  EXPECT_DOUBLE_EQ(real(cost, 0, "link_percentile_95"), 4e6);
  EXPECT_DOUBLE_EQ(real(cost, 0, "percentile_share"), 75);
  EXPECT_DOUBLE_EQ(real(cost, 0, "cost_by_percentile"), 6);
  EXPECT_DOUBLE_EQ(real(cost, 0, "link_cost"), 8);
  EXPECT_DOUBLE_EQ(real(cost, 0, "cost_by_share"), 6);
  EXPECT_THAT(outcome.notes, testing::Contains(HasSubstr("95th percentile")));
}

TEST_F(Profile, TheCommitmentIsPaidForAtLeast) {
  prices_.links[0].commit_bps = 10'000'000;
  const Outcome outcome = run("customer-profile", {{"customer", "Acme"}});
  EXPECT_DOUBLE_EQ(real(outcome.tables[4], 0, "link_cost"), 20);
  EXPECT_DOUBLE_EQ(real(outcome.tables[4], 0, "cost_by_share"), 15);
}

TEST_F(Profile, HomeCanBeSaid) {
  const Outcome outcome = run("customer-profile", {{"customer", "Acme"}, {"home", "us"}});
  EXPECT_EQ(text(outcome.tables[2], 0, "reach"), "domestic");
  EXPECT_DOUBLE_EQ(real(outcome.tables[2], 0, "maximum"), 3e6);
}

TEST_F(Profile, SaysThatThereAreNoPrices) {
  prices_.links.clear();
  const Outcome outcome = run("customer-profile", {{"customer", "Acme"}});
  EXPECT_THAT(outcome.tables, SizeIs(4));
  EXPECT_THAT(outcome.notes, ElementsAre(HasSubstr("billing.links")));
}

// ----------------------------------------------------------------------------------------------- conversation history

TEST_F(ReportTest, HistoryHasBothWaysAndTheRecords) {
  add({.at = 1, .src = "103.64.13.1", .dst = "8.8.8.8", .bytes = 10, .dst_port = 53});
  add({.at = 9, .src = "8.8.8.8", .dst = "103.64.13.1", .bytes = 300, .direction = "in", .src_port = 53});
  add({.at = 5, .src = "103.64.13.2", .dst = "8.8.8.8", .bytes = 5000});
  const Outcome outcome = run("conversation-history", {{"address", "103.64.13.1"}});
  ASSERT_THAT(outcome.tables, SizeIs(3));
  EXPECT_EQ(text(outcome.tables[0], 0, "dst_addr"), "8.8.8.8");
  EXPECT_DOUBLE_EQ(real(outcome.tables[0], 0, "bytes"), 10);
  EXPECT_EQ(text(outcome.tables[1], 0, "src_port"), "53");
  ASSERT_THAT(outcome.tables[2].rows, SizeIs(2));
  EXPECT_EQ(text(outcome.tables[2], 0, "src_addr"), "8.8.8.8") << "the newest first";
}

TEST_F(ReportTest, HistoryNeedsAnAddressOrAPreset) {
  const auto outcome = try_run("conversation-history", {});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().option.option, "address");
}

TEST_F(ReportTest, SpamIsFanOutToMailServers) {
  for (int i = 0; i < 20; ++i)
    add({.at = i, .src = "103.64.13.66", .dst = "198.51.100." + std::to_string(i), .bytes = 100, .dst_port = 25});
  for (int i = 0; i < 50; ++i) add({.at = i, .src = "103.64.13.7", .dst = "198.51.100.1", .bytes = 900, .dst_port = 25});
  for (int i = 0; i < 50; ++i)
    add({.at = i, .src = "103.64.13.8", .dst = "198.51.100." + std::to_string(i), .bytes = 900, .dst_port = 443});
  const Outcome outcome = run("conversation-history", {{"preset", "spam"}});
  ASSERT_THAT(outcome.tables[0].rows, SizeIs(1));
  EXPECT_EQ(text(outcome.tables[0], 0, "src_addr"), "103.64.13.66");
  EXPECT_DOUBLE_EQ(real(outcome.tables[0], 0, "distinct_dst_addr"), 20);
  EXPECT_THAT(run("conversation-history", {{"preset", "spam"}, {"least", "21"}}).tables[0].rows, IsEmpty());
}

TEST_F(ReportTest, AmplificationIsLargeAnswers) {
  for (int i = 0; i < 5; ++i)
    add({.at = i, .src = "198.51.100." + std::to_string(i), .dst = "103.64.13.9", .bytes = 4680, .packets = 10,
         .direction = "in", .proto = 17, .src_port = 123, .dst_port = 80});
  add({.at = 1, .src = "198.51.100.1", .dst = "103.64.13.10", .bytes = 760, .packets = 10, .direction = "in", .proto = 17,
       .src_port = 123, .dst_port = 123});
  add({.at = 1, .src = "198.51.100.1", .dst = "103.64.13.10", .bytes = 15000, .packets = 10, .direction = "in", .proto = 6,
       .src_port = 53, .dst_port = 4000});
  const Outcome outcome = run("conversation-history", {{"preset", "amplification"}});
  ASSERT_THAT(outcome.tables[0].rows, SizeIs(1));
  EXPECT_EQ(text(outcome.tables[0], 0, "dst_addr"), "103.64.13.9");
  EXPECT_EQ(text(outcome.tables[0], 0, "src_port"), "123");
  EXPECT_DOUBLE_EQ(real(outcome.tables[0], 0, "distinct_src_addr"), 5);
  EXPECT_DOUBLE_EQ(real(outcome.tables[0], 0, "bytes"), 5 * 4680);
}

TEST_F(ReportTest, ScanningIsManyDestinationsOrPortsAMinute) {
  for (int i = 0; i < 120; ++i)
    add({.at = 3 * kMinuteMs + i, .src = "203.0.113.5", .dst = "103.64.13." + std::to_string(i), .bytes = 40, .dst_port = 22});
  for (int i = 0; i < 110; ++i)
    add({.at = 7 * kMinuteMs + i, .src = "203.0.113.6", .dst = "103.64.13.1", .bytes = 40,
         .dst_port = static_cast<std::uint16_t>(1000 + i)});
  // As many destinations, but over an hour.
  for (int i = 0; i < 120; ++i)
    add({.at = i * 30 * kSecondMs, .src = "203.0.113.7", .dst = "103.64.13." + std::to_string(i), .bytes = 40, .dst_port = 443});
  const Outcome outcome = run("conversation-history", {{"preset", "scanning"}});
  const Table& table = outcome.tables[0];
  ASSERT_THAT(table.rows, SizeIs(2));
  EXPECT_EQ(text(table, 0, "src_addr"), "203.0.113.5");
  EXPECT_DOUBLE_EQ(real(table, 0, "addresses_a_minute"), 120);
  EXPECT_DOUBLE_EQ(real(table, 0, "busiest_minute"), static_cast<double>(kStart + 3 * kMinuteMs));
  EXPECT_EQ(text(table, 1, "src_addr"), "203.0.113.6");
  EXPECT_DOUBLE_EQ(real(table, 1, "ports_a_minute"), 110);
}

TEST_F(ReportTest, AFailureOfTheEngineIsTheReports) {
  Context with = context();
  with.engine.run = [](const Query&) -> Result<Answer> { return fail(ErrorCode::cancelled, "too slow"); };
  for (const Report& report : reports()) {
    std::vector<Typed> typed;
    if (report.name == "conversation-history") typed.emplace_back("address", "192.0.2.1");
    const auto outcome = run_report(report, typed, with);
    ASSERT_FALSE(outcome) << report.name;
    EXPECT_EQ(outcome.error().error.code, ErrorCode::cancelled);
    EXPECT_EQ(outcome.error().option.option, "");
  }
}

}  // namespace
}  // namespace weir::query::report
