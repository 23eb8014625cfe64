// A disk that fills up: storing stops with an alarm, the process lives, and storing goes on once there is room.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "store/duckdb/store_fixture.h"

namespace weir::store {
namespace {

using namespace test;
using testing::Contains;
using testing::Not;

/// A small file system of its own. Needs root.
class DiskFullTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", directory.path().c_str(), "tmpfs", 0, "size=64m") != 0) {
      GTEST_SKIP() << "cannot mount a tmpfs (" << std::strerror(errno) << "): run as root to test a full disk";
    }
    mounted = true;
  }
  void TearDown() override {
    if (mounted) ::umount2(directory.path().c_str(), MNT_DETACH);
  }
  DuckDbOptions options(std::uint64_t reserve) {
    DuckDbOptions out;
    out.directory = directory.path() / "data";
    out.commit_interval_ms = 20;
    out.disk_reserve_octets = reserve;
    return out;
  }
  void check_sums() {
    Look look(directory.path() / "data");
    EXPECT_EQ(look.number("SELECT sum(coalesce(flows, 1)) FROM flows"),
              look.number("SELECT sum(flows) FROM rollup_1m"));
    EXPECT_EQ(look.number("SELECT sum(CASE WHEN coalesce(suspect, 0) & 1 = 0 THEN bytes * coalesce(sampling_rate, 1) "
                          "ELSE 0 END) FROM flows"),
              look.number("SELECT sum(bytes) FROM rollup_1h"));
  }

  TemporaryDirectory directory;
  bool mounted = false;
};

TEST_F(DiskFullTest, TheReserveStopsStoringBeforeTheDiskIsFull) {
  Running running(options(std::uint64_t{40} << 20U));
  Traffic traffic(running.strings);
  ASSERT_TRUE(running.append(traffic.make(1000, kTen, kTen + kHourMs, nullptr)));
  const auto ballast = directory.path() / "ballast";
  std::ofstream(ballast) << std::string(std::size_t{30} << 20U, 'x');
  running.store->upkeep(kTen);
  EXPECT_THAT(running.alarm_names(), Contains("disk_full"));
  EXPECT_FALSE(running.append(traffic.make(500, kTen, kTen + kHourMs, nullptr)));
  EXPECT_EQ(running.store->status().flows_dropped, 500U);
  std::filesystem::remove(ballast);
  running.store->upkeep(kTen + 1000);
  EXPECT_THAT(running.alarm_names(), Not(Contains("disk_full")));
  ASSERT_TRUE(running.append(traffic.make(700, kTen, kTen + kHourMs, nullptr)));
  running.finish();
  EXPECT_EQ(running.store->status().flows_stored, 1700U);
  running.store.reset();
  check_sums();
}

TEST_F(DiskFullTest, ADiskThatIsReallyFullIsSurvived) {
  Running running(options(0));
  Traffic traffic(running.strings);
  // Upkeep may meet the full disk first, and say so by an alarm of its own.
  const auto full = [&] { return std::ranges::count(running.alarm_names(), "disk_full") > 0; };
  UnixMillis now = kTen;
  for (int batch = 0; batch < 2000 && !full(); ++batch) {
    running.append(traffic.make(8000, kTen, kTen + kHourMs, nullptr));
    running.store->upkeep(now += 1000);
  }
  ASSERT_TRUE(eventually(full)) << "the file system did not fill up";
  EXPECT_THAT(running.alarm_names(), Contains("disk_full"));
  EXPECT_FALSE(running.append(traffic.make(10, kTen, kTen + kHourMs, nullptr)));
  EXPECT_GT(running.store->status().flows_dropped, 0U);
  const std::uint64_t stored = running.store->status().flows_stored;
  for (int i = 0; i < 3; ++i) running.store->upkeep(now += kMinuteMs);  // alive, and not fooled
  EXPECT_THAT(running.alarm_names(), Contains("disk_full"));

  ASSERT_EQ(::mount("tmpfs", directory.path().c_str(), "tmpfs", MS_REMOUNT, "size=512m"), 0) << std::strerror(errno);
  ASSERT_TRUE(eventually([&] {
    running.store->upkeep(now += kMinuteMs);
    return running.alarm_names().empty();
  }));
  ASSERT_TRUE(running.append(traffic.make(3000, kTen, kTen + kHourMs, nullptr)));
  running.finish();
  const Status status = running.store->status();
  EXPECT_GE(status.flows_stored, stored + 3000);
  EXPECT_EQ(status.hot_flows + status.cold_flows, status.flows_stored);
  running.store.reset();
  check_sums();
}

}  // namespace
}  // namespace weir::store
