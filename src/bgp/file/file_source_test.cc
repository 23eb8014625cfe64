// Loading and reloading, as the table shows it.
#include "bgp/file/file_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/byte_writer.h"
#include "bgp/file/test_files.h"

namespace weir::bgp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr UnixMillis kNow = 1'800'000'000'000;

void settle(Rib& rib, UnixMillis now) {
  while (rib.upkeep(now)) {
  }
}

/// "10.0.0.0/8 64500 from 192.0.2.1", of routes that are valid now.
std::vector<std::string> table(const Rib& rib) {
  std::vector<std::string> out;
  rib.for_each(kGlobalTable, [&](const Prefix& prefix, std::span<const Candidate> routes) {
    for (const Candidate& route : routes) {
      if (route.until_ms != 0) continue;
      const bool has_peer = !route.view.key.peer.is_unspecified();
      out.push_back(to_string(prefix) + " " + to_string(route.attributes.as_path) +
                    (has_peer ? " from " + to_string(route.view.key.peer) : "") + (route.stale ? " stale" : ""));
    }
    return true;
  });
  return out;
}

RibOptions without_past() {
  RibOptions options;
  options.history_ms = 0;
  return options;
}

struct FileSourceTest : ::testing::Test {
  FileSourceConfig config(std::vector<std::string> paths) {
    FileSourceConfig out;
    out.name = "file";
    out.kind = SourceKind::fixed;
    out.paths = std::move(paths);
    return out;
  }
  TestFolder folder;
  Rib rib{without_past()};
};

TEST_F(FileSourceTest, LoadsAtTheFirstCheckAndThenOnlyWhenAFileChanges) {
  const std::string path = folder.write("list", "prefix,asn\n10.0.0.0/8,1\n11.0.0.0/8,1\n");
  FileSource source(config({path}), rib, [] { return std::int64_t{7}; });
  EXPECT_THAT(table(rib), IsEmpty());
  EXPECT_TRUE(source.check(kNow));
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 1", "11.0.0.0/8 1"));
  EXPECT_FALSE(source.check(kNow + 1000));

  folder.replace("list", "prefix,asn\n10.0.0.0/8,2\n12.0.0.0/8,2\n");
  EXPECT_FALSE(source.check(kNow + 2000));  // it may still be being written
  EXPECT_TRUE(source.check(kNow + 3000));
  settle(rib, kNow + 3000);
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 2", "12.0.0.0/8 2"));

  const RouteFileStatus status = source.status().at(0);
  EXPECT_EQ(status.path, path);
  EXPECT_EQ(status.loads, 2U);
  EXPECT_EQ(status.routes, 2U);
  EXPECT_EQ(status.loaded_ms, kNow + 3000);
  EXPECT_EQ(status.took_ms, 0);
  EXPECT_EQ(status.last_error, "");
}
TEST_F(FileSourceTest, AFileThatGrowsInPlaceIsLoadedWhenItRests) {
  const std::string path = folder.write("list", "prefix,asn\n10.0.0.0/8,1\n");
  FileSource source(config({path}), rib);
  ASSERT_TRUE(source.check(kNow));
  folder.write("list", "prefix,asn\n10.0.0.0/8,1\n11.0.0.0/8,1\n");
  EXPECT_FALSE(source.check(kNow + 1000));
  folder.write("list", "prefix,asn\n10.0.0.0/8,1\n11.0.0.0/8,1\n12.0.0.0/8,1\n");
  EXPECT_FALSE(source.check(kNow + 2000));
  EXPECT_TRUE(source.check(kNow + 3000));
  EXPECT_EQ(table(rib).size(), 3U);
}
TEST_F(FileSourceTest, OnATimer) {
  FileSourceConfig with_timer = config({folder.write("list", "prefix,asn\n10.0.0.0/8,1\n")});
  with_timer.reload_ms = 60'000;
  FileSource source(with_timer, rib);
  EXPECT_TRUE(source.check(kNow));
  EXPECT_FALSE(source.check(kNow + 59'999));
  EXPECT_TRUE(source.check(kNow + 60'000));
  EXPECT_FALSE(source.check(kNow + 60'001));
  source.reload();
  EXPECT_TRUE(source.check(kNow + 60'002));
}
TEST_F(FileSourceTest, AFileThatGoesAwayLeavesItsRoutes) {
  const std::string path = folder.write("list", "prefix,asn\n10.0.0.0/8,1\n");
  FileSource source(config({path}), rib);
  ASSERT_TRUE(source.check(kNow));
  std::filesystem::remove(path);
  EXPECT_FALSE(source.check(kNow + 1000));
  EXPECT_TRUE(source.check(kNow + 2000));
  EXPECT_FALSE(source.check(kNow + 3000));  // not tried again before it changes
  settle(rib, kNow + 3000);
  EXPECT_EQ(table(rib).size(), 1U);
  const RouteFileStatus status = source.status().at(0);
  EXPECT_EQ(status.last_error, path + ": cannot be opened: No such file or directory");
  EXPECT_EQ(status.loaded_ms, kNow);
  EXPECT_EQ(status.routes, 1U);
  EXPECT_EQ(status.loads, 2U);

  folder.write("list", "prefix,asn\n10.0.0.0/8,3\n");
  EXPECT_FALSE(source.check(kNow + 4000));
  EXPECT_TRUE(source.check(kNow + 5000));
  settle(rib, kNow + 5000);
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 3"));
  EXPECT_EQ(source.status().at(0).last_error, "");
}
TEST_F(FileSourceTest, AFileCutShortAddsWhatIsWholeAndTakesNothing) {
  const std::string path = folder.write("list", "prefix,asn\n10.0.0.0/8,1\n11.0.0.0/8,1\n");
  FileSource source(config({path}), rib);
  ASSERT_TRUE(source.check(kNow));
  const std::string second = gzipped("13.0.0.0/8,2\n");
  folder.replace("list", gzipped("prefix,asn\n10.0.0.0/8,2\n12.0.0.0/8,2\n") + second.substr(0, second.size() - 9));
  (void)source.check(kNow + 1000);
  ASSERT_TRUE(source.check(kNow + 2000));
  settle(rib, kNow + 2000);
  EXPECT_THAT(table(rib), ::testing::IsSupersetOf({"10.0.0.0/8 2", "12.0.0.0/8 2"}));
  EXPECT_THAT(table(rib), ::testing::Contains(HasSubstr("11.0.0.0/8 1")));
  EXPECT_THAT(source.status().at(0).last_error, HasSubstr("cut short"));
}
TEST_F(FileSourceTest, AFileThatIsNoneOfOurs) {
  const std::string path = folder.write("list", "prefix,asn\n10.0.0.0/8,1\n");
  FileSource source(config({path}), rib);
  ASSERT_TRUE(source.check(kNow));
  for (const char* text : {"<html>404</html>\n", "", "prefix,asn\nnothing,1\n"}) {
    folder.replace("list", text);
    (void)source.check(kNow + 1000);
    EXPECT_TRUE(source.check(kNow + 2000));
    settle(rib, kNow + 2000);
    EXPECT_EQ(table(rib).size(), 1U) << text;
    EXPECT_THAT(source.status().at(0).last_error, HasSubstr(path + ": "));
  }
}
TEST_F(FileSourceTest, ThereIsNeverAMomentWithoutARoute) {
  const std::string path = folder.write("list", "prefix,asn\n10.0.0.0/8,1\n");
  FileSource source(config({path}), rib);
  ASSERT_TRUE(source.check(kNow));
  RouteLoader loader(rib, rib.set_source({.name = "other", .kind = SourceKind::fixed, .exporters = {}}));
  const StaticRoute route{.nlri = {.prefix = *parse_prefix("20.0.0.0/8"), .rd = {}}, .next_hop = {}, .attributes = {}};
  loader.begin(kNow);
  loader.load({&route, 1}, kNow);
  loader.finish(kNow, true);
  loader.begin(kNow + 1);
  settle(rib, kNow + 2);
  EXPECT_EQ(table(rib).size(), 2U);  // stale, and in use
  loader.finish(kNow + 3, true);
  settle(rib, kNow + 4);
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 1"));
}
TEST_F(FileSourceTest, RoutesOfTheConfiguration) {
  FileSourceConfig with_routes = config({});
  with_routes.routes = {{.nlri = {.prefix = *parse_prefix("10.0.0.0/8"), .rd = {}}, .next_hop = {}, .attributes = {}}};
  FileSource source(with_routes, rib);
  EXPECT_TRUE(source.check(kNow));
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 "));
  ASSERT_EQ(source.status().size(), 1U);
  EXPECT_EQ(source.status().at(0).routes, 1U);
}
TEST_F(FileSourceTest, PeersOfShownTextAreViews) {
  const std::string text =
      "   Network          Next Hop            Metric LocPrf Weight Path\n"
      "*> 10.0.0.0         192.0.2.1                0             0 64501 i\n"
      "*                   192.0.2.2                0             0 64502 64501 i\n"
      "h                   192.0.2.3                0             0 64503 64501 i\n";
  FileSource source(config({folder.write("table", text)}), rib);
  ASSERT_TRUE(source.check(kNow));
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 64501 from 192.0.2.1", "10.0.0.0/8 64502 64501 from 192.0.2.2"));
  const LoadReport report = source.reports().at(0);
  EXPECT_EQ(report.format, RouteFileFormat::show_ip_bgp);
  EXPECT_EQ(report.not_used, 1U);
  EXPECT_EQ(report.routes(), 2U);
}
TEST_F(FileSourceTest, APeerThatIsNoLongerInTheFileLosesItsRoutes) {
  const std::string heading = "   Network          Next Hop            Metric LocPrf Weight Path\n";
  const std::string one = "*> 10.0.0.0         192.0.2.1                0             0 64501 i\n";
  const std::string two = "*                   192.0.2.2                0             0 64502 64501 i\n";
  FileSource source(config({folder.write("table", heading + one + two)}), rib);
  ASSERT_TRUE(source.check(kNow));
  folder.replace("table", heading + one);
  (void)source.check(kNow + 1000);
  ASSERT_TRUE(source.check(kNow + 2000));
  settle(rib, kNow + 2000);
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 64501 from 192.0.2.1"));
  folder.replace("table", heading + one + two);
  (void)source.check(kNow + 3000);
  ASSERT_TRUE(source.check(kNow + 4000));
  settle(rib, kNow + 4000);
  EXPECT_EQ(table(rib).size(), 2U);
}

/// BGP4MP: 192.0.2.1 of AS 64501 announces 10.0.0.0/8, at second `time`.
std::string bgp4mp(std::uint32_t time, unsigned subtype, const ByteWriter& rest) {
  ByteWriter out;
  out.u32(time), out.u16(16), out.u16(subtype), out.u32(20 + rest.size());
  out.u32(64501), out.u32(64500), out.u16(0), out.u16(1), out.u32(0xc0000201), out.u32(0xc0000202);
  out.bytes(rest.view());
  return std::string(as_text(out.view()));
}
std::string announce(std::uint32_t time) {
  ByteWriter update;
  for (int i = 0; i < 16; ++i) update.u8(0xff);
  update.u16(19 + 4 + 20 + 2), update.u8(2), update.u16(0), update.u16(20);
  update.u32(0x40010100), update.u16(0x4002), update.u8(6), update.u16(0x0201), update.u32(64501);
  update.u16(0x4003), update.u8(4), update.u32(0xc0000201);
  update.u16(0x080a);
  return bgp4mp(time, 4, update);
}
std::string state(std::uint32_t time, unsigned from, unsigned to) {
  ByteWriter states;
  states.u16(from), states.u16(to);
  return bgp4mp(time, 5, states);
}
TEST_F(FileSourceTest, UpdatesAreAppliedInOrder) {
  FileSource source(config({folder.write("updates", announce(1'000))}), rib);
  ASSERT_TRUE(source.check(kNow));
  ASSERT_EQ(source.status().at(0).last_error, "");
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 64501 from 192.0.2.1"));
}
TEST_F(FileSourceTest, ASessionThatEndedInTheFileTakesItsRoutes) {
  FileSource source(config({folder.write("updates", announce(1'000) + state(1'001, 6, 1))}), rib);
  ASSERT_TRUE(source.check(kNow));
  settle(rib, kNow);
  EXPECT_THAT(table(rib), IsEmpty());
}
TEST_F(FileSourceTest, ASessionThatCameBackHasThemAgain) {
  const std::string text = announce(1'000) + state(1'001, 6, 1) + state(1'002, 5, 6) + announce(1'003);
  FileSource source(config({folder.write("updates", text)}), rib);
  ASSERT_TRUE(source.check(kNow));
  settle(rib, kNow);
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 64501 from 192.0.2.1"));
}
TEST_F(FileSourceTest, SeveralFilesAreOneSource) {
  const std::string first = folder.write("first", "prefix,asn\n10.0.0.0/8,1\n11.0.0.0/8,1\n");
  const std::string second = folder.write("second", "prefix,asn\n10.0.0.0/8,2\n");
  FileSource source(config({first, second}), rib);
  ASSERT_TRUE(source.check(kNow));
  EXPECT_THAT(table(rib), ElementsAre("10.0.0.0/8 2", "11.0.0.0/8 1"));
  EXPECT_EQ(source.status().size(), 2U);
}

}  // namespace
}  // namespace weir::bgp
