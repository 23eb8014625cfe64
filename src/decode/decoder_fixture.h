// What the tests of the decoder share: one decoder, whom it heard, and what it gave.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "decode/decoder.h"
#include "decode/message_builder.h"

namespace weir::decode {

class DecoderTest : public ::testing::Test {
 protected:
  using Column = flow::Column;
  using Counter = flow::Counter;
  using Payload = std::vector<std::byte>;

  /// When datagrams arrive; the builder's default export time is 300 ms earlier.
  static constexpr UnixMillis kExported = 1'700'000'000'000;
  static constexpr UnixMillis kReceived = kExported + 300;
  static constexpr std::uint16_t kPort = 50'000;

  void send(const Payload& payload, UnixMillis received = kReceived) { send_from(source_, kPort, payload, received); }
  void send_from(IpAddress source, std::uint16_t port, const Payload& payload, UnixMillis received = kReceived) {
    decoder().decode({payload, {source, port, 2055}, received}, out_);
  }

  /// The decoder, made on first use from options_.
  Decoder& decoder() {
    if (!decoder_) decoder_.emplace(options_, strings_, exporters_);
    return *decoder_;
  }
  /// As after a restart: nothing is remembered.
  void forget_all() { decoder_.emplace(options_, strings_, exporters_); }

  [[nodiscard]] std::uint64_t count(Counter counter) { return exporters_.of(source_).get(counter); }
  [[nodiscard]] std::size_t rows() const { return out_.flows.size(); }
  [[nodiscard]] bool has(std::size_t row, Column column) const { return out_.flows.masks()[row].has(column); }
  template <flow::Column C>
  [[nodiscard]] std::optional<flow::Value<C>> get(std::size_t row) const {
    if (row >= rows() || !has(row, C)) return std::nullopt;
    return out_.flows.values<C>()[row];
  }
  /// The text of a string column; "(none)" where the row has none.
  template <flow::Column C>
  [[nodiscard]] std::string text(std::size_t row) const {
    const auto id = get<C>(row);
    return id ? std::string(strings_.text(*id)) : "(none)";
  }
  template <flow::Column C>
  [[nodiscard]] std::string address(std::size_t row) const {
    const auto value = get<C>(row);
    return value ? to_string(*value) : "(none)";
  }
  /// No counter of trouble is set but those named.
  void expect_no_trouble_but(std::vector<Counter> expected) {
    for (const flow::CounterInfo& info : flow::kCounters) {
      if (info.group != flow::CounterGroup::bad || info.counter == Counter::flows_unsampled) continue;
      if (std::find(expected.begin(), expected.end(), info.counter) != expected.end()) continue;
      EXPECT_EQ(count(info.counter), 0U) << info.name;
    }
  }
  void clear_rows() { out_.flows.clear(); }

  const IpAddress source_ = IpAddress::v4(0xc0000201);  // 192.0.2.1
  DecodeOptions options_;
  flow::StringPool strings_;
  flow::ExporterTable exporters_;
  Decoded out_;

 private:
  std::optional<Decoder> decoder_;
};

/// A Template that gives rows to look at with few octets: destination port and octets.
inline const std::vector<BuiltField> kPortAndOctets = {{11, 2}, {1, 4}};

}  // namespace weir::decode
