// What the store's tests share: a directory of their own, mixed traffic with its exact sums, and a look into the views.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/temporary_directory.h"
#include "flow/spread.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/opened_store.h"
#include "store/duckdb/rollup_columns.h"

namespace weir::store::test {

/// 2026-03-01T10:00:00Z.
inline constexpr UnixMillis kTen = 1'772'359'200'000;
static_assert(kTen % kHourMs == 0);

struct Totals {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint64_t flows = 0;
  bool operator==(const Totals&) const = default;
  Totals& operator+=(const Totals& o) {
    bytes += o.bytes;
    packets += o.packets;
    flows += o.flows;
    return *this;
  }
};
inline std::ostream& operator<<(std::ostream& out, const Totals& t) {
  return out << "{bytes " << t.bytes << ", packets " << t.packets << ", flows " << t.flows << "}";
}
using ByMinute = std::map<UnixMillis, Totals>;
using ByText = std::map<std::string, Totals>;

/// Where two sums part, for people: the first few places and how much more is held than expected; "" when they agree.
template <typename Sums>
std::string difference(const Sums& held, const Sums& expected) {
  std::ostringstream out;
  int told = 0;
  const auto tell = [&](const auto& key, const Totals& has, const Totals& wants) {
    if (has == wants || ++told > 8) return;
    out << key << ": " << has.bytes << '/' << has.packets << '/' << has.flows << " instead of " << wants.bytes << '/'
        << wants.packets << '/' << wants.flows << "; ";
  };
  for (const auto& [key, wants] : expected) tell(key, held.contains(key) ? held.at(key) : Totals{}, wants);
  for (const auto& [key, has] : held) {
    if (!expected.contains(key)) tell(key, has, Totals{});
  }
  if (told > 8) out << told << " in all";
  return out.str();
}

/// What the flows add up to, by the plainest reading of the rules: one flow at a time, one minute at a time.
struct Expected {
  ByMinute minutes;
  ByText in_if_names;  ///< by in_if_name, "-" where unknown
  std::uint64_t rows = 0;

  void add(const flow::FlowBatch& batch, std::size_t row, const flow::StringPool& strings) {
    using flow::Column;
    const UnixMillis time = batch.get_or<Column::time>(row, 0);
    const flow::RowMask mask = batch.masks()[row];
    UnixMillis duration = 0;
    if (mask.has(Column::flow_start) && mask.has(Column::flow_end)) {
      duration = batch.values<Column::flow_end>()[row] - batch.values<Column::flow_start>()[row];
    }
    const std::uint64_t rate = batch.get_or<Column::sampling_rate>(row, 1);
    const std::uint8_t suspect = batch.get_or<Column::suspect>(row, 0);
    const std::uint64_t bytes = (suspect & flow::kSuspectBytes) != 0 ? 0 : batch.get_or<Column::bytes>(row, 0) * rate;
    const std::uint64_t packets =
        (suspect & flow::kSuspectPackets) != 0 ? 0 : batch.get_or<Column::packets>(row, 0) * rate;
    const Totals all{bytes, packets, batch.get_or<Column::flows>(row, 1)};
    const std::string name =
        mask.has(Column::in_if_name) ? std::string(strings.text(batch.values<Column::in_if_name>()[row])) : "-";
    in_if_names[name] += all;
    ++rows;
    const UnixMillis newest = time / kMinuteMs * kMinuteMs;
    minutes[newest].flows += all.flows;
    for (UnixMillis minute = newest; minute > newest - 3 * kHourMs; minute -= kMinuteMs) {
      const auto part = [&](std::uint64_t total) {
        return flow::share_before(total, time, duration, minute + kMinuteMs) -
               flow::share_before(total, time, duration, minute);
      };
      if (part(bytes) + part(packets) > 0) minutes[minute] += {part(bytes), part(packets), 0};
    }
  }
  [[nodiscard]] Totals total() const {
    Totals out;
    for (const auto& [minute, totals] : minutes) out += totals;
    return out;
  }
  [[nodiscard]] ByMinute buckets(UnixMillis length) const {
    ByMinute out;
    for (const auto& [minute, totals] : minutes) out[minute / length * length] += totals;
    return out;
  }
};

/// Traffic of every kind: IPv4 and IPv6, unknown values, sampling, long and short flows, refused counters. The same
/// seed gives the same flows.
class Traffic {
 public:
  explicit Traffic(flow::StringPool& strings, std::uint64_t seed = 1) : strings_(strings), random_(seed) {}

  /// Flows that end between `from` and `to`. They are added to `expected`.
  flow::FlowBatch make(std::size_t rows, UnixMillis from, UnixMillis to, Expected* expected) {
    flow::FlowBatch out;
    out.add_rows(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      fill(out, row, from + below(static_cast<std::uint64_t>(to - from)));
      if (expected != nullptr) expected->add(out, row, strings_);
    }
    return out;
  }

 private:
  std::int64_t below(std::uint64_t bound) { return static_cast<std::int64_t>(random_() % bound); }
  bool one_in(std::uint64_t n) { return random_() % n == 0; }
  flow::StringId text(const std::string& prefix, std::uint64_t bound) {
    return strings_.intern(prefix + std::to_string(below(bound)));
  }

  void fill(flow::FlowBatch& out, std::size_t row, UnixMillis time) {
    using flow::Column;
    const auto u32 = [&](std::uint64_t bound) { return static_cast<std::uint32_t>(below(bound)); };
    out.set<Column::time>(row, time);
    out.set<Column::time_received>(row, time + below(2000));
    if (!one_in(10)) {
      const std::uint64_t longest = one_in(20) ? 3 * kHourMs : one_in(3) ? 10 * kMinuteMs : 20 * kSecondMs;
      out.set<Column::flow_end>(row, one_in(8) ? time + 300 : time);
      out.set<Column::flow_start>(row, out.values<Column::flow_end>()[row] - below(longest));
    }
    out.set<Column::exporter>(row,
                              one_in(9) ? IpAddress{0x2001'0db8'0000'0000, 7} : IpAddress::v4(0x0A000001 + u32(3)));
    if (!one_in(4)) out.set<Column::exporter_name>(row, text("router", 3));
    if (one_in(2)) out.set<Column::sampling_rate>(row, 1 + u32(1000));
    if (!one_in(5)) out.set<Column::in_if>(row, u32(4));
    if (!one_in(5)) out.set<Column::in_if_name>(row, text("Gi0/", 4));
    const bool six = one_in(7);
    out.set<Column::src_addr>(row, six ? IpAddress{0x2001'0db8'0000'0001, random_()} : IpAddress::v4(u32(1U << 31U)));
    if (!one_in(50))
      out.set<Column::dst_addr>(row, six ? IpAddress{0x2001'0db8'0000'0002, 1} : IpAddress::v4(0x67400D00 + u32(256)));
    out.set<Column::proto>(row, one_in(3) ? 17 : 6);
    out.set<Column::dst_port>(row, static_cast<std::uint16_t>(u32(1000)));
    if (!one_in(30)) out.set<Column::bytes>(row, one_in(200) ? std::uint64_t{1} << 60U : random_() % 1'000'000);
    if (!one_in(30)) out.set<Column::packets>(row, random_() % 1000);
    if (!one_in(6)) out.set<Column::flows>(row, one_in(10) ? 3 : 1);
    if (out.get_or<Column::bytes>(row, 0) > 1U << 30U || one_in(40)) out.set<Column::suspect>(row, flow::kSuspectBytes);
    if (one_in(3)) out.set<Column::dst_as>(row, 64500 + u32(5));
    if (one_in(4)) out.set<Column::src_customer>(row, text("customer ", 3));
    if (one_in(10)) out.set<Column::as_path>(row, text("45352 3491 ", 50));
  }

  flow::StringPool& strings_;
  std::mt19937_64 random_;
};

/// A closed data directory looked into by SQL over the views.
class Look {
 public:
  explicit Look(const std::filesystem::path& directory) {
    options_.directory = std::filesystem::canonical(directory);
    options_.read_only = true;
    auto opened = OpenedStore::open(options_, strings_, alarms_, kTen);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    if (opened) opened_ = *std::move(opened);
  }
  std::vector<TextRow> rows(const std::string& sql) {
    auto connection = opened_->connect();
    auto out = connection->rows("SELECT COLUMNS(*)::VARCHAR FROM (" + sql + ")");
    EXPECT_TRUE(out) << sql << ": " << (out ? "" : out.error().message);
    return out ? *out : std::vector<TextRow>{};
  }
  std::int64_t number(const std::string& sql) {
    auto connection = opened_->connect();
    auto out = connection->number(sql);
    EXPECT_TRUE(out) << sql << ": " << (out ? "" : out.error().message);
    return out.value_or(-1);
  }
  ByMinute by_time(const std::string& view, UnixMillis bucket) {
    ByMinute out;
    const std::string length = std::to_string(bucket);
    for (const TextRow& row :
         rows("SELECT time // " + length + " * " + length + ", sum(bytes), sum(packets), sum(flows) FROM " + view +
              " GROUP BY 1 HAVING sum(bytes) + sum(packets) + sum(flows) > 0")) {
      out[std::stoll(*row[0])] = {std::stoull(*row[1]), std::stoull(*row[2]), std::stoull(*row[3])};
    }
    return out;
  }
  ByText by_text(const std::string& view, const std::string& column) {
    ByText out;
    for (const TextRow& row : rows("SELECT coalesce(" + column + ", '-'), sum(bytes), sum(packets), sum(flows) FROM " +
                                   view + " GROUP BY 1")) {
      out[*row[0]] = {std::stoull(*row[1]), std::stoull(*row[2]), std::stoull(*row[3])};
    }
    return out;
  }
  [[nodiscard]] std::vector<PartPtr> parts(Kind kind) { return opened_->catalog().snapshot()->parts_of(kind); }
  [[nodiscard]] std::vector<Alarm> alarms() const { return alarms_.all(); }

 private:
  DuckDbOptions options_;
  flow::StringPool strings_;
  Alarms alarms_;
  std::unique_ptr<OpenedStore> opened_;
};

/// An open store with its writer's thread.
class Running {
 public:
  explicit Running(const DuckDbOptions& options) {
    auto opened = open_duckdb_store(options, strings);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    if (!opened) return;
    store = *std::move(opened);
    writer_ = std::thread([this] { store->write(); });
  }
  ~Running() { finish(); }
  /// All that was appended is committed.
  void finish() {
    if (!writer_.joinable()) return;
    store->stop();
    writer_.join();
  }
  bool append(flow::FlowBatch&& batch) { return store->append(std::move(batch), true); }
  [[nodiscard]] std::vector<std::string> alarm_names() const {
    std::vector<std::string> out;
    for (const Alarm& alarm : store->status().alarms) out.push_back(alarm.name);
    return out;
  }

  flow::StringPool strings;
  std::unique_ptr<Store> store;

 private:
  std::thread writer_;
};

/// Waits until `done` says so, for at most ten seconds.
template <typename Done>
[[nodiscard]] bool eventually(Done done) {
  for (int i = 0; i < 1000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace weir::store::test
