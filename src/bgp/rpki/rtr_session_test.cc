#include "bgp/rpki/rtr_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "base/byte_writer.h"

namespace weir::bgp {
namespace {

using testing::HasSubstr;
using Octets = std::vector<std::byte>;

constexpr std::uint16_t kSession = 7;

Octets pdu(std::uint8_t version, std::uint8_t type, std::uint16_t session, const ByteWriter& rest) {
  ByteWriter out;
  out.u8(version);
  out.u8(type);
  out.u16(session);
  out.u32(8 + rest.size());
  out.bytes(rest.view());
  return out.take();
}

Octets notify(std::uint32_t serial, std::uint16_t session = kSession) {
  ByteWriter rest;
  rest.u32(serial);
  return pdu(1, 0, session, rest);
}

Octets response(std::uint16_t session = kSession, std::uint8_t version = 1) {
  return pdu(version, 3, session, {});
}

Octets prefix4(std::uint32_t address, std::uint8_t length, std::uint8_t most_length, std::uint32_t as,
               bool announced = true, std::uint8_t version = 1) {
  ByteWriter rest;
  rest.u8(announced ? 1 : 0);
  rest.u8(length);
  rest.u8(most_length);
  rest.u8(0);
  rest.u32(address);
  rest.u32(as);
  return pdu(version, 4, 0, rest);
}

Octets prefix6(std::uint64_t hi, std::uint64_t lo, std::uint8_t length, std::uint8_t most_length, std::uint32_t as) {
  ByteWriter rest;
  rest.u8(1);
  rest.u8(length);
  rest.u8(most_length);
  rest.u8(0);
  rest.u64(hi);
  rest.u64(lo);
  rest.u32(as);
  return pdu(1, 6, 0, rest);
}

Octets end(std::uint32_t serial, std::uint32_t refresh = 3600, std::uint32_t expire = 7200) {
  ByteWriter rest;
  rest.u32(serial);
  rest.u32(refresh);
  rest.u32(600);
  rest.u32(expire);
  return pdu(1, 7, kSession, rest);
}

Octets end0(std::uint32_t serial) {
  ByteWriter rest;
  rest.u32(serial);
  return pdu(0, 7, kSession, rest);
}

Octets error(std::uint16_t code, std::string_view text, std::uint8_t version = 1) {
  ByteWriter rest;
  rest.u32(0);
  rest.u32(text.size());
  rest.text(text);
  return pdu(version, 10, code, rest);
}

const Octets kNet = prefix4(0xc000'0200, 24, 24, 64496);
const Octets kOther = prefix4(0xc633'6400, 24, 24, 64497);

class RtrSessionTest : public testing::Test {
 protected:
  /// Gives what the session says to all of these, one after the other in one piece.
  std::string feed(std::initializer_list<Octets> parts, UnixMillis now = 0) {
    Octets all;
    for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
    const auto taken = session.receive(all, now);
    return taken ? "" : taken.error().message;
  }
  /// Types and, for queries and reports, the session or code of what is to be sent.
  std::vector<std::pair<int, int>> asked() {
    std::vector<std::pair<int, int>> out;
    ByteReader reader(session.outgoing());
    while (reader.remaining() >= 8) {
      reader.skip(1);
      const int type = reader.u8();
      const int number = reader.u16();
      out.emplace_back(type, number);
      reader.skip(reader.u32() - 8);
    }
    EXPECT_TRUE(reader.ok());
    session.sent(session.outgoing().size());
    return out;
  }
  void synchronise(std::uint32_t serial = 1) {
    session.connected(0);
    ASSERT_EQ("", feed({response(), kNet, end(serial)}));
    (void)asked();
  }

  RtrSession session{RtrTimes{}};
  using Said = std::vector<std::pair<int, int>>;
};

TEST_F(RtrSessionTest, AsksForAllAndTakesItAtTheEnd) {
  session.connected(0);
  EXPECT_EQ((Said{{2, 0}}), asked());
  ASSERT_EQ("", feed({response(), kNet, prefix6(0x2001'0db8'0000'0000, 0, 32, 48, 64497)}));
  EXPECT_TRUE(session.vrps().empty()) << "a set that is half there is not used";
  EXPECT_FALSE(session.holds_all());
  ASSERT_EQ("", feed({end(9)}));
  ASSERT_EQ(2U, session.vrps().size());
  EXPECT_EQ((Vrp{*parse_prefix("2001:db8::/32"), 48, 64497}), session.vrps()[1]);
  EXPECT_TRUE(session.holds_all());
  EXPECT_EQ(9U, session.serial());
}

TEST_F(RtrSessionTest, TakesOctetsInAnyPieces) {
  session.connected(0);
  for (const Octets& part : {response(), kNet, end(1)}) {
    for (const std::byte octet : part) ASSERT_TRUE(session.receive(Bytes(&octet, 1), 0));
  }
  EXPECT_EQ(1U, session.vrps().size());
}

TEST_F(RtrSessionTest, ANotifyIsFollowedByAQuestionForChanges) {
  synchronise(1);
  ASSERT_EQ("", feed({notify(2)}));
  EXPECT_EQ((Said{{1, kSession}}), asked());
  ASSERT_EQ("", feed({response(), kOther, prefix4(0xc000'0200, 24, 24, 64496, false), end(2)}));
  ASSERT_EQ(1U, session.vrps().size());
  EXPECT_EQ(64497U, session.vrps()[0].as);
  EXPECT_EQ(2U, session.serial());
}

TEST_F(RtrSessionTest, ANotifyOfWhatIsKnownIsNoReasonToAsk) {
  synchronise(1);
  ASSERT_EQ("", feed({notify(1)}));
  EXPECT_TRUE(asked().empty());
}

TEST_F(RtrSessionTest, ANotifyBeforeTheFirstAnswerIsPassedOver) {
  session.connected(0);
  (void)asked();
  EXPECT_EQ("", feed({notify(5), response(), kNet, end(5)}));
  EXPECT_EQ(1U, session.vrps().size());
}

TEST_F(RtrSessionTest, ANotifyOfAnotherSessionIsFollowedByAQuestionForAll) {
  synchronise(1);
  ASSERT_EQ("", feed({notify(1, 8)}));
  EXPECT_EQ((Said{{2, 0}}), asked());
}

TEST_F(RtrSessionTest, NoChangesLeaveAllAsItWas) {
  synchronise(1);
  const std::uint64_t changes = session.changes();
  ASSERT_EQ("", feed({notify(2), response(), end(2)}));
  EXPECT_EQ(changes, session.changes());
  EXPECT_EQ(1U, session.vrps().size());
}

TEST_F(RtrSessionTest, WhatIsTwiceChangedInOneAnswerEndsAsTheLastSays) {
  synchronise(1);
  ASSERT_EQ("", feed({notify(2), response(), prefix4(0xc000'0200, 24, 24, 64496, false), kNet, end(2)}));
  EXPECT_EQ(1U, session.vrps().size());
}

TEST_F(RtrSessionTest, AResetIsFollowedByAQuestionForAll) {
  synchronise(1);
  ASSERT_EQ("", feed({notify(2), pdu(1, 8, 0, {})}));
  EXPECT_EQ((Said{{1, kSession}, {2, 0}}), asked());
  EXPECT_EQ(1U, session.vrps().size()) << "the old ones are used until the new ones are all there";
  ASSERT_EQ("", feed({response(8), kOther}));
  EXPECT_EQ(64496U, session.vrps()[0].as);
}

TEST_F(RtrSessionTest, AsksAgainWhenItIsTime) {
  session.connected(0);
  ASSERT_EQ("", feed({response(), kNet, end(1, 100)}));
  (void)asked();
  ASSERT_TRUE(session.tick(99'999));
  EXPECT_TRUE(asked().empty());
  ASSERT_TRUE(session.tick(100'000));
  EXPECT_EQ((Said{{1, kSession}}), asked());
}

TEST_F(RtrSessionTest, AfterAReconnectItAsksForChanges) {
  synchronise(1);
  session.disconnected();
  session.connected(1000);
  EXPECT_EQ((Said{{1, kSession}}), asked());
  EXPECT_EQ(1U, session.vrps().size());
}

TEST_F(RtrSessionTest, ACacheThatHangsUpOnTheQuestionForChangesIsAskedForAll) {
  synchronise(1);
  session.disconnected();
  session.connected(1000);
  session.disconnected();
  EXPECT_TRUE(session.retry_at_once());
  (void)asked();
  session.connected(2000);
  EXPECT_EQ((Said{{2, 0}}), asked());
  session.disconnected();
  EXPECT_FALSE(session.retry_at_once()) << "only once";
}

TEST_F(RtrSessionTest, VrpsExpire) {
  session.connected(0);
  ASSERT_EQ("", feed({response(), kNet, end(1, 3600, 600)}));
  session.disconnected();
  EXPECT_FALSE(session.expire(599'999));
  EXPECT_TRUE(session.expire(600'000));
  EXPECT_TRUE(session.vrps().empty());
  EXPECT_FALSE(session.holds_all());
  (void)asked();
  session.connected(700'000);
  EXPECT_EQ((Said{{2, 0}}), asked());
}

TEST_F(RtrSessionTest, ACacheCannotSetTimesBeyondReason) {
  session.connected(0);
  ASSERT_EQ("", feed({response(), kNet, end(1, 0, 0)}));
  EXPECT_FALSE(session.expire(599'999)) << "at least 10 minutes";
  ASSERT_TRUE(session.tick(999));
  (void)asked();
  ASSERT_TRUE(session.tick(1000));
  EXPECT_EQ(1U, asked().size()) << "at most once a second";
}

TEST_F(RtrSessionTest, ASilentCacheIsGivenUp) {
  session.connected(0);
  ASSERT_TRUE(session.tick(RtrSession::kSilentMs - 1));
  EXPECT_FALSE(session.tick(RtrSession::kSilentMs));
}

TEST_F(RtrSessionTest, ACacheWithoutDataIsAskedAgainLater) {
  session.connected(0);
  (void)asked();
  ASSERT_EQ("", feed({error(2, "no data")}));
  EXPECT_TRUE(session.has_no_data());
  ASSERT_TRUE(session.tick(RtrTimes{}.retry_ms));
  EXPECT_EQ((Said{{2, 0}}), asked());
}

TEST_F(RtrSessionTest, AnOlderCacheThatSaysSoIsAskedInItsVersion) {
  session.connected(0);
  (void)asked();
  EXPECT_NE("", feed({error(4, "what?", 0)}));
  EXPECT_TRUE(session.retry_at_once());
  session.connected(0);
  EXPECT_EQ(std::byte{0}, session.outgoing()[0]);
  ASSERT_EQ("", feed({response(kSession, 0), prefix4(0xc000'0200, 24, 24, 1, true, 0), end0(3)}));
  EXPECT_EQ(1U, session.vrps().size());
  EXPECT_EQ(3U, session.serial());
}

TEST_F(RtrSessionTest, AnOlderCacheThatJustAnswersIsUnderstood) {
  session.connected(0);
  ASSERT_EQ("", feed({response(kSession, 0), prefix4(0xc000'0200, 24, 24, 1, true, 0), end0(3)}));
  EXPECT_EQ(0, session.version());
  EXPECT_EQ(1U, session.vrps().size());
}

TEST_F(RtrSessionTest, OtherThingsArePassedOver) {
  session.connected(0);
  ByteWriter key;
  key.zeros(60);
  ASSERT_EQ("", feed({response(), pdu(1, 9, 0, key), pdu(1, 11, 0, key), kNet, end(1)}));
  EXPECT_EQ(1U, session.vrps().size());
}

// ------------------------------------------------------------------------------------------------------- malformations

/// Each is refused with an Error Report of this code, and the next connection begins from nothing.
class RtrRefusal : public RtrSessionTest {
 protected:
  void refused(std::initializer_list<Octets> octets, int code) {
    synchronise(1);
    EXPECT_NE("", feed(octets));
    const Said said = asked();
    ASSERT_FALSE(said.empty());
    EXPECT_EQ((std::pair{10, code}), said.back());
    EXPECT_EQ(1U, session.vrps().size()) << "what was whole stays";
    session.disconnected();
    session.connected(1);
    EXPECT_EQ((Said{{2, 0}}), asked());
  }
};

TEST_F(RtrRefusal, LengthShorterThanTheHeader) {
  ByteWriter out;
  out.u8(1);
  out.u8(0);
  out.u16(kSession);
  out.u32(7);
  refused({out.take()}, 0);
}

TEST_F(RtrRefusal, LengthWithoutBound) {
  ByteWriter out;
  out.u8(1);
  out.u8(9);
  out.u16(0);
  out.u32(0xffff'ffff);
  refused({out.take()}, 0);
}

TEST_F(RtrRefusal, NotifyOfAnotherLength) {
  refused({pdu(1, 0, kSession, {})}, 0);
}

TEST_F(RtrRefusal, PrefixTooLong) {
  ByteWriter rest;
  rest.zeros(16);
  refused({notify(2), response(), pdu(1, 4, 0, rest)}, 0);
}

TEST_F(RtrRefusal, PrefixLongerThanItsMostLength) {
  refused({notify(2), response(), prefix4(0xc000'0200, 24, 23, 1)}, 0);
}

TEST_F(RtrRefusal, MostLengthBeyondTheFamily) {
  refused({notify(2), response(), prefix4(0xc000'0200, 24, 33, 1)}, 0);
}

TEST_F(RtrRefusal, Ipv4MappedIntoIpv6) {
  refused({notify(2), response(), prefix6(0, 0x0000'ffff'c000'0200, 120, 120, 1)}, 0);
}

TEST_F(RtrRefusal, PrefixOutsideAnAnswer) {
  refused({kOther}, 0);
}

TEST_F(RtrRefusal, AnswerThatWasNotAskedFor) {
  refused({response()}, 0);
}

TEST_F(RtrRefusal, AnswerOfAnotherSession) {
  refused({notify(2), response(8)}, 0);
}

TEST_F(RtrRefusal, EndOutsideAnAnswer) {
  refused({end(2)}, 0);
}

TEST_F(RtrRefusal, EndWithoutIntervals) {
  ByteWriter rest;
  rest.u32(2);
  refused({notify(2), response(), pdu(1, 7, kSession, rest)}, 0);
}

TEST_F(RtrRefusal, ResetThatWasNotAskedFor) {
  refused({pdu(1, 8, 0, {})}, 0);
}

TEST_F(RtrRefusal, WithdrawalOfWhatIsUnknown) {
  refused({notify(2), response(), prefix4(0xc633'6400, 24, 24, 64497, false), end(2)}, 6);
}

TEST_F(RtrRefusal, AnnouncementOfWhatIsKnown) {
  refused({notify(2), response(), kNet, end(2)}, 7);
}

TEST_F(RtrRefusal, AnotherVersionThanAgreedOn) {
  refused({notify(2), response(kSession, 0)}, 8);
}

TEST_F(RtrRefusal, ANewerVersion) {
  refused({notify(2), response(kSession, 2)}, 8);
}

TEST_F(RtrSessionTest, WithdrawalWhereAllWasAskedFor) {
  session.connected(0);
  EXPECT_THAT(feed({response(), prefix4(0xc000'0200, 24, 24, 1, false)}), HasSubstr("withdrawal"));
}

TEST_F(RtrSessionTest, AnErrorReportIsToldAndNotAnswered) {
  synchronise(1);
  EXPECT_THAT(feed({error(0, "bad \x01 thing")}), HasSubstr("error 0: bad \\x01 thing"));
  EXPECT_TRUE(asked().empty()) << "RFC 8210 section 5.11: no Error Report about an Error Report";
}

TEST_F(RtrSessionTest, AnErrorReportThatIsCutShort) {
  synchronise(1);
  ByteWriter rest;
  rest.u32(1000);
  EXPECT_NE("", feed({pdu(1, 10, 0, rest)}));
}

}  // namespace
}  // namespace weir::bgp
