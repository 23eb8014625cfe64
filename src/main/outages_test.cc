#include "main/outages.h"

#include <gtest/gtest.h>

namespace weir::main {
namespace {

constexpr UnixMillis kNow = 1'800'000'000'000;

bgp::RtrClientStatus cache(bgp::RtrState state, bool in_use, UnixMillis since, std::size_t vrps = 0) {
  bgp::RtrClientStatus out;
  out.name = "cache:323";
  out.state = state;
  out.in_use = in_use;
  out.since_ms = since;
  out.vrps4 = vrps;
  out.error = state == bgp::RtrState::lost ? "cannot connect: Connection refused" : "";
  return out;
}

TEST(Outages, NoneWhenAllIsWell) {
  collect::RpkiStatus rpki;
  rpki.caches = {cache(bgp::RtrState::established, true, 1), cache(bgp::RtrState::stopped, false, 1)};
  EXPECT_TRUE(outages_of(rpki, {{"vrps", {}}}, {{}}, kNow).empty());
}

TEST(Outages, ALostCacheIsGraveOnceNothingOfItIsLeft) {
  collect::RpkiStatus rpki;
  rpki.caches = {cache(bgp::RtrState::lost, true, kNow - 5 * kMinuteMs, 10)};
  auto outages = outages_of(rpki, {}, {}, kNow);
  ASSERT_EQ(1U, outages.size());
  EXPECT_FALSE(outages[0].grave);
  EXPECT_TRUE(outages[0].what.contains("cache:323 is lost for 5 min")) << outages[0].what;
  EXPECT_TRUE(outages[0].what.contains("Connection refused"));
  EXPECT_TRUE(outages[0].what.contains("until it expires"));
  rpki.caches[0].vrps4 = 0;
  EXPECT_TRUE(outages_of(rpki, {}, {}, kNow).at(0).grave);
}

TEST(Outages, ALostCacheBesideAnotherIsNotGrave) {
  collect::RpkiStatus rpki;
  rpki.caches = {cache(bgp::RtrState::lost, false, 1), cache(bgp::RtrState::established, true, 1, 10)};
  const auto outages = outages_of(rpki, {}, {}, kNow);
  ASSERT_EQ(1U, outages.size());
  EXPECT_FALSE(outages[0].grave);
  EXPECT_TRUE(outages[0].what.contains("another one is in use"));
}

TEST(Outages, ACacheThatIsAwayForSecondsIsNotTold) {
  collect::RpkiStatus rpki;
  rpki.caches = {cache(bgp::RtrState::lost, true, kNow - 10 * kSecondMs)};
  EXPECT_TRUE(outages_of(rpki, {}, {}, kNow).empty());
}

TEST(Outages, AFileThatIsNotUsedIsGraveOnlyWhenThereIsNothingOfBefore) {
  collect::RpkiStatus rpki;
  rpki.files.resize(1);
  rpki.files[0].file = "/etc/vrps.json";
  rpki.files[0].error = "line 3: an entry has no 'asn'";
  EXPECT_TRUE(outages_of(rpki, {}, {}, kNow).at(0).grave);
  EXPECT_TRUE(outages_of(rpki, {}, {}, kNow).at(0).what.contains("line 3"));
  rpki.files[0].loaded_ms = 5;
  EXPECT_FALSE(outages_of(rpki, {}, {}, kNow).at(0).grave);
}

TEST(Outages, AFileThatCannotBeFetched) {
  fetch::WebFileStatus file;
  file.url = "https://example.net/vrps.json";
  file.error = "the server answered 500";
  EXPECT_TRUE(outages_of({}, {{"vrps", file}}, {}, kNow).at(0).grave);
  file.present = true;
  const auto outages = outages_of({}, {{"vrps", file}}, {}, kNow);
  EXPECT_FALSE(outages.at(0).grave);
  EXPECT_TRUE(outages[0].what.contains("the server answered 500"));
}

TEST(Outages, SilentAgentsAreToldByExporterAndBounded) {
  std::vector<snmp::AgentStatus> agents(60);
  for (std::size_t i = 0; i < agents.size(); ++i) {
    agents[i].exporter = IpAddress::v4(static_cast<std::uint32_t>(0x0a00'0001 + i));
    agents[i].error = "10.0.0.1:161 does not answer";
    agents[i].failing_since_ms = kNow - kHourMs;
  }
  const auto outages = outages_of({}, {}, agents, kNow);
  ASSERT_EQ(51U, outages.size());
  EXPECT_EQ(agents[0].exporter, outages[0].exporter);
  EXPECT_TRUE(outages[0].what.contains("does not answer"));
  EXPECT_TRUE(outages[50].what.contains("10 more")) << outages[50].what;
}

}  // namespace
}  // namespace weir::main
