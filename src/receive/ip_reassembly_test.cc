#include "receive/ip_reassembly.h"

#include <gtest/gtest.h>

#include <string>

#include "receive/capture_builder.h"

namespace weir::receive {
namespace {

using namespace testing;

const Octets kText = octets_of("0123456789abcdefghijklmnopqrstuvwxyz");

/// Octets [from, to) of kText as a fragment.
IpPacket part(std::uint32_t from, std::size_t to, std::uint32_t id = 1) {
  IpPacket out;
  out.source = IpAddress::v4(1);
  out.destination = IpAddress::v4(2);
  out.protocol = 17;
  out.identification = id;
  out.fragment_offset = from;
  out.more_fragments = to < kText.size();
  out.is_fragment = true;
  out.payload = Bytes(kText).subspan(from, to - from);
  return out;
}
std::string text(const std::optional<Bytes>& whole) {
  return whole ? std::string(as_text(*whole)) : "(nothing)";
}
const std::string kWhole{as_text(kText)};

TEST(IpReassembly, FragmentsInEveryOrder) {
  const std::array<IpPacket, 3> parts{part(0, 16), part(16, 32), part(32, 36)};
  for (const auto& order :
       {std::array{0U, 1U, 2U}, {0U, 2U, 1U}, {1U, 0U, 2U}, {1U, 2U, 0U}, {2U, 0U, 1U}, {2U, 1U, 0U}}) {
    IpReassembly reassembly;
    EXPECT_FALSE(reassembly.add(parts[order[0]], 0));
    EXPECT_FALSE(reassembly.add(parts[order[1]], 0));
    EXPECT_EQ(text(reassembly.add(parts[order[2]], 0)), kWhole);
    EXPECT_EQ(reassembly.stats().fragments, 3U);
    EXPECT_EQ(reassembly.stats().reassembled, 1U);
    reassembly.finish();
    EXPECT_EQ(reassembly.stats().incomplete, 0U);
  }
}

TEST(IpReassembly, PacketsOfOtherKeysDoNotMix) {
  IpReassembly reassembly;
  EXPECT_FALSE(reassembly.add(part(0, 16), 0));
  EXPECT_FALSE(reassembly.add(part(16, 36, 2), 0));
  IpPacket other = part(16, 36);
  other.source = IpAddress::v4(9);
  EXPECT_FALSE(reassembly.add(other, 0));
  other = part(16, 36);
  other.protocol = 6;
  EXPECT_FALSE(reassembly.add(other, 0));
  EXPECT_EQ(text(reassembly.add(part(16, 36), 0)), kWhole);
  reassembly.finish();
  EXPECT_EQ(reassembly.stats().incomplete, 3U);
}

TEST(IpReassembly, ExactDuplicatesAreCountedAndHarmless) {
  IpReassembly reassembly;
  EXPECT_FALSE(reassembly.add(part(0, 16), 0));
  EXPECT_FALSE(reassembly.add(part(0, 16), 0));
  EXPECT_EQ(text(reassembly.add(part(16, 36), 0)), kWhole);
  EXPECT_EQ(reassembly.stats().duplicates, 1U);
  EXPECT_EQ(reassembly.stats().overlapping, 0U);
}

TEST(IpReassembly, OverlapsGiveThePacketUpAndTheRestOfItToo) {
  for (const IpPacket& overlap : {part(8, 24), part(0, 8), part(0, 24), part(8, 16)}) {
    IpReassembly reassembly;
    EXPECT_FALSE(reassembly.add(part(0, 16), 0));
    EXPECT_FALSE(reassembly.add(overlap, 0));
    EXPECT_FALSE(reassembly.add(part(16, 36), 0));
    EXPECT_FALSE(reassembly.add(part(0, 16), 0));
    reassembly.finish();
    EXPECT_EQ(reassembly.stats().overlapping, 1U);
    EXPECT_EQ(reassembly.stats().reassembled, 0U);
    EXPECT_EQ(reassembly.stats().incomplete, 0U);
  }
}

TEST(IpReassembly, SamePlaceWithOtherOctetsIsAnOverlap) {
  IpReassembly reassembly;
  IpPacket forged = part(0, 16);
  const Octets other(16);
  forged.payload = other;
  EXPECT_FALSE(reassembly.add(part(0, 16), 0));
  EXPECT_FALSE(reassembly.add(forged, 0));
  EXPECT_EQ(reassembly.stats().overlapping, 1U);
}

TEST(IpReassembly, TwoEndsContradictEachOther) {
  IpPacket early = part(16, 24);
  early.more_fragments = false;
  for (const auto& [first, second] : {std::pair{part(24, 36), early}, std::pair{early, part(24, 36)}}) {
    IpReassembly reassembly;
    EXPECT_FALSE(reassembly.add(first, 0));
    EXPECT_FALSE(reassembly.add(second, 0));
    EXPECT_EQ(reassembly.stats().overlapping, 1U);
  }
}

TEST(IpReassembly, ImpossibleFragmentsAreLeftOut) {
  IpReassembly reassembly;
  EXPECT_FALSE(reassembly.add(part(0, 12), 0)) << "not a multiple of 8 octets";
  EXPECT_FALSE(reassembly.add(part(0, 0), 0)) << "empty";
  IpPacket far = part(0, 16);
  far.fragment_offset = 65'528;
  EXPECT_FALSE(reassembly.add(far, 0)) << "behind 65,535";
  EXPECT_EQ(reassembly.stats().malformed, 3U);
  EXPECT_FALSE(reassembly.add(part(0, 16), 0));
  EXPECT_EQ(text(reassembly.add(part(16, 36), 0)), kWhole);
}

TEST(IpReassembly, OldPacketsAreGivenUp) {
  IpReassembly reassembly(ReassemblyLimits{.age_ms = 1000});
  EXPECT_FALSE(reassembly.add(part(0, 16), 5000));
  EXPECT_FALSE(reassembly.add(part(0, 16, 2), 5500));
  EXPECT_FALSE(reassembly.add(part(16, 36), 6001)) << "its beginning is too old";
  EXPECT_EQ(text(reassembly.add(part(16, 36, 2), 6500)), kWhole);
  EXPECT_EQ(reassembly.stats().incomplete, 1U);
}

TEST(IpReassembly, TooManyPacketsGiveUpTheOldest) {
  IpReassembly reassembly(ReassemblyLimits{.packets = 2});
  for (const std::uint32_t id : {1, 2, 3}) EXPECT_FALSE(reassembly.add(part(0, 16, id), 0));
  EXPECT_EQ(reassembly.stats().incomplete, 1U);
  EXPECT_EQ(text(reassembly.add(part(16, 36, 3), 0)), kWhole);
  EXPECT_EQ(text(reassembly.add(part(16, 36, 2), 0)), kWhole);
}

TEST(IpReassembly, TooManyOctetsGiveUpTheOldest) {
  IpReassembly reassembly(ReassemblyLimits{.octets = 1000});
  for (std::uint32_t id = 0; id < 1000; ++id) EXPECT_FALSE(reassembly.add(part(0, 32, id), 0));
  EXPECT_GT(reassembly.stats().incomplete, 900U);
  EXPECT_EQ(text(reassembly.add(part(32, 36, 999), 0)), kWhole);
}

TEST(IpReassembly, TooManyFragmentsOfAPacketGiveItUp) {
  IpReassembly reassembly(ReassemblyLimits{.fragments_of_a_packet = 2});
  EXPECT_FALSE(reassembly.add(part(0, 8), 0));
  EXPECT_FALSE(reassembly.add(part(8, 16), 0));
  EXPECT_FALSE(reassembly.add(part(16, 36), 0));
  EXPECT_EQ(reassembly.stats().overlapping, 1U);
}

}  // namespace
}  // namespace weir::receive
