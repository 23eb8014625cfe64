// The store as a whole: what goes in comes out, and every rollup is the exact sum of the flows, wherever they are held.
#include <gmock/gmock.h>

#include "store/duckdb/store_fixture.h"

namespace weir::store {
namespace {

using namespace test;
using flow::Column;
using testing::ElementsAre;
using testing::IsEmpty;

class StoreTest : public testing::Test {
 protected:
  DuckDbOptions options() {
    DuckDbOptions out;
    out.directory = directory.path();
    out.commit_interval_ms = 20;
    return out;
  }
  /// Appends, commits and closes.
  void store(std::size_t rows, UnixMillis from, UnixMillis to, std::uint64_t seed = 1,
             std::optional<UnixMillis> settle = {}) {
    Running running(options());
    Traffic traffic(running.strings, seed);
    for (std::size_t left = rows; left > 0;) {
      const std::size_t some = std::min<std::size_t>(left, 3000);
      ASSERT_TRUE(running.append(traffic.make(some, from, to, &expected)));
      left -= some;
    }
    running.finish();
    ASSERT_EQ(running.store->status().flows_stored, rows);
    if (settle) {
      const auto settled = running.store->settle(*settle);
      ASSERT_TRUE(settled) << settled.error().message;
    }
    EXPECT_THAT(running.alarm_names(), IsEmpty());
  }
  void check_all_sums() {
    Look look(directory.path());
    EXPECT_EQ(look.number("SELECT count(*) FROM flows"), static_cast<std::int64_t>(expected.rows));
    EXPECT_EQ(look.by_time("rollup_1m", kMinuteMs), expected.minutes);
    EXPECT_EQ(look.by_time("rollup_5m", 5 * kMinuteMs), expected.buckets(5 * kMinuteMs));
    EXPECT_EQ(look.by_time("rollup_1h", kHourMs), expected.buckets(kHourMs));
    for (const char* view : {"rollup_1m", "rollup_5m", "rollup_1h"}) {
      EXPECT_EQ(look.by_text(view, "in_if_name"), expected.in_if_names) << view;
    }
  }

  TemporaryDirectory directory;
  Expected expected;
};

TEST_F(StoreTest, NewSumsAreTheFlows) {
  store(6000, kTen, kTen + kHourMs);
  check_all_sums();
  Look look(directory.path());
  EXPECT_FALSE(look.parts(Kind::rollup_new).empty());
}

TEST_F(StoreTest, FoldedSumsAreTheFlows) {
  // Not yet closed: only the fold is due.
  store(6000, kTen, kTen + kHourMs, 2, kTen + kHourMs);
  check_all_sums();
  Look look(directory.path());
  EXPECT_TRUE(look.parts(Kind::rollup_new).empty());
  EXPECT_FALSE(look.parts(Kind::rollup_1m).empty());
  EXPECT_TRUE(look.parts(Kind::rollup_5m).empty());
}

TEST_F(StoreTest, ClosedHoursAreTheFlows) {
  store(6000, kTen, kTen + kHourMs, 3, kTen + 4 * kHourMs);
  check_all_sums();
  Look look(directory.path());
  ASSERT_EQ(look.parts(Kind::flows).size(), 1U);
  EXPECT_FALSE(look.parts(Kind::flows).front()->hot);
  EXPECT_EQ(look.parts(Kind::flows).front()->name, "cold/2026/03/01/10-1.parquet");
}

TEST_F(StoreTest, ClosedDaysAreTheFlows) {
  store(6000, kTen, kTen + kHourMs, 4, kTen + 3 * kDayMs);
  check_all_sums();
  Look look(directory.path());
  for (const Kind kind : {Kind::flows, Kind::rollup_1m, Kind::rollup_5m, Kind::rollup_1h}) {
    for (const PartPtr& part : look.parts(kind)) EXPECT_FALSE(part->hot) << part->name;
  }
}

TEST_F(StoreTest, LateFlowsGoToASecondFile) {
  store(5000, kTen, kTen + kHourMs, 5, kTen + 3 * kDayMs);
  store(700, kTen, kTen + kHourMs, 6);
  check_all_sums();  // closed and open parts of one hour together
  store(300, kTen + kHourMs, kTen + 2 * kHourMs, 7, kTen + 3 * kDayMs);
  check_all_sums();
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "cold/2026/03/01/10-2.parquet"));
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "cold/2026/03/01/11-1.parquet"));
}

TEST_F(StoreTest, SmallFilesAreMerged) {
  for (std::uint64_t round = 0; round < 5; ++round) store(400, kTen, kTen + kHourMs, 10 + round, kTen + 3 * kDayMs);
  check_all_sums();
  Look look(directory.path());
  EXPECT_LE(look.parts(Kind::flows).size(), 2U);
  EXPECT_LE(look.parts(Kind::rollup_5m).size(), 2U);
}

TEST_F(StoreTest, FlowsOfManyHoursInOneBatch) {
  store(3000, kTen - 8 * kHourMs, kTen + kHourMs, 8);
  check_all_sums();
  store(3000, kTen - 8 * kHourMs, kTen + kHourMs, 9, kTen + 3 * kDayMs);
  check_all_sums();
}

TEST_F(StoreTest, ASurvivingTableTakesMoreRows) {
  store(1000, kTen, kTen + kHourMs, 1);
  store(1000, kTen, kTen + kHourMs, 2);
  check_all_sums();
  Look look(directory.path());
  EXPECT_EQ(look.parts(Kind::flows).size(), 1U);
}

TEST_F(StoreTest, EveryColumnComesBack) {
  {
    Running running(options());
    flow::FlowBatch batch;
    batch.add_rows(2);  // the first row has every column, the second only what every flow has
    batch.set<Column::time>(1, kTen + 1);
    const auto set_all = [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto set = [&]<Column C>() {
        if constexpr (flow::is_stored(C)) {
          const auto seed = static_cast<std::uint64_t>(C) + 1;
          if constexpr (flow::info(C).type == flow::ColumnType::ip) {
            batch.set<C>(0, IpAddress{seed << 32U, seed});
          } else if constexpr (flow::info(C).type == flow::ColumnType::string) {
            batch.set<C>(0, running.strings.intern("text of " + std::string(flow::name(C))));
          } else if constexpr (flow::info(C).type == flow::ColumnType::time_ms) {
            batch.set<C>(0, kTen + static_cast<UnixMillis>(seed));
          } else {
            batch.set<C>(0, static_cast<flow::Value<C>>(seed));
          }
        }
      };
      (set.template operator()<static_cast<Column>(I)>(), ...);
    };
    set_all(std::make_index_sequence<flow::kColumnCount>());
    ASSERT_TRUE(running.append(std::move(batch)));
  }
  for (const bool cold : {false, true}) {
    if (cold) {
      Running running(options());
      running.finish();
      ASSERT_TRUE(running.store->settle(kTen + 3 * kDayMs));
    }
    Look look(directory.path());
    for (const flow::ColumnInfo& info : flow::kColumns) {
      if (!flow::is_stored(info.column)) continue;
      const auto seed = static_cast<std::uint64_t>(info.column) + 1;
      const std::string name(info.name);
      std::string want = std::to_string(seed);
      if (info.type == flow::ColumnType::string) want = "text of " + name;
      if (info.type == flow::ColumnType::time_ms) want = std::to_string(kTen + static_cast<UnixMillis>(seed));
      const std::string of_first = " FROM flows WHERE src_vlan IS NOT NULL";
      if (info.type == flow::ColumnType::ip) {
        const auto rows = look.rows("SELECT " + name + "_hi, " + name + "_lo" + of_first);
        EXPECT_THAT(rows.at(0), ElementsAre(std::to_string(seed << 32U), want)) << name << " cold " << cold;
        EXPECT_EQ(look.number("SELECT count(*) FROM flows WHERE " + name + "_hi IS NULL AND " + name + "_lo IS NULL"),
                  1)
            << name;
      } else {
        EXPECT_EQ(look.rows("SELECT " + name + of_first).at(0).at(0), want) << name << " cold " << cold;
        const bool always = info.column == Column::time;
        EXPECT_EQ(look.number("SELECT count(*) FROM flows WHERE " + name + " IS NULL"), always ? 0 : 1)
            << name << " cold " << cold;
      }
    }
  }
}

TEST_F(StoreTest, ColumnsThatNoFlowHasAreNotInTablesAndFiles) {
  {
    Running running(options());
    flow::FlowBatch batch;
    batch.add_rows(1);
    batch.set<Column::time>(0, kTen);
    batch.set<Column::flow_end>(0, kTen);
    batch.set<Column::flow_start>(0, kTen - 1000);
    batch.set<Column::src_addr>(0, IpAddress::v4(1));
    batch.set<Column::bytes>(0, 10);
    batch.set<Column::flows>(0, 1);
    ASSERT_TRUE(running.append(std::move(batch)));
    running.finish();
    const auto names = [&] {
      Look look(directory.path());
      return to_names(Kind::flows, look.parts(Kind::flows).front()->columns);
    };
    running.store.reset();
    EXPECT_EQ(names(), "time,flow_start,src_addr_lo,bytes");
    Running again(options());
    again.finish();
    ASSERT_TRUE(again.store->settle(kTen + kDayMs));
    again.store.reset();
    EXPECT_EQ(names(), "time,flow_start,src_addr_hi,src_addr_lo,bytes,flows");
  }
  // What is left out reads as what it was.
  Look look(directory.path());
  EXPECT_THAT(look.rows("SELECT src_addr_hi, flow_end, flows, packets, dst_addr_hi FROM flows").at(0),
              ElementsAre("0", std::to_string(kTen), "1", std::nullopt, std::nullopt));
}

TEST_F(StoreTest, TextsThatAreNotUtf8AreShownWithReplacements) {
  const std::string odd = "caf\xE9\x01";
  {
    Running running(options());
    flow::FlowBatch batch;
    batch.add_rows(1);
    batch.set<Column::time>(0, kTen);
    batch.set<Column::in_if_name>(0, running.strings.intern(odd));
    ASSERT_TRUE(running.append(std::move(batch)));
  }
  {
    Look look(directory.path());
    EXPECT_EQ(look.rows("SELECT in_if_name FROM flows").at(0).at(0), "caf\xEF\xBF\xBD\x01");
  }
  Running running(options());
  EXPECT_EQ(running.strings.text(2), odd);  // exact in the pool: 0 and 1 are the pool's own
  running.finish();
  ASSERT_TRUE(running.store->settle(kTen + kDayMs));
  running.store.reset();
  Look look(directory.path());
  EXPECT_EQ(look.rows("SELECT in_if_name FROM flows").at(0).at(0), "caf\xEF\xBF\xBD\x01");
}

TEST_F(StoreTest, TimesThatCannotBeAreReplacedAndMarked) {
  {
    Running running(options());
    flow::FlowBatch batch;
    batch.add_rows(3);
    for (std::size_t row = 0; row < 3; ++row) batch.set<Column::time_received>(row, kTen + 5);
    batch.set<Column::time>(0, INT64_MAX);
    batch.set<Column::time>(1, kTen);
    batch.set<Column::flow_start>(1, INT64_MIN);
    batch.set<Column::flow_end>(1, kTen);
    ASSERT_TRUE(running.append(std::move(batch)));
  }
  Look look(directory.path());
  EXPECT_THAT(
      look.rows("SELECT time, flow_start, suspect FROM flows ORDER BY time_received, suspect NULLS LAST, time DESC"),
      ElementsAre(ElementsAre(std::to_string(kTen + 5), std::nullopt, "4"),
                  ElementsAre(std::to_string(kTen), std::nullopt, "4"),
                  ElementsAre(std::to_string(kTen + 5), std::nullopt, std::nullopt)));
}

TEST_F(StoreTest, CountersThatCannotBeSummedAreMarked) {
  {
    Running running(options());
    flow::FlowBatch batch;
    batch.add_rows(2);
    for (std::size_t row = 0; row < 2; ++row) batch.set<Column::time>(row, kTen);
    batch.set<Column::bytes>(0, UINT64_MAX);
    batch.set<Column::packets>(0, 7);
    batch.set<Column::bytes>(1, 100);
    batch.set<Column::packets>(1, std::uint64_t{1} << 40U);
    batch.set<Column::sampling_rate>(1, 1U << 20U);
    ASSERT_TRUE(running.append(std::move(batch)));
  }
  Look look(directory.path());
  EXPECT_EQ(look.number("SELECT count(*) FROM flows WHERE suspect = 1 AND bytes = 18446744073709551615"), 1);
  EXPECT_EQ(look.number("SELECT count(*) FROM flows WHERE suspect = 2"), 1);
  EXPECT_EQ(look.by_time("rollup_1m", kMinuteMs), (ByMinute{{kTen, {100ULL << 20U, 7, 2}}}));
}

TEST_F(StoreTest, InterfaceReadingsComeBack) {
  flow::InterfaceCounters reading;
  reading.time_ms = kTen + 1;
  reading.exporter = IpAddress::v4(0x0A000001);
  reading.if_index = 3;
  reading.speed_bps = 10'000'000'000;
  reading.admin_up = true;
  reading.in_octets = 1;
  reading.in_packets = 2;
  reading.in_discards = 3;
  reading.in_errors = 4;
  reading.out_octets = 5;
  reading.out_packets = 6;
  reading.out_discards = 7;
  reading.out_errors = 8;
  flow::InterfaceCounters next_day = reading;
  next_day.time_ms += kDayMs;
  {
    Running running(options());
    running.store->append(std::vector{reading, next_day});
    ASSERT_TRUE(eventually([&] { return running.store->status().commits > 0; }));
    running.finish();
    ASSERT_TRUE(running.store->settle(kTen + kDayMs));  // the first day is over
  }
  Look look(directory.path());
  const std::string all =
      "SELECT time, exporter_hi, exporter_lo, if_index, speed_bps, admin_up, oper_up, in_octets, in_packets, "
      "in_discards, in_errors, out_octets, out_packets, out_discards, out_errors FROM interface_counters ORDER BY time";
  const auto rows = look.rows(all);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0], ElementsAre(std::to_string(kTen + 1), "0", std::to_string(IpAddress::v4(0x0A000001).lo), "3",
                                   "10000000000", "true", "false", "1", "2", "3", "4", "5", "6", "7", "8"));
  EXPECT_EQ(rows[1][0], std::to_string(kTen + kDayMs + 1));
}

TEST_F(StoreTest, QuestionsAreAnsweredWhileFlowsComeAndHoursClose) {
  Running running(options());
  Traffic traffic(running.strings);
  query::Query question;
  question.from_ms = kTen - 3 * kHourMs;
  question.to_ms = kTen + 6 * kHourMs;
  question.by = {Column::in_if_name};
  question.metric = query::Metric::bytes;
  question.top = 2;
  std::atomic<bool> done{false};
  std::atomic<int> answers{0};
  std::thread asker([&] {
    const query::CancelFlag never{false};
    std::uint64_t before = 0;
    while (!done) {
      const auto answer = running.store->run(question, never);
      ASSERT_TRUE(answer) << answer.error().message;
      // Nothing is ever lost or doubled: the total only grows, and never beyond what was sent.
      ASSERT_GE(answer->total.sums.flows, before);
      before = answer->total.sums.flows;
      ++answers;
    }
  });
  for (int hour = 0; hour < 4; ++hour) {
    for (int batch = 0; batch < 5; ++batch) {
      ASSERT_TRUE(running.append(traffic.make(1000, kTen + hour * kHourMs, kTen + (hour + 1) * kHourMs, &expected)));
      running.store->upkeep(kTen + (hour + 1) * kHourMs + batch);
    }
    const auto settled = running.store->settle(kTen + (hour + 3) * kHourMs);
    ASSERT_TRUE(settled) << settled.error().message;
  }
  running.finish();
  ASSERT_TRUE(eventually([&] { return answers > 3; }));
  done = true;
  asker.join();
  const query::CancelFlag never{false};
  const auto answer = running.store->run(question, never);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((Totals{answer->total.sums.bytes, answer->total.sums.packets, answer->total.sums.flows}), expected.total());
  ASSERT_EQ(answer->rows.size(), 2U);
  const auto* name = std::get_if<std::string>(&answer->rows[0].key[0]);
  ASSERT_NE(name, nullptr);
  EXPECT_EQ(answer->rows[0].sums.bytes, expected.in_if_names[*name].bytes);
  running.store.reset();
  check_all_sums();
}

TEST_F(StoreTest, ACancelledQuestionEnds) {
  Running running(options());
  Traffic traffic(running.strings);
  ASSERT_TRUE(running.append(traffic.make(1000, kTen, kTen + kHourMs, nullptr)));
  running.finish();
  query::Query question;
  question.from_ms = kTen;
  question.to_ms = kTen + kHourMs;
  const query::CancelFlag cancelled{true};
  const auto answer = running.store->run(question, cancelled);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::cancelled);
}

TEST_F(StoreTest, StatusCountsWhatIsHeld) {
  store(2000, kTen, kTen + kHourMs, 1, kTen + 4 * kHourMs);
  Running running(options());
  Traffic traffic(running.strings, 2);
  ASSERT_TRUE(running.append(traffic.make(500, kTen + 5 * kHourMs, kTen + 6 * kHourMs, &expected)));
  running.finish();
  const Status status = running.store->status();
  EXPECT_EQ(status.cold_flows, 2000U);
  EXPECT_EQ(status.hot_flows, 500U);
  EXPECT_EQ(status.flows_stored, 500U);
  EXPECT_EQ(status.flows_dropped, 0U);
  EXPECT_EQ(status.commits, 1U);
  EXPECT_GT(status.last_commit_ms, kTen);
  EXPECT_EQ(status.cold_octets, std::filesystem::file_size(directory.path() / "cold/2026/03/01/10-1.parquet"));
  EXPECT_GT(status.hot_octets, 0U);
  EXPECT_GT(status.rollup_octets, 0U);
  EXPECT_LT(status.oldest_ms, kTen + kHourMs);
  EXPECT_GE(status.oldest_ms, kTen - 2 * kHourMs);
  EXPECT_FALSE(running.append(traffic.make(10, kTen, kTen + 1, nullptr)));  // stopped
  EXPECT_EQ(running.store->status().flows_dropped, 10U);
}

TEST_F(StoreTest, AFullQueueDropsAndCounts) {
  DuckDbOptions small = options();
  small.queue_batches = 2;
  flow::StringPool strings;
  auto store = open_duckdb_store(small, strings);  // nobody writes
  ASSERT_TRUE(store);
  Traffic traffic(strings);
  EXPECT_TRUE((*store)->append(traffic.make(10, kTen, kTen + 1, nullptr), false));
  EXPECT_TRUE((*store)->append(traffic.make(10, kTen, kTen + 1, nullptr), false));
  EXPECT_FALSE((*store)->append(traffic.make(11, kTen, kTen + 1, nullptr), false));
  EXPECT_EQ((*store)->status().flows_dropped, 11U);
  EXPECT_EQ((*store)->status().queued_batches, 2U);
}

}  // namespace
}  // namespace weir::store
