// kill -9 under load, again and again: what was told to be committed is there, and the rollups are the flows' sums.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "store/duckdb/store_fixture.h"

namespace weir::store {
namespace {

using namespace test;

constexpr std::size_t kBatch = 2000;
constexpr int kRounds = 5;

DuckDbOptions options_for(const std::filesystem::path& directory) {
  DuckDbOptions out;
  out.directory = directory;
  out.commit_interval_ms = 30;
  out.flows.age_ms = out.rollup_1m.age_ms = out.rollup_5m.age_ms = out.rollup_1h.age_ms = 0;
  return out;
}

/// The child: writes until it is killed, and tells how many flows are committed. Its upkeep sees the time run, so that
/// folds, closed hours and merges are under way when the kill comes.
[[noreturn]] void write_for_ever(const std::filesystem::path& directory, std::uint64_t seed, int pipe) {
  flow::StringPool strings;
  auto opened = open_duckdb_store(options_for(directory), strings);
  if (!opened) ::_exit(3);
  Store& store = **opened;
  std::thread writer([&] { store.write(); });
  std::thread keeper([&] {
    for (UnixMillis now = kTen + 2 * kHourMs;; now += 40 * kSecondMs) {
      store.upkeep(now);
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
  });
  Traffic traffic(strings, seed);
  for (UnixMillis at = kTen;; at += 3 * kMinuteMs) {
    if (!store.append(traffic.make(kBatch, at, at + kHourMs, nullptr), true)) ::_exit(4);
    const std::uint64_t stored = store.status().flows_stored;
    if (::write(pipe, &stored, sizeof stored) != sizeof stored) ::_exit(5);
  }
}

/// The last number that came through the pipe before its end.
std::uint64_t last_told(int pipe) {
  std::uint64_t last = 0;
  std::uint64_t next = 0;
  while (::read(pipe, &next, sizeof next) == sizeof next) last = next;
  return last;
}

TEST(KillTest, NothingThatWasCommittedIsLostOrDoubled) {
  TemporaryDirectory directory;
  Expected expected;
  std::mt19937_64 random(std::random_device{}());
  for (int round = 0; round < kRounds; ++round) {
    const auto seed = static_cast<std::uint64_t>(round) + 1;
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe[0]);
      write_for_ever(directory.path(), seed, pipe[1]);
    }
    ::close(pipe[1]);
    pollfd ready{pipe[0], POLLIN, 0};
    ASSERT_EQ(::poll(&ready, 1, 60'000), 1) << "the child does not write";
    const auto patience = std::chrono::milliseconds(100 + random() % 1500);
    std::this_thread::sleep_for(patience);
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    const std::uint64_t told = last_told(pipe[0]);
    ::close(pipe[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);

    std::string alarms;
    std::uint64_t held = 0;
    {
      Running again(options_for(directory.path()));
      for (const Alarm& alarm : again.store->status().alarms) alarms += alarm.message + "; ";
      const Status now = again.store->status();
      held = now.hot_flows + now.cold_flows;
    }
    EXPECT_EQ(alarms, "") << "round " << round << " killed after " << patience.count() << " ms";
    ASSERT_GE(held, expected.rows + told) << "round " << round;
    // Commits take the batches in their order, so what is there is the beginning of what the child made.
    flow::StringPool strings;
    Traffic traffic(strings, seed);
    std::uint64_t left = held - expected.rows;
    for (UnixMillis at = kTen; left > 0; at += 3 * kMinuteMs) {
      const flow::FlowBatch batch = traffic.make(kBatch, at, at + kHourMs, nullptr);
      for (std::size_t row = 0; row < batch.size() && left > 0; ++row, --left) expected.add(batch, row, strings);
    }
    Look look(directory.path());
    EXPECT_EQ(difference(look.by_time("rollup_1m", kMinuteMs), expected.minutes), "");
    EXPECT_EQ(difference(look.by_time("rollup_5m", 5 * kMinuteMs), expected.buckets(5 * kMinuteMs)), "");
    EXPECT_EQ(difference(look.by_time("rollup_1h", kHourMs), expected.buckets(kHourMs)), "");
    EXPECT_EQ(difference(look.by_text("rollup_1m", "in_if_name"), expected.in_if_names), "");
    ASSERT_FALSE(HasFailure()) << "round " << round << ", killed after " << patience.count() << " ms, told " << told
                               << ", held " << held;
  }
}

}  // namespace
}  // namespace weir::store
