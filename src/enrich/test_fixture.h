// A batch, what enriches it, and short ways to fill and read it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/temporary_directory.h"
#include "enrich/enricher.h"

namespace weir::enrich {

[[nodiscard]] inline IpAddress ip(std::string_view text) {
  return parse_ip(text).value();
}
[[nodiscard]] inline Prefix net(std::string_view text) {
  return parse_prefix(text).value();
}

/// A directory that is gone after the test.
class TestDirectory : public TemporaryDirectory {
 public:
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path() / name).string(); }
  std::string write(const std::string& name, std::string_view content) const {
    std::ofstream(path() / name, std::ios::binary | std::ios::trunc) << content;
    return *this / name;
  }
};

/// The enricher is made with the first batch, so that a test sets `lookups_` up before.
class BatchTest : public testing::Test {
 protected:
  std::size_t add_flow(std::string_view src, std::string_view dst) { return add_flow(src, dst, exporter_); }
  std::size_t add_flow(std::string_view src, std::string_view dst, IpAddress exporter) {
    const std::size_t row = batch_.add_rows(1);
    batch_.set<flow::Column::exporter>(row, exporter);
    batch_.set<flow::Column::src_addr>(row, ip(src));
    batch_.set<flow::Column::dst_addr>(row, ip(dst));
    batch_.set<flow::Column::bytes>(row, 100);
    return row;
  }
  void enrich() {
    if (plan_ == nullptr) plan_ = std::make_shared<const EnrichPlan>(config_, strings_);
    if (enricher_ == nullptr) enricher_ = std::make_unique<Enricher>(strings_, exporters_, lookups_);
    enricher_->enrich(plan_, batch_);
  }
  /// A new configuration, as a reload brings it; rows are new too.
  void reload(const EnrichConfig& config) {
    config_ = config;
    plan_ = nullptr;
    batch_.clear();
  }
  template <flow::Column C>
  [[nodiscard]] bool has(std::size_t row) const {
    return batch_.masks()[row].has(C);
  }
  template <flow::Column C>
  [[nodiscard]] flow::Value<C> value(std::size_t row) const {
    EXPECT_TRUE(has<C>(row)) << flow::name(C) << " is unknown";
    return batch_.get_or<C>(row, {});
  }
  /// The text; "(unknown)" where there is none.
  template <flow::Column C>
  [[nodiscard]] std::string text(std::size_t row) const {
    return has<C>(row) ? std::string(strings_.text(batch_.get_or<C>(row, 0))) : "(unknown)";
  }
  std::uint64_t count(flow::Counter counter) { return exporters_.of(exporter_).get(counter); }

  IpAddress exporter_ = ip("192.0.2.10");
  EnrichConfig config_;
  Lookups lookups_;
  flow::StringPool strings_;
  flow::ExporterTable exporters_;
  flow::FlowBatch batch_;
  std::shared_ptr<const EnrichPlan> plan_;
  std::unique_ptr<Enricher> enricher_;
};

}  // namespace weir::enrich
