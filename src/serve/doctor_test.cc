#include "serve/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/doctor_show.h"

namespace weir::serve {
namespace {

using flow::Counter;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr UnixMillis kNow = 1'800'000'000'000;
const IpAddress kRouter = IpAddress::v4(0xd2052815);  // 210.5.40.21

class DoctorTest : public testing::Test {
 protected:
  /// An exporter that does everything right.
  DoctorTest() {
    auto& exporter = table.of(kRouter);
    exporter.saw(flow::ExportProtocol::netflow9, kNow - 1000);
    exporter.add(Counter::datagrams, 100);
    exporter.add(Counter::flows, 2000);
    for (const auto counter :
         {Counter::flows_sampled, Counter::flows_named, Counter::flows_routed, Counter::flows_stored}) {
      exporter.add(counter, 2000);
    }
  }
  void add(Counter counter, std::uint64_t count) { table.of(kRouter).add(counter, count); }
  [[nodiscard]] Observation observe() const {
    Observation out{.time_ms = kNow, .exporters = read_exporters(table), .store = status, .families = families};
    out.outages = outages;
    return out;
  }
  [[nodiscard]] Diagnosis run(const Observation* earlier = nullptr) const {
    return diagnose(observe(), earlier, [](IpAddress address) { return address == kRouter ? "AIMS-PCCW" : ""; });
  }

  flow::ExporterTable table;
  store::Status status;
  std::vector<Metrics::Family> families;
  std::vector<Outage> outages;
};

auto finding(std::string_view what, Severity severity) {
  return AllOf(Field(&Finding::what, HasSubstr(what)), Field(&Finding::severity, severity),
               Field(&Finding::advice, Not(IsEmpty())));
}

TEST_F(DoctorTest, AnOutageIsToldOfTheServerOrOfItsExporter) {
  outages = {{.grave = true, .what = "the RPKI cache is lost", .advice = "look at it"},
             {.exporter = kRouter, .what = "SNMP does not answer", .advice = "look at it"},
             {.exporter = IpAddress::v4(0xc000'0201), .what = "SNMP does not answer", .advice = "look at it"}};
  const Diagnosis diagnosis = run();
  EXPECT_THAT(diagnosis.server, ElementsAre(finding("the RPKI cache is lost", Severity::trouble),
                                            finding("192.0.2.1: SNMP does not answer", Severity::attention)));
  ASSERT_EQ(diagnosis.exporters.size(), 1U);
  EXPECT_THAT(diagnosis.exporters[0].findings, ElementsAre(finding("SNMP does not answer", Severity::attention)));
  EXPECT_EQ(diagnosis.exporters[0].health, Severity::attention);
  EXPECT_EQ(diagnosis.health, Severity::trouble);
}

TEST_F(DoctorTest, AHealthyExporterHasNoFindings) {
  const Diagnosis diagnosis = run();
  EXPECT_EQ(diagnosis.health, Severity::good);
  EXPECT_TRUE(diagnosis.server.empty());
  ASSERT_EQ(diagnosis.exporters.size(), 1U);
  const ExporterDiagnosis& exporter = diagnosis.exporters[0];
  EXPECT_TRUE(exporter.findings.empty());
  EXPECT_EQ(exporter.name, "AIMS-PCCW");
  EXPECT_EQ(exporter.received, 100U);
  EXPECT_EQ(exporter.decoded, 2000U);
  EXPECT_EQ(exporter.sampled, 2000U);
  EXPECT_EQ(exporter.named, 2000U);
  EXPECT_EQ(exporter.routed, 2000U);
  EXPECT_EQ(exporter.stored, 2000U);
  EXPECT_EQ(health_word(exporter), "good");
}

TEST_F(DoctorTest, EveryBadCounterGivesItsFindingWithCountAndAdvice) {
  for (const flow::CounterInfo& info : flow::kCounters) {
    if (info.group != flow::CounterGroup::bad) continue;
    const Observation before = observe();
    add(info.counter, 1234);
    const Diagnosis diagnosis = run(&before);
    const auto& findings = diagnosis.exporters[0].findings;
    const Explanation& row = *explanation(info.counter);
    EXPECT_THAT(findings, Contains(AllOf(finding("1,234 " + std::string(row.what), row.severity),
                                         Field(&Finding::counter, info.name), Field(&Finding::count, 1234U),
                                         Field(&Finding::recent, 1234U))))
        << info.name;
  }
}

TEST_F(DoctorTest, AdviceNamesTheExporter) {
  add(Counter::bad_version, 1);
  EXPECT_THAT(run().exporters[0].findings[0].advice, HasSubstr("udp and src 210.5.40.21"));
}

TEST_F(DoctorTest, TroubleThatIsPastIsOnlyANote) {
  add(Counter::bad_length, 7);
  EXPECT_EQ(run().health, Severity::trouble);
  const Observation earlier = observe();
  const Diagnosis diagnosis = run(&earlier);
  EXPECT_EQ(diagnosis.health, Severity::note);
  EXPECT_THAT(diagnosis.exporters[0].findings, ElementsAre(finding("none of them lately", Severity::note)));
  EXPECT_EQ(health_word(diagnosis.exporters[0]), "good");
}

TEST_F(DoctorTest, SilenceIsTrouble) {
  table.of(IpAddress::v4(1)).saw(flow::ExportProtocol::ipfix, kNow - 12 * kMinuteMs);
  const Diagnosis diagnosis = run();
  const ExporterDiagnosis& silent = diagnosis.exporters[0];
  EXPECT_TRUE(silent.silent);
  EXPECT_EQ(health_word(silent), "silent");
  EXPECT_THAT(silent.findings, Contains(finding("nothing received for 12 min", Severity::trouble)));
}

TEST_F(DoctorTest, DatagramsNoneOfWhichCouldBeReadAreTrouble) {
  table.of(IpAddress::v4(1)).add(Counter::datagrams, 5);
  EXPECT_THAT(run().exporters[0].findings,
              Contains(finding("5 datagrams came, and none could be read", Severity::trouble)));
}

TEST_F(DoctorTest, WaitingDataSetsAreThoseNeitherDecodedNorGivenUp) {
  add(Counter::sets_parked, 10);
  add(Counter::sets_unparked, 6);
  add(Counter::sets_unparked_too_late, 1);
  EXPECT_THAT(run().exporters[0].findings, Contains(finding("3 data sets wait for their template", Severity::note)));
  add(Counter::sets_unparked, 3);
  EXPECT_THAT(run().exporters[0].findings, Not(Contains(Field(&Finding::what, HasSubstr("wait for their template")))));
}

TEST_F(DoctorTest, AnExporterThatWaitsForItsFirstTemplateNeedsAttention) {
  auto& fresh = table.of(IpAddress::v4(1));
  fresh.saw(flow::ExportProtocol::netflow9, kNow);
  fresh.add(Counter::sets_parked, 4);
  EXPECT_THAT(run().exporters[0].findings,
              ElementsAre(finding("4 data sets wait for their template", Severity::attention)));
}

TEST_F(DoctorTest, NamesThatAreMissingAreANote) {
  auto& nameless = table.of(IpAddress::v4(1));
  nameless.saw(flow::ExportProtocol::netflow5, kNow);
  nameless.add(Counter::flows, 5);
  EXPECT_THAT(run().exporters[0].findings, ElementsAre(finding("no flow has an interface name", Severity::note)));
}

TEST_F(DoctorTest, KernelDropsNameTheSocket) {
  families = {{"weir_socket_kernel_drops_total",
               "help",
               Metrics::Type::counter,
               {{{{"socket", "0.0.0.0:2055"}}, 12}, {{{"socket", "0.0.0.0:6343"}}, 0}}}};
  const Diagnosis diagnosis = run();
  EXPECT_EQ(diagnosis.health, Severity::trouble);
  EXPECT_THAT(diagnosis.server, ElementsAre(finding("12 datagrams were dropped by the kernel on socket 0.0.0.0:2055",
                                                    Severity::trouble)));
  EXPECT_THAT(diagnosis.server[0].advice, HasSubstr("net.core.rmem_max"));
  const Observation earlier = observe();
  EXPECT_THAT(run(&earlier).server, ElementsAre(finding("none of them lately", Severity::note)));
}

TEST_F(DoctorTest, AlarmsOfTheStoreAreTrouble) {
  status.alarms = {{.name = "disk_full", .message = "the disk is full", .since_ms = kNow - 1000}};
  status.flows_dropped = 9;
  EXPECT_THAT(run().server, ElementsAre(finding("the disk is full", Severity::trouble),
                                        finding("9 flows were lost", Severity::trouble)));
}

TEST_F(DoctorTest, AStoreThatHangsIsTrouble) {
  status.queued_batches = 3;
  status.last_commit_ms = kNow - 45'000;
  EXPECT_THAT(run().server, ElementsAre(finding("3 batches wait, and the last commit is 45 s ago", Severity::trouble)));
}

TEST_F(DoctorTest, NobodyHeardNeedsAttention) {
  const Observation nobody{.time_ms = kNow};
  const Diagnosis diagnosis = diagnose(nobody, nullptr, {});
  EXPECT_EQ(diagnosis.health, Severity::attention);
  EXPECT_THAT(diagnosis.server, ElementsAre(finding("no exporter has been heard yet", Severity::attention)));
}

TEST_F(DoctorTest, OfTooManyExportersTheWorstAreKept) {
  for (std::uint32_t i = 1; i <= 50; ++i) {
    table.of(IpAddress::v4(i)).saw(flow::ExportProtocol::ipfix, kNow);
    table.of(IpAddress::v4(i)).add(Counter::flows, i);
    table.of(IpAddress::v4(i)).add(Counter::flows_named, i);
  }
  table.of(IpAddress::v4(7)).add(Counter::bad_set);
  Diagnosis diagnosis = run();
  keep_worst(diagnosis, 3);
  EXPECT_EQ(diagnosis.left_out, 48U);
  // The sick one, then the two with the most flows; by address.
  EXPECT_THAT(diagnosis.exporters, ElementsAre(Field(&ExporterDiagnosis::address, IpAddress::v4(7)),
                                               Field(&ExporterDiagnosis::address, IpAddress::v4(50)),
                                               Field(&ExporterDiagnosis::address, kRouter)));
  EXPECT_THAT(doctor_text(diagnosis), HasSubstr("48 more exporters"));
  EXPECT_EQ(doctor_json(diagnosis).at("exporters_left_out").to_number<int>(), 48);
}

TEST_F(DoctorTest, ConfiguredSamplingRatesEndTheFinding) {
  add(Counter::flows_unsampled, 500);
  add(Counter::flows_rate_configured, 400);
  EXPECT_THAT(doctor_text(run()), HasSubstr("100 flow records have no known sampling rate"));
  add(Counter::flows_rate_configured, 100);
  EXPECT_THAT(doctor_text(run()), testing::Not(HasSubstr("sampling rate")));
}

TEST_F(DoctorTest, TextHasOneLineForEachExporterAndEveryFinding) {
  add(Counter::flows_unsampled, 500);
  table.of(IpAddress::v4(1)).saw(flow::ExportProtocol::sflow5, kNow - 3 * kHourMs);
  const std::string text = doctor_text(run());
  EXPECT_THAT(text, HasSubstr("210.5.40.21  AIMS-PCCW  netflow9"));
  EXPECT_THAT(text, HasSubstr("2,000 (100%)"));
  EXPECT_THAT(text, HasSubstr("3 h ago"));
  EXPECT_THAT(text, HasSubstr("attention  210.5.40.21 AIMS-PCCW: 500 flow records have no known sampling rate"));
  EXPECT_THAT(text, HasSubstr("what to do: "));
}

TEST_F(DoctorTest, TextEscapesNames) {
  const Diagnosis diagnosis = diagnose(observe(), nullptr, [](IpAddress) { return "a\x1b[31mb"; });
  EXPECT_EQ(doctor_text(diagnosis).find('\x1b'), std::string::npos);
}

TEST_F(DoctorTest, JsonSaysNullForWhatIsNotKnown) {
  table.of(IpAddress::v4(1)).add(Counter::datagrams, 1);
  const auto document = doctor_json(run());
  const auto& exporter = document.at("exporters").as_array()[0].as_object();
  EXPECT_TRUE(exporter.at("name").is_null());
  EXPECT_TRUE(exporter.at("last_seen").is_null());
  EXPECT_EQ(exporter.at("health").as_string(), "trouble");
  EXPECT_EQ(exporter.at("findings").as_array()[0].as_object().at("severity").as_string(), "trouble");
}

}  // namespace
}  // namespace weir::serve
