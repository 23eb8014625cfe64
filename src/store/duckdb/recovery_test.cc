// Opening again: after damage, after a loss, beside another process, with older and newer layouts.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "store/duckdb/manifest.h"
#include "store/duckdb/store_fixture.h"
#include "store/duckdb/string_renewal.h"

namespace weir::store {
namespace {

using namespace test;
using flow::Column;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

void overwrite(const fs::path& file, std::uint64_t at, const std::string& octets) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(at));
  stream.write(octets.data(), static_cast<std::streamsize>(octets.size()));
  ASSERT_TRUE(stream.good());
}

class RecoveryTest : public testing::Test {
 protected:
  DuckDbOptions options() {
    DuckDbOptions out;
    out.directory = directory.path();
    out.commit_interval_ms = 20;
    out.flows.age_ms = out.rollup_1m.age_ms = out.rollup_5m.age_ms = out.rollup_1h.age_ms = 0;
    return out;
  }
  void store(std::size_t rows, UnixMillis hour, std::uint64_t seed, Expected& into, bool settle) {
    Running running(options());
    Traffic traffic(running.strings, seed);
    ASSERT_TRUE(running.append(traffic.make(rows, hour, hour + kHourMs, &into)));
    running.finish();
    if (!settle) return;
    ASSERT_TRUE(running.store->settle(hour + 10 * kDayMs));
  }
  /// Runs SQL on the closed store's database.
  void alter(const std::vector<std::string>& statements) {
    Alarms alarms;
    flow::StringPool strings;
    DuckDbOptions canonical = options();
    canonical.directory = fs::canonical(directory.path());
    auto opened = OpenedStore::open(canonical, strings, alarms, kTen);
    ASSERT_TRUE(opened) << opened.error().message;
    for (const std::string& sql : statements) {
      const auto done = (*opened)->workshop().connection.execute(sql);
      ASSERT_TRUE(done) << done.error().message;
    }
  }
  std::vector<std::string> damaged() {
    std::vector<std::string> out;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory.path() / "damaged", error))
      out.push_back(entry.path().filename().string());
    return out;
  }
  std::int64_t flows_seen() { return Look(directory.path()).number("SELECT count(*) FROM flows"); }

  TemporaryDirectory directory;
  fs::path ten = directory.path() / "cold/2026/03/01/10-1.parquet";
};

TEST_F(RecoveryTest, ACutFileIsSetAsideAndNamed) {
  Expected first;
  Expected second;
  store(1000, kTen, 1, first, true);
  store(2000, kTen + kHourMs, 2, second, true);
  fs::resize_file(ten, fs::file_size(ten) / 2);
  Running running(options());
  running.finish();
  const Status status = running.store->status();
  EXPECT_EQ(status.cold_flows, second.rows);
  ASSERT_EQ(status.alarms.size(), 1U);
  EXPECT_EQ(status.alarms[0].name, "partition_damaged");
  EXPECT_THAT(status.alarms[0].message, HasSubstr("cold/2026/03/01/10-1.parquet"));
  EXPECT_THAT(status.alarms[0].message, HasSubstr("damaged/cold_2026_03_01_10-1.parquet"));
  EXPECT_THAT(damaged(), testing::ElementsAre("cold_2026_03_01_10-1.parquet"));
  // The alarm stands until somebody has dealt with the file, also over a restart.
  running.store.reset();
  Running again(options());
  EXPECT_THAT(again.alarm_names(), testing::ElementsAre("partition_damaged"));
  fs::remove_all(directory.path() / "damaged");
  again.store->upkeep(now_ms() + kMinuteMs);
  EXPECT_THAT(again.alarm_names(), IsEmpty());
  again.finish();
  again.store.reset();
  EXPECT_EQ(flows_seen(), static_cast<std::int64_t>(second.rows));
}

TEST_F(RecoveryTest, AnOverwrittenFooterIsNoticed) {
  Expected expected;
  store(1000, kTen, 1, expected, true);
  overwrite(ten, fs::file_size(ten) - 300, std::string(250, '\xff'));  // the ends are whole, the metadata is not
  Running running(options());
  EXPECT_EQ(running.store->status().cold_flows, 0U);
  EXPECT_THAT(running.alarm_names(), testing::ElementsAre("partition_damaged"));
}

TEST_F(RecoveryTest, AMissingFileIsNamed) {
  Expected expected;
  store(1000, kTen, 1, expected, true);
  fs::remove(ten);
  Running running(options());
  const Status status = running.store->status();
  EXPECT_EQ(status.cold_flows, 0U);
  ASSERT_EQ(status.alarms.size(), 1U);
  EXPECT_THAT(status.alarms[0].message, HasSubstr("10-1.parquet is missing"));
}

TEST_F(RecoveryTest, DamageFoundByAQuestionIsSetAsideAndTheQuestionAnswered) {
  Expected first;
  Expected second;
  store(20'000, kTen, 1, first, true);
  store(2000, kTen + kHourMs, 2, second, true);
  Running running(options());
  ASSERT_EQ(running.store->status().cold_flows, first.rows + second.rows);
  // The middle of the file: its ends and its metadata are whole.
  const std::uint64_t size = fs::file_size(ten);
  overwrite(ten, 100, std::string(size - size / 4, '\x5a'));
  query::Query question;
  question.from_ms = kTen - kDayMs;
  question.to_ms = kTen + kDayMs;
  question.by = {Column::dst_port};
  const query::CancelFlag never{false};
  const auto answer = running.store->run(question, never);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->total.sums.flows, second.total().flows);
  EXPECT_THAT(running.alarm_names(), testing::ElementsAre("partition_damaged"));
  EXPECT_THAT(damaged(), testing::ElementsAre("cold_2026_03_01_10-1.parquet"));
  EXPECT_EQ(running.store->status().cold_flows, second.rows);
}

TEST_F(RecoveryTest, ABrokenDatabaseIsSetAsideAndTheFilesServeOn) {
  Expected cold;
  Expected hot;
  store(3000, kTen, 1, cold, true);
  store(500, kTen + kHourMs, 2, hot, false);
  overwrite(directory.path() / "hot.duckdb", 0, std::string(12'288, '\x11'));
  {
    Running running(options());
    ASSERT_TRUE(running.store);
    EXPECT_EQ(running.store->status().cold_flows, cold.rows);
    EXPECT_EQ(running.store->status().hot_flows, 0U);
    EXPECT_THAT(running.alarm_names(), Contains("partition_damaged"));
    EXPECT_THAT(damaged(), Contains("hot.duckdb"));
    Traffic traffic(running.strings, 3);
    ASSERT_TRUE(running.append(traffic.make(100, kTen + kHourMs, kTen + 2 * kHourMs, &cold)));
  }
  Look look(directory.path());
  EXPECT_EQ(look.number("SELECT count(*) FROM flows"), static_cast<std::int64_t>(cold.rows));
  EXPECT_EQ(look.by_time("rollup_1m", kMinuteMs), cold.minutes);
  EXPECT_EQ(look.by_time("rollup_5m", 5 * kMinuteMs), cold.buckets(5 * kMinuteMs));
  EXPECT_EQ(look.by_time("rollup_1h", kHourMs), cold.buckets(kHourMs));
}

TEST_F(RecoveryTest, ABrokenBlockCostsItsTableOnly) {
  Expected expected;
  {
    Running running(options());
    Traffic traffic(running.strings, 1);
    for (int batch = 0; batch < 12; ++batch)
      ASSERT_TRUE(running.append(traffic.make(5000, kTen, kTen + kHourMs, &expected)));
  }
  const fs::path whole = directory.path().string() + ".whole";
  fs::copy(directory.path(), whole, fs::copy_options::recursive);
  const std::uint64_t block = std::uint64_t{256} << 10U;
  const std::uint64_t blocks = fs::file_size(whole / "hot.duckdb") / block;
  ASSERT_GT(blocks, 10U);
  int noticed = 0;
  for (std::uint64_t at = 0; at < blocks; at += blocks / 4) {
    fs::remove_all(directory.path());
    fs::copy(whole, directory.path(), fs::copy_options::recursive);
    overwrite(directory.path() / "hot.duckdb", 12'288 + at * block + 100, std::string(3000, '\x77'));
    Running running(options());
    ASSERT_TRUE(running.store);
    query::Query question;
    question.from_ms = kTen - kDayMs;
    question.to_ms = kTen + kDayMs + 1;  // not a bucket's end: from the flows
    question.by = {Column::dst_port, Column::src_addr, Column::as_path};
    const query::CancelFlag never{false};
    const auto answer = running.store->run(question, never);
    ASSERT_TRUE(answer) << answer.error().message;
    const bool alarmed = !running.alarm_names().empty();
    noticed += alarmed ? 1 : 0;
    if (!alarmed) {
      EXPECT_EQ(answer->total.sums.bytes, expected.total().bytes) << "block " << at;
    }
    running.finish();
    // What is whole can be closed: each try that fails has set something aside.
    Result<void> settled;
    for (int tries = 0; tries < 5; ++tries) {
      settled = running.store->settle(kTen + 10 * kDayMs);
      if (settled) break;
    }
    EXPECT_TRUE(settled) << "block " << at << ": " << settled.error().message;
  }
  EXPECT_GT(noticed, 0);
  fs::remove_all(whole);
}

TEST_F(RecoveryTest, CoarserRollupsThatWereLostAreSummedFromTheMinutes) {
  Expected expected;
  {
    Running running(options());
    Traffic traffic(running.strings, 1);
    ASSERT_TRUE(running.append(traffic.make(3000, kTen, kTen + kHourMs, &expected)));
    running.finish();
    ASSERT_TRUE(running.store->settle(kTen + 4 * kHourMs));  // the hour is closed, the day is not
  }
  ASSERT_FALSE(fs::exists(directory.path() / "rollup/5m"));
  fs::remove(directory.path() / "hot.duckdb");
  fs::remove(directory.path() / "hot.duckdb.wal");
  {
    Running running(options());
  }
  Look look(directory.path());
  EXPECT_EQ(look.by_time("rollup_5m", 5 * kMinuteMs), expected.buckets(5 * kMinuteMs));
  EXPECT_EQ(look.by_time("rollup_1h", kHourMs), expected.buckets(kHourMs));
}

TEST_F(RecoveryTest, FilesOfAMergeAreNotAdoptedTwice) {
  Expected expected;
  for (std::uint64_t round = 0; round < 3; ++round) store(200, kTen, round, expected, true);
  fs::copy(directory.path() / "cold", directory.path() / "kept", fs::copy_options::recursive);
  store(200, kTen, 3, expected, true);  // the fourth makes them one
  // As if the merge had been killed before the small ones were deleted, and hot.duckdb lost.
  fs::copy(directory.path() / "kept", directory.path() / "cold",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  fs::remove(directory.path() / "hot.duckdb");
  {
    Running running(options());
  }
  EXPECT_EQ(flows_seen(), 800);
}

TEST_F(RecoveryTest, AWorthlessLogIsSetAsideAlone) {
  Expected expected;
  store(500, kTen, 1, expected, false);  // closed cleanly: all is in the database file
  std::ofstream(directory.path() / "hot.duckdb.wal", std::ios::binary) << std::string(4096, '\x33');
  Running running(options());
  ASSERT_TRUE(running.store);
  EXPECT_EQ(running.store->status().hot_flows, expected.rows);
}

TEST_F(RecoveryTest, RestsOfAKillAreCleared) {
  Expected expected;
  store(500, kTen, 1, expected, true);
  std::ofstream(directory.path() / "cold/2026/03/01/11-1.parquet.tmp") << "half";
  alter(
      {"INSERT INTO hot.main.parts SELECT replace(name, '10-1', '10-7'), kind, begin_ms, 'writing', columns, "
       "row_count, octets, "
       "earliest_ms, latest_ms FROM hot.main.parts WHERE name LIKE 'cold%'"});
  fs::copy(ten, directory.path() / "cold/2026/03/01/10-7.parquet");
  Running running(options());
  EXPECT_EQ(running.store->status().cold_flows, expected.rows);
  EXPECT_FALSE(fs::exists(directory.path() / "cold/2026/03/01/10-7.parquet"));
  EXPECT_FALSE(fs::exists(directory.path() / "cold/2026/03/01/11-1.parquet.tmp"));
  EXPECT_THAT(running.alarm_names(), IsEmpty());
}

TEST_F(RecoveryTest, RetiredPartsAreNotReadAgain) {
  Expected expected;
  store(500, kTen, 1, expected, true);
  store(300, kTen + kHourMs, 2, expected, false);
  // As if the store was killed after the move of both and before their deletion.
  alter({"UPDATE hot.main.parts SET state = 'retired' WHERE kind = 'flows'"});
  Running running(options());
  EXPECT_EQ(running.store->status().cold_flows + running.store->status().hot_flows, 0U);
  EXPECT_FALSE(fs::exists(ten));
  EXPECT_THAT(running.alarm_names(), IsEmpty());
}

TEST_F(RecoveryTest, AFileThatTheManifestDoesNotKnowIsSetAsideNotDeleted) {
  Expected expected;
  store(500, kTen, 1, expected, true);
  fs::copy(ten, directory.path() / "cold/2026/03/01/10-9.parquet");
  Running running(options());
  EXPECT_EQ(running.store->status().cold_flows, expected.rows);
  EXPECT_THAT(damaged(), testing::ElementsAre("cold_2026_03_01_10-9.parquet"));
}

TEST_F(RecoveryTest, ADirectoryOfAnOlderColumnTableReadsOn) {
  Expected expected;
  store(500, kTen, 1, expected, true);
  store(300, kTen + kHourMs, 2, expected, false);
  // An older Weir did not know the column dst_port, nor wrote it.
  const fs::path old = fs::canonical(directory.path()) / "old.parquet";
  alter({"COPY (SELECT * EXCLUDE (dst_port) FROM read_parquet('" + fs::canonical(ten).string() + "')) TO '" +
             old.string() + "' (FORMAT parquet)",
         "ALTER TABLE hot.main.flows_2026030111 DROP COLUMN r.dst_port",
         "UPDATE hot.main.parts SET columns = replace(columns, ',dst_port', '') WHERE kind = 'flows'",
         "UPDATE hot.main.parts SET octets = (SELECT size FROM read_blob('" + old.string() +
             "')) WHERE name LIKE 'cold%'"});
  fs::rename(old, ten);
  {
    Look look(directory.path());
    EXPECT_EQ(look.number("SELECT count(*) FROM flows WHERE dst_port IS NULL"), 800);
    EXPECT_THAT(look.alarms(), IsEmpty());
  }
  Running running(options());
  Traffic traffic(running.strings, 3);
  ASSERT_TRUE(running.append(traffic.make(100, kTen + kHourMs, kTen + 2 * kHourMs, &expected)));
  running.finish();
  running.store.reset();
  Look look(directory.path());
  EXPECT_EQ(look.number("SELECT count(dst_port) FROM flows"), 100);
  EXPECT_EQ(look.by_time("rollup_1m", kMinuteMs), expected.minutes);
}

TEST_F(RecoveryTest, ANewerLayoutIsRefused) {
  Expected expected;
  store(10, kTen, 1, expected, false);
  alter({"UPDATE hot.main.meta SET value = '99' WHERE key = 'version'"});
  flow::StringPool strings;
  const auto store = open_duckdb_store(options(), strings);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::unsupported);
  EXPECT_THAT(store.error().message, HasSubstr("newer Weir"));
  EXPECT_THAT(damaged(), IsEmpty());
}

TEST_F(RecoveryTest, ASecondProcessIsRefused) {
  Running running(options());
  flow::StringPool strings;
  const auto second = open_duckdb_store(options(), strings);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_THAT(second.error().message, HasSubstr(fs::canonical(directory.path()).string()));
  EXPECT_THAT(second.error().message, HasSubstr("--server"));
  DuckDbOptions reading = options();
  reading.read_only = true;
  flow::StringPool more;
  const auto reader = open_duckdb_store(reading, more);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::busy);
}

TEST_F(RecoveryTest, ReadOnlyAnswersAndChangesNothing) {
  Expected expected;
  store(1000, kTen, 1, expected, true);
  store(500, kTen + kHourMs, 2, expected, false);
  DuckDbOptions reading = options();
  reading.read_only = true;
  flow::StringPool strings;
  auto store = open_duckdb_store(reading, strings);
  ASSERT_TRUE(store) << store.error().message;
  flow::StringPool others;
  const auto beside = open_duckdb_store(reading, others);  // readers share
  EXPECT_TRUE(beside);
  query::Query question;
  question.from_ms = kTen - kDayMs;
  question.to_ms = kTen + kDayMs;
  const query::CancelFlag never{false};
  const auto answer = (*store)->run(question, never);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((Totals{answer->total.sums.bytes, answer->total.sums.packets, answer->total.sums.flows}), expected.total());
  Traffic traffic(strings);
  EXPECT_FALSE((*store)->append(traffic.make(1, kTen, kTen + 1, nullptr), false));
  EXPECT_FALSE((*store)->settle(kTen));
}

TEST_F(RecoveryTest, ReadOnlyNeedsAStore) {
  DuckDbOptions reading = options();
  reading.read_only = true;
  flow::StringPool strings;
  const auto store = open_duckdb_store(reading, strings);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::not_found);
}

TEST_F(RecoveryTest, TextsBeginAnewWhenThereAreTooMany) {
  Expected expected;
  store(500, kTen, 1, expected, false);
  Alarms alarms;
  DuckDbOptions canonical = options();
  canonical.directory = fs::canonical(directory.path());
  ASSERT_TRUE(renew_strings(canonical, alarms, kTen, 5));
  Running running(options());
  EXPECT_EQ(running.strings.size(), 2U);  // what every pool has
  EXPECT_EQ(running.store->status().hot_flows, 0U);
  running.finish();
  running.store.reset();
  Look look(directory.path());
  EXPECT_EQ(look.by_text("rollup_1m", "in_if_name"), expected.in_if_names);
}

TEST_F(RecoveryTest, ADirectoryWithPatternCharactersIsRefused) {
  DuckDbOptions odd = options();
  odd.directory = directory.path() / "a[1]";
  flow::StringPool strings;
  const auto store = open_duckdb_store(odd, strings);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::invalid);
}

TEST_F(RecoveryTest, ADirectoryWithQuotesWorks) {
  DuckDbOptions odd = options();
  odd.directory = directory.path() / "it's a \"store\"";
  Expected expected;
  {
    Running running(odd);
    Traffic traffic(running.strings);
    ASSERT_TRUE(running.append(traffic.make(100, kTen, kTen + kHourMs, &expected)));
    running.finish();
    ASSERT_TRUE(running.store->settle(kTen + 3 * kDayMs));
  }
  EXPECT_EQ(Look(odd.directory).number("SELECT count(*) FROM flows"), 100);
}

}  // namespace
}  // namespace weir::store
