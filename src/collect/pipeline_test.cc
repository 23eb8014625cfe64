#include "collect/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "collect/import.h"
#include "collect/test_exporter.h"

namespace weir::collect {
namespace {

using flow::Counter;
using testing::Exporter9;
using testing::Octets;

class PipelineTest : public ::testing::Test {
 protected:
  Pipeline make(WhenStoreIsFull when_full = WhenStoreIsFull::lose) {
    return Pipeline({strings_, exporters_, store_, plan_}, decode::DecodeOptions{}, when_full);
  }
  void take(Pipeline& pipeline, const Octets& datagram) {
    pipeline.take({.payload = datagram, .session = session_, .received_ms = now_ms()});
  }
  std::uint64_t count(Counter counter) { return exporters_.of(session_.source).get(counter); }

  const flow::TransportSession session_{.source = IpAddress::v4(0xc000'0209), .source_port = 5000, .local_port = 2055};
  flow::StringPool strings_;
  flow::ExporterTable exporters_;
  testing::CountingStore store_;
  CurrentPlan plan_{std::make_shared<const enrich::EnrichPlan>(enrich::EnrichConfig{}, strings_)};
  Exporter9 exporter_;
};

TEST_F(PipelineTest, PassesOnAFullBatchAtOnce) {
  Pipeline pipeline = make();
  take(pipeline, exporter_.announce());
  std::size_t sent = 0;
  while (sent + 50 < flow::FlowBatch::kTargetRows) {
    take(pipeline, exporter_.flows(50));
    sent += 50;
  }
  EXPECT_EQ(store_.batches(), 0U);
  take(pipeline, exporter_.flows(50));
  EXPECT_EQ(store_.batches(), 1U);
  EXPECT_EQ(store_.rows(), sent + 50);
  EXPECT_EQ(pipeline.rows_stored(), sent + 50);
}

TEST_F(PipelineTest, PassesOnAPartBatchAfterItsTime) {
  Pipeline pipeline = make();
  take(pipeline, exporter_.announce());
  take(pipeline, exporter_.flows(1));
  pipeline.tick(now_ms(), 1000);
  pipeline.tick(now_ms(), 1000 + Pipeline::kPassOnMs - 1);
  EXPECT_EQ(store_.batches(), 0U);
  pipeline.tick(now_ms(), 1000 + Pipeline::kPassOnMs);
  EXPECT_EQ(store_.rows(), 1U);
  pipeline.tick(now_ms(), 1000 + 2 * Pipeline::kPassOnMs);
  EXPECT_EQ(store_.batches(), 1U) << "an empty batch is not passed on";
}

TEST_F(PipelineTest, CountsByExporterWhatTheStoreRefuses) {
  Pipeline pipeline = make();
  take(pipeline, exporter_.announce());
  take(pipeline, exporter_.flows(3));
  pipeline.flush();
  store_.refusing = true;
  take(pipeline, exporter_.flows(5));
  pipeline.flush();
  EXPECT_EQ(count(Counter::flows_stored), 3U);
  EXPECT_EQ(count(Counter::flows_not_stored), 5U);
  EXPECT_EQ(pipeline.rows_refused(), 5U);
}

TEST_F(PipelineTest, AgesTheDecoder) {
  Pipeline pipeline = make();
  take(pipeline, exporter_.flows(1));  // no template yet: parked
  EXPECT_EQ(count(Counter::sets_parked), 1U);
  pipeline.tick(now_ms() + kDayMs, 1);
  EXPECT_EQ(count(Counter::sets_unparked_too_late), 1U);
}

/// A pcap file of raw IPv4 packets with one datagram each.
Octets pcap(const std::vector<Octets>& datagrams, std::uint32_t seconds) {
  ByteWriter out;
  out.u32(0xa1b2c3d4);
  out.u16(2);
  out.u16(4);
  out.u64(0);
  out.u32(65'535);
  out.u32(101);
  for (const Octets& payload : datagrams) {
    const std::size_t length = 28 + payload.size();
    out.u32(seconds);
    out.u32(0);
    out.u32(length);
    out.u32(length);
    out.u16(0x4500);
    out.u16(length);
    out.u32(0);
    out.u16(64U << 8U | 17U);
    out.u16(0);
    out.u32(0xc000'0209);
    out.u32(0xc000'020a);
    out.u16(5000);
    out.u16(2055);
    out.u16(8 + payload.size());
    out.u16(0);
    out.bytes(payload);
  }
  return out.take();
}

class ImportTest : public PipelineTest {
 protected:
  std::string write(const Octets& octets) {
    const auto file = directory_.path() / "capture.pcap";
    std::ofstream(file, std::ios::binary) << as_text(octets);
    return file.string();
  }
  testing::TemporaryDirectory directory_;
  ImportCounts counts_;
};

TEST_F(ImportTest, TakesAllFlowsAndWaitsForTheStore) {
  Pipeline pipeline = make(WhenStoreIsFull::wait);
  const std::string file = write(pcap({exporter_.announce(), exporter_.flows(20), exporter_.flows(5)}, 1'700'000'000));
  ASSERT_TRUE(import_capture(file, pipeline, [] { return false; }, counts_));
  EXPECT_EQ(store_.rows(), 25U);
  EXPECT_TRUE(store_.waited());
  EXPECT_EQ(counts_.flows_stored, 25U);
  EXPECT_EQ(counts_.capture.datagrams, 3U);
  EXPECT_EQ(store_.last().get_or<flow::Column::time_received>(0, 0), 1'700'000'000'000);
}

TEST_F(ImportTest, DamagedFileGivesItsWholePartAndAnError) {
  Pipeline pipeline = make(WhenStoreIsFull::wait);
  Octets octets = pcap({exporter_.announce(), exporter_.flows(20), exporter_.flows(5)}, 1'700'000'000);
  octets.resize(octets.size() - 10);
  const std::string file = write(octets);
  const auto imported = import_capture(file, pipeline, [] { return false; }, counts_);
  ASSERT_FALSE(imported);
  EXPECT_THAT(imported.error().message, ::testing::HasSubstr(file));
  EXPECT_EQ(counts_.flows_stored, 20U);
}

TEST_F(ImportTest, StoreThatTakesNoMoreEndsIt) {
  Pipeline pipeline = make(WhenStoreIsFull::wait);
  store_.refusing = true;
  const std::string file = write(pcap({exporter_.announce(), exporter_.flows(20)}, 1'700'000'000));
  const auto imported = import_capture(file, pipeline, [] { return false; }, counts_);
  ASSERT_FALSE(imported);
  EXPECT_EQ(imported.error().code, ErrorCode::no_space);
  EXPECT_EQ(counts_.flows_refused, 20U);
}

TEST_F(ImportTest, StopEndsItAndKeepsWhatWasRead) {
  Pipeline pipeline = make(WhenStoreIsFull::wait);
  const std::string file = write(pcap({exporter_.announce(), exporter_.flows(20), exporter_.flows(5)}, 1'700'000'000));
  int asked = 0;
  ASSERT_TRUE(import_capture(file, pipeline, [&] { return ++asked == 2; }, counts_));
  EXPECT_EQ(counts_.flows_stored, 20U);
}

TEST_F(ImportTest, MissingFile) {
  Pipeline pipeline = make(WhenStoreIsFull::wait);
  const auto imported = import_capture("/nonexistent/x.pcap", pipeline, [] { return false; }, counts_);
  ASSERT_FALSE(imported);
  EXPECT_THAT(imported.error().message, ::testing::HasSubstr("/nonexistent/x.pcap"));
}

}  // namespace
}  // namespace weir::collect
