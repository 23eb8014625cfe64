// What survives a restart, and what becomes of a damaged file.
#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

class SavedStateTest : public DecoderTest {
 protected:
  /// Templates of both protocols, an enterprise field, a rate, and names.
  void teach() {
    send(MessageBuilder::netflow9({.domain = 3}).template_set(256, {{11, 2}, {10, 4}, {48, 1}}).finish());
    MessageBuilder options = MessageBuilder::netflow9({.domain = 3});
    options.options_template_set(300, 1, {{1, 4}, {48, 1}, {50, 4}}).data_set(300, {{0, 4}, {2, 1}, {2000, 4}});
    options.options_template_set(301, 1, {{2, 4}, {82, 8}}).open(301).bytes().u32(7);
    send(options.text("Te0/7", 8).close().finish());
    send(MessageBuilder::ipfix({}).template_set(256, {{1, 8}, {1, 8, 29305}, {96, 0xffff}}).finish());
  }
  void expect_knows_everything() {
    clear_rows();
    send(MessageBuilder::netflow9({.domain = 3}).data_set(256, {{80, 2}, {7, 4}, {2, 1}}).finish());
    MessageBuilder builder = MessageBuilder::ipfix({});
    builder.data_set(256, {{5, 8}, {6, 8}, {0, 1}});
    send(builder.finish());
    ASSERT_EQ(rows(), 3U);
    EXPECT_EQ(get<Column::dst_port>(0), 80);
    EXPECT_EQ(get<Column::sampling_rate>(0), 2000U);
    EXPECT_EQ(text<Column::in_if_name>(0), "Te0/7");
    EXPECT_EQ(get<Column::bytes>(1), 5U);
    EXPECT_EQ(get<Column::bytes>(2), 6U);
  }
  /// Loads into a decoder that knows nothing.
  Result<void> reload(const Payload& saved) {
    forget_all();
    return decoder().load(saved);
  }
};

TEST_F(SavedStateTest, SavedAndLoaded) {
  teach();
  EXPECT_TRUE(decoder().changed());
  const Payload saved = decoder().save();
  EXPECT_FALSE(decoder().changed());
  const auto loaded = reload(saved);
  ASSERT_TRUE(loaded) << loaded.error().message;
  expect_knows_everything();
}

TEST_F(SavedStateTest, TheSameIsSavedAgain) {
  teach();
  const Payload saved = decoder().save();
  ASSERT_TRUE(reload(saved));
  const Payload again = decoder().save();
  EXPECT_EQ(again.size(), saved.size());
  ASSERT_TRUE(reload(again));
  expect_knows_everything();
}

TEST_F(SavedStateTest, ARefreshChangesNothing) {
  teach();
  (void)decoder().save();
  teach();
  EXPECT_FALSE(decoder().changed());
  send(MessageBuilder::ipfix({}).template_set(257, kPortAndOctets).finish());
  EXPECT_TRUE(decoder().changed());
}

TEST_F(SavedStateTest, NothingKnown) {
  const Payload saved = decoder().save();
  EXPECT_TRUE(reload(saved));
}

TEST_F(SavedStateTest, WhatIsKnownIsNotOverwritten) {
  teach();
  const Payload saved = decoder().save();
  forget_all();
  send(MessageBuilder::netflow9({.domain = 3}).template_set(256, {{7, 2}, {14, 4}, {48, 1}}).finish());
  ASSERT_TRUE(decoder().load(saved));
  send(MessageBuilder::netflow9({.domain = 3}).data_set(256, {{80, 2}, {7, 4}, {2, 1}}).finish());
  EXPECT_EQ(get<Column::src_port>(0), 80);
}

TEST_F(SavedStateTest, TemplatesStillExpireByTheirLastRefresh) {
  options_.template_lifetime_ms = kHourMs;
  teach();
  ASSERT_TRUE(reload(decoder().save()));
  decoder().age(kReceived + kHourMs + 1);
  send(MessageBuilder::netflow9({.domain = 3}).data_set(256, {{80, 2}, {7, 4}, {2, 1}}).finish(),
       kReceived + kHourMs + 2);
  EXPECT_EQ(rows(), 0U);
}

TEST_F(SavedStateTest, FactsOfADomainWithoutTemplatesLiveAsLong) {
  options_.template_lifetime_ms = kHourMs;
  MessageBuilder builder = MessageBuilder::ipfix({.domain = 1});
  builder.options_template_set(300, 1, {{149, 4}, {34, 4}}).data_set(300, {{8, 4}, {30, 4}});
  send(builder.finish());
  ASSERT_TRUE(reload(decoder().save()));
  decoder().age(kReceived + kHourMs);
  send(MessageBuilder::ipfix({.domain = 8}).template_set(256, {{11, 2}}).data_set(256, {{80, 2}}).finish());
  EXPECT_EQ(get<Column::sampling_rate>(0), 30U);
}

TEST_F(SavedStateTest, NotAFileOfTemplates) {
  for (const Payload& garbage : {Payload{}, Payload(3), Payload(100, std::byte{0x55})}) {
    const auto loaded = reload(garbage);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::malformed);
  }
}

TEST_F(SavedStateTest, AnotherVersion) {
  teach();
  Payload saved = decoder().save();
  saved[5] = std::byte{9};
  const auto loaded = reload(saved);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::unsupported);
}

TEST_F(SavedStateTest, CutAtEveryOctetKeepsWhatIsWhole) {
  teach();
  const Payload saved = decoder().save();
  for (std::size_t size = 0; size < saved.size(); ++size) {
    const auto loaded = reload(Payload(saved.begin(), saved.begin() + static_cast<std::ptrdiff_t>(size)));
    ASSERT_FALSE(loaded) << size;
    EXPECT_EQ(loaded.error().code, ErrorCode::malformed) << size;
  }
  // Without the last entry everything is there, and the error still says that the end is missing.
  forget_all();
  const auto loaded = decoder().load(Bytes(saved).first(saved.size() - 1));
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("kept the"), std::string::npos);
  expect_knows_everything();
}

TEST_F(SavedStateTest, AnyFlippedBitIsNoticed) {
  teach();
  const Payload saved = decoder().save();
  for (std::size_t at = 6; at < saved.size(); ++at) {
    Payload damaged = saved;
    damaged[at] ^= std::byte{0x10};
    ASSERT_FALSE(reload(damaged)) << at;
  }
}

TEST_F(SavedStateTest, ManyFactsTakeSeveralEntries) {
  MessageBuilder builder = MessageBuilder::ipfix({});
  builder.options_template_set(300, 1, {{10, 4}, {34, 4}}).open(300);
  for (std::uint32_t i = 1; i <= 2500; ++i) {
    builder.bytes().u32(i);
    builder.bytes().u32(i * 2);
  }
  send(builder.close().finish());
  ASSERT_TRUE(reload(decoder().save()));
  send(MessageBuilder::ipfix({}).template_set(256, {{10, 4}}).data_set(256, {{2400, 4}}).finish());
  EXPECT_EQ(get<Column::sampling_rate>(0), 4800U);
}

}  // namespace
}  // namespace weir::decode
