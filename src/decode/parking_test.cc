// Data Sets that come before their Template.
#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

class ParkingTest : public DecoderTest {
 protected:
  static Payload define(std::uint32_t domain = 0) {
    return MessageBuilder::netflow9({.export_seconds = 1'700'000'060, .uptime_ms = 1'060'000, .domain = domain})
        .template_set(256, {{11, 2}, {22, 4}, {21, 4}})
        .finish();
  }
  static Payload data(std::uint16_t port, std::uint32_t domain = 0) {
    return MessageBuilder::netflow9({.domain = domain}).data_set(256, {{port, 2}, {990'000, 4}, {995'000, 4}}).finish();
  }
};

TEST_F(ParkingTest, DecodedWithItsOwnTimesWhenTheTemplateComes) {
  send(data(80));
  send(data(81), kReceived + 1000);
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::sets_parked), 2U);
  send(define(), kReceived + kMinuteMs);
  ASSERT_EQ(rows(), 2U);
  EXPECT_EQ(count(Counter::sets_unparked), 2U);
  EXPECT_EQ(get<Column::dst_port>(0), 80);
  EXPECT_EQ(get<Column::dst_port>(1), 81);
  EXPECT_EQ(get<Column::time_received>(0), kReceived);
  EXPECT_EQ(get<Column::time_received>(1), kReceived + 1000);
  EXPECT_EQ(get<Column::flow_start>(0), kExported - 10'000) << "by the clocks of its own message";
  EXPECT_EQ(get<Column::time>(0), kExported - 5'000);
  EXPECT_EQ(count(Counter::flows), 2U);
  EXPECT_EQ(count(Counter::clock_wrong), 0U);
}

TEST_F(ParkingTest, BeforeItsTemplateWithinOneMessage) {
  MessageBuilder builder = MessageBuilder::netflow9({});
  builder.data_set(256, {{80, 2}, {100, 4}}).template_set(256, kPortAndOctets).data_set(256, {{81, 2}, {101, 4}});
  send(builder.finish());
  ASSERT_EQ(rows(), 2U);
  EXPECT_EQ(get<Column::dst_port>(0), 80);
  EXPECT_EQ(get<Column::dst_port>(1), 81);
}

TEST_F(ParkingTest, OptionsDataToo) {
  send(MessageBuilder::ipfix({}).data_set(300, {{1, 4}, {64, 4}}).finish());
  send(MessageBuilder::ipfix({}).options_template_set(300, 1, {{143, 4}, {34, 4}}).finish());
  EXPECT_EQ(count(Counter::options_records), 1U);
  send(MessageBuilder::ipfix({}).template_set(256, {{11, 2}}).data_set(256, {{80, 2}}).finish());
  EXPECT_EQ(get<Column::sampling_rate>(0), 64U);
}

TEST_F(ParkingTest, OnlyTheDataSetsOfThatTemplateAndDomain) {
  send(data(80, 1));
  send(data(81, 2));
  send(define(2));
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(get<Column::dst_port>(0), 81);
}

TEST_F(ParkingTest, GivenUpWhenTooOld) {
  options_.parked_age_ms = kMinuteMs;
  send(data(80));
  send(data(81), kReceived + 30 * kSecondMs);
  decoder().age(kReceived + kMinuteMs);
  EXPECT_EQ(count(Counter::sets_unparked_too_late), 0U);
  decoder().age(kReceived + kMinuteMs + 1);
  EXPECT_EQ(count(Counter::sets_unparked_too_late), 1U);
  send(define(), kReceived + 95 * kSecondMs);  // age() was not called in between
  EXPECT_EQ(count(Counter::sets_unparked_too_late), 2U);
  EXPECT_EQ(rows(), 0U);
}

TEST_F(ParkingTest, BoundedInOctetsAndShared) {
  options_.parked_octets = 4096;
  for (int i = 0; i < 100; ++i) send(data(80));
  const std::uint64_t parked = count(Counter::sets_parked);
  EXPECT_GT(parked, 5U);
  EXPECT_LT(parked, 100U);
  EXPECT_EQ(count(Counter::sets_park_full), 100 - parked);
  send(data(81, 7));
  EXPECT_EQ(count(Counter::sets_parked), parked + 1) << "one domain does not take the room of all";
  send(define());
  EXPECT_EQ(rows(), parked);
  send(data(80, 9));
  EXPECT_EQ(count(Counter::sets_parked), parked + 2) << "there is room again";
}

TEST_F(ParkingTest, RoomIsFreeAgainWhenADomainIsForgotten) {
  options_.parked_octets = 4096;
  options_.most_sessions = 1;
  for (std::uint32_t domain = 0; domain < 200; ++domain) send(data(80, domain));
  EXPECT_EQ(count(Counter::sets_parked), 200U);
  EXPECT_EQ(count(Counter::sets_park_full), 0U);
}

TEST_F(ParkingTest, NoRoomAtAll) {
  options_.parked_octets = 0;
  send(data(80));
  send(define());
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::sets_park_full), 1U);
}

TEST_F(ParkingTest, ContentThatDoesNotFitTheTemplate) {
  send(MessageBuilder::netflow9({})
           .data_set(256, {{80, 2}, {990'000, 4}, {0x01020304, 4}, {0x0506, 2}, {7, 3}})
           .finish());
  send(define());
  EXPECT_EQ(rows(), 1U);
  EXPECT_EQ(count(Counter::bad_record), 1U);
}

}  // namespace
}  // namespace weir::decode
