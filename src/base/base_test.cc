#include <gtest/gtest.h>

#include <array>

#include "base/bounded_queue.h"
#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/clock.h"
#include "base/ip_address.h"
#include "base/log.h"
#include "base/metrics.h"

namespace weir {
namespace {

TEST(ByteReader, FailsOnceAndStaysFailed) {
  const std::array<std::byte, 3> three{std::byte{1}, std::byte{2}, std::byte{3}};
  ByteReader reader(three);
  EXPECT_EQ(reader.u16(), 0x0102);
  EXPECT_EQ(reader.u16(), 0);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_TRUE(reader.bytes(1).empty());
  EXPECT_TRUE(reader.sub(1).failed());
}

TEST(ByteReader, ReadsReducedSizes) {
  ByteWriter writer;
  writer.unsigned_be(0x0102030405, 5);
  ByteReader reader(writer.view());
  EXPECT_EQ(reader.unsigned_be(5), 0x0102030405U);
  EXPECT_EQ(reader.unsigned_be(0), 0U);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.unsigned_be(9), 0U);
  EXPECT_TRUE(reader.failed());
}

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  EXPECT_EQ(to_string(*parse_ip("192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(to_string(*parse_ip("2001:db8:0::1")), "2001:db8::1");
  EXPECT_EQ(*parse_ip("::ffff:192.0.2.1"), *parse_ip("192.0.2.1"));
  EXPECT_FALSE(parse_ip("192.0.2"));
  EXPECT_FALSE(parse_ip(std::string_view("1.2.3.4\0x", 9)));
}

TEST(Prefix, RefusesHostBitsAndNamesTheNetwork) {
  EXPECT_EQ(to_string(*parse_prefix("103.64.13.0/24")), "103.64.13.0/24");
  EXPECT_EQ(parse_prefix("103.64.13.1/24").error().message, "'103.64.13.1/24' has host bits set; the network is 103.64.13.0/24");
  EXPECT_FALSE(parse_prefix("10.0.0.0/33"));
  EXPECT_TRUE(parse_prefix("2001:db8::/32")->contains(*parse_ip("2001:db8:ffff::1")));
  EXPECT_FALSE(parse_prefix("0.0.0.0/0")->contains(*parse_ip("::1")));
  EXPECT_EQ(to_string(parse_prefix("10.0.0.0/8")->last()), "10.255.255.255");
  EXPECT_EQ(to_string(parse_prefix("2001:db8::/33")->last()), "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff");
  EXPECT_EQ(to_string(parse_prefix("::/0")->last()), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST(Clock, ReadsTheFormsPeopleType) {
  const UnixMillis now = 1'700'000'000'000;
  EXPECT_EQ(*parse_time("now", now), now);
  EXPECT_EQ(*parse_time("-1h", now), now - kHourMs);
  EXPECT_EQ(*parse_time("1700000000", 0), now);
  EXPECT_EQ(*parse_time("1532382430693", 0), 1'532'382'430'693);
  EXPECT_EQ(to_iso8601(*parse_time("2018-07-24 05:06:00", 0)), "2018-07-24T05:06:00.000Z");
  EXPECT_EQ(*parse_time("2018-07-24T05:06:00.5Z", 0) % 1000, 500);
  for (const char* bad : {"2018-02-30", "2018-07-24 25:00", "yesterday", "-1y", "", "12x"}) EXPECT_FALSE(parse_time(bad, now)) << bad;
  EXPECT_EQ(to_iso8601(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_FALSE(parse_duration("9999999999999999999d"));
  EXPECT_FALSE(parse_duration("9223372036854775807w"));
}

TEST(BoundedQueue, DropsOrHandsOutInOrder) {
  BoundedQueue<int, WhenFull::drop> queue(2);
  EXPECT_TRUE(queue.push(1));
  EXPECT_TRUE(queue.push(2));
  EXPECT_FALSE(queue.push(3));
  queue.close();
  EXPECT_FALSE(queue.push(4));
  EXPECT_EQ(queue.pop(std::chrono::milliseconds(0)), 1);
  EXPECT_EQ(queue.pop(std::chrono::milliseconds(0)), 2);
  EXPECT_EQ(queue.pop(std::chrono::milliseconds(0)), std::nullopt);
}

TEST(Log, EscapesWhatExportersSay) {
  EXPECT_EQ(log::escape("a\"b\n\xff\x1b[31m"), "a\\x22b\\x0a\\xff\\x1b[31m");
  EXPECT_EQ(log::escape("zürich"), "zürich");
  EXPECT_EQ(log::escape("abcdef", 3), "abc...");
}

TEST(RateLimit, AdmitsOncePerInterval) {
  log::RateLimit limit(1000);
  EXPECT_TRUE(limit.admit(0));
  EXPECT_FALSE(limit.admit(10));
  EXPECT_FALSE(limit.admit(999));
  EXPECT_TRUE(limit.admit(1000));
  EXPECT_EQ(limit.suppressed(), 2U);
}

TEST(Metrics, ReadsAtScrapeTimeAndCapsLabels) {
  Metrics metrics;
  double now = 1;
  metrics.add("weir_test_total", "help", Metrics::Type::counter, [&] { return now; });
  metrics.add("weir_many", "help", Metrics::Type::gauge, [] {
    return std::vector<Metrics::Sample>(Metrics::kMostSamples + 3, {.labels = {{"a", "b\"c"}}, .value = 2});
  });
  now = 7;
  const std::string text = metrics.text();
  EXPECT_NE(text.find("weir_test_total 7"), std::string::npos);
  EXPECT_NE(text.find("weir_many{a=\"b\\\"c\"} 2"), std::string::npos);
  EXPECT_NE(text.find("weir_metrics_samples_left_out 3"), std::string::npos);
}

}  // namespace
}  // namespace weir
