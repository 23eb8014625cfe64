#include "receive/pcap_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "receive/capture_builder.h"

namespace weir::receive {
namespace {

using namespace testing;
using ::testing::HasSubstr;

struct Packet {
  std::string octets;
  UnixMillis time_ms;
  std::uint32_t link_type;
  std::uint32_t original_length;
  bool operator==(const Packet&) const = default;
};
/// All packets of a file, and its error if it has one.
struct Contents {
  std::vector<Packet> packets;
  std::string error;
  ErrorCode code = ErrorCode::internal;
};

Contents drain(Result<PcapFile> file) {
  Contents out;
  if (!file) return {{}, file.error().message, file.error().code};
  for (;;) {
    const auto packet = file->next();
    if (!packet) {
      out.error = packet.error().message;
      out.code = packet.error().code;
      EXPECT_FALSE((*file->next()).has_value()) << "nothing comes after an error";
      return out;
    }
    if (!*packet) return out;
    out.packets.push_back({std::string(as_text((*packet)->octets)), (*packet)->time_ms, (*packet)->link_type,
                           (*packet)->original_length});
  }
}
Contents read(const Octets& file) {
  return drain(PcapFile::read(ByteSource::memory(file)));
}

const Octets kHello = octets_of("hello, router");
constexpr UnixMillis kTime = 1'700'000'000'123;

TEST(PcapFile, AllFourMagicsAreRead) {
  for (const bool little : {false, true}) {
    for (const bool nanoseconds : {false, true}) {
      const auto contents =
          read(Pcap{.little = little, .nanoseconds = nanoseconds, .link_type = 113}.with({kHello, kHello}));
      EXPECT_EQ(contents.error, "");
      const Packet expected{"hello, router", kTime, 113, 13};
      EXPECT_EQ(contents.packets, (std::vector{expected, expected})) << little << nanoseconds;
    }
  }
}

TEST(PcapFile, PcapWithoutPacketsIsWhole) {
  const auto contents = read(Pcap{}.header());
  EXPECT_EQ(contents.error, "");
  EXPECT_TRUE(contents.packets.empty());
}

TEST(PcapFile, OriginalLengthOfACutPacketIsKept) {
  const Pcap pcap;
  const auto contents = read(pcap.header() + pcap.packet(kHello, 1500));
  ASSERT_EQ(contents.packets.size(), 1U);
  EXPECT_EQ(contents.packets[0].original_length, 1500U);
}

TEST(PcapFile, TruncatedPcapGivesWhatIsWholeAndThenTheOffset) {
  const Octets file = Pcap{}.with({kHello, kHello});
  const auto in_packet = read(cut(file, file.size() - 1));
  EXPECT_EQ(in_packet.packets.size(), 1U);
  EXPECT_EQ(in_packet.error, "memory: cut short: a packet of 13 octets has only 12 octets at offset 69");
  EXPECT_EQ(in_packet.code, ErrorCode::malformed);
  const auto in_header = read(cut(file, 24 + 29 + 10));
  EXPECT_EQ(in_header.packets.size(), 1U);
  EXPECT_EQ(in_header.error, "memory: cut short: a packet's header has only 10 octets at offset 53");
  const auto behind_header = read(cut(file, 24 + 29 + 16));
  EXPECT_EQ(behind_header.error, "memory: cut short: a packet of 13 octets is missing at offset 69");
}

TEST(PcapFile, TruncatedPcapHeaderIsAnErrorAtOnce) {
  for (std::size_t size = 0; size < 24; ++size) {
    EXPECT_THAT(read(cut(Pcap{}.header(), size)).error, HasSubstr("cut short")) << size;
  }
}

TEST(PcapFile, PacketThatClaimsTooMuchIsDamage) {
  const Pcap pcap;
  Octets record = pcap.packet(kHello);
  record[11] = std::byte{0x7f};
  const auto contents = read(pcap.with({kHello}) + record);
  EXPECT_EQ(contents.packets.size(), 1U);
  EXPECT_EQ(contents.error, "memory: a packet that claims 2130706445 octets at offset 53");
}

TEST(PcapFile, OtherFilesAreRefused) {
  EXPECT_EQ(read(octets_of("#!/bin/sh\n")).error, "memory is neither a pcap nor a pcapng file");
  EXPECT_EQ(read(Pcap{.major = 3}.header()).error, "memory: pcap version 3.4; version 2.x is read");
  EXPECT_EQ(read(Pcap{.major = 3}.header()).code, ErrorCode::unsupported);
}

TEST(PcapFile, MissingFileAndDirectoryAreErrors) {
  const auto missing = drain(PcapFile::open("/nonexistent/flows.pcap"));
  EXPECT_EQ(missing.code, ErrorCode::not_found);
  EXPECT_EQ(missing.error, "cannot open /nonexistent/flows.pcap: No such file or directory");
  EXPECT_THAT(drain(PcapFile::open("/tmp")).error, HasSubstr("cannot read /tmp: Is a directory"));
}

TEST(PcapFile, LargeFileIsStreamed) {
  const std::string path = ::testing::TempDir() + "weir_pcap_" + std::to_string(::getpid());
  const Pcap pcap;
  {
    std::ofstream file(path, std::ios::binary);
    file << as_text(pcap.header());
    for (int i = 0; i < 3000; ++i) file << as_text(pcap.packet(Octets(static_cast<std::size_t>(i))));
  }
  auto opened = PcapFile::open(path);
  ASSERT_TRUE(opened.has_value());
  std::size_t count = 0;
  for (;;) {
    const auto packet = opened->next();
    ASSERT_TRUE(packet.has_value()) << packet.error().message;
    if (!*packet) break;
    EXPECT_EQ((*packet)->octets.size(), count++);
  }
  EXPECT_EQ(count, 3000U);
  std::filesystem::remove(path);
}

// pcapng.

TEST(Pcapng, BothByteOrdersAndAllKindsOfPackets) {
  for (const bool little : {false, true}) {
    const Pcapng ng{little};
    const auto contents = read(ng.section() + ng.interface(1) + ng.enhanced(0, kTime * 1000 + 999, kHello) +
                               ng.simple(13, kHello) + ng.obsolete(0, (kTime + 1) * 1000, kHello));
    EXPECT_EQ(contents.error, "");
    EXPECT_EQ(contents.packets, (std::vector<Packet>{{"hello, router", kTime, 1, 13},
                                                     {"hello, router", kTime, 1, 13},
                                                     {"hello, router", kTime + 1, 1, 13}}))
        << little;
  }
}

TEST(Pcapng, InterfacesHaveTheirOwnLinkTypesResolutionsAndOffsets) {
  const Pcapng ng;
  const auto stamp = [](UnixMillis seconds, std::uint64_t units) {
    return static_cast<std::uint64_t>(seconds) * units;
  };
  const auto contents = read(
      ng.section() + ng.interface(1, 9) + ng.interface(101, 3) + ng.interface(113, 0) + ng.interface(276, 0x80 | 10) +
      ng.interface(1, 6, 1'700'000'000) + ng.interface(1, 6, -5) + ng.interface(1, 2) + ng.interface(1, 0x80 | 127) +
      ng.interface(1, 100) + ng.enhanced(0, stamp(1'700'000'000, 1'000'000'000) + 7'999'999, {}) +
      ng.enhanced(1, stamp(1'700'000'000, 1000) + 7, {}) + ng.enhanced(2, 1'700'000'000, {}) +
      ng.enhanced(3, stamp(1'700'000'000, 1024) + 512, {}) + ng.enhanced(4, 2000, {}) + ng.enhanced(5, 10'000'000, {}) +
      ng.enhanced(6, 123, {}) + ng.enhanced(7, ~std::uint64_t{0}, {}) + ng.enhanced(8, ~std::uint64_t{0}, {}));
  EXPECT_EQ(contents.error, "");
  EXPECT_EQ(contents.packets, (std::vector<Packet>{{"", 1'700'000'000'007, 1, 0},
                                                   {"", 1'700'000'000'007, 101, 0},
                                                   {"", 1'700'000'000'000, 113, 0},
                                                   {"", 1'700'000'000'500, 276, 0},
                                                   {"", 1'700'000'000'002, 1, 0},
                                                   {"", 5000, 1, 0},
                                                   {"", 1230, 1, 0},
                                                   {"", 0, 1, 0},
                                                   {"", 0, 1, 0}}));
}

TEST(Pcapng, TimesOutsideOfAllRangesAreBounded) {
  const Pcapng ng;
  const auto contents = read(ng.section() + ng.interface(1, 0, INT64_MAX) + ng.interface(1, 0, INT64_MIN) +
                             ng.enhanced(0, ~std::uint64_t{0}, {}) + ng.enhanced(1, 0, {}));
  ASSERT_EQ(contents.packets.size(), 2U);
  EXPECT_GT(contents.packets[0].time_ms, kTime);
  EXPECT_LT(contents.packets[1].time_ms, 0);
}

TEST(Pcapng, SectionsChangeTheByteOrderAndForgetTheInterfaces) {
  const Pcapng little{true};
  const Pcapng big{false};
  const Octets first =
      little.section() + little.interface(1) + little.interface(101) + little.enhanced(1, 1000, kHello);
  const auto contents = read(first + big.section() + big.interface(113) + big.enhanced(0, 2000, kHello));
  EXPECT_EQ(contents.error, "");
  EXPECT_EQ(contents.packets, (std::vector<Packet>{{"hello, router", 1, 101, 13}, {"hello, router", 2, 113, 13}}));
  const auto forgotten = read(first + big.section() + big.enhanced(0, 2000, kHello));
  EXPECT_EQ(forgotten.packets.size(), 1U);
  EXPECT_THAT(forgotten.error, HasSubstr("a packet of interface 0, which the section does not describe at offset"));
}

TEST(Pcapng, SimplePacketsAreCutByTheInterfacesLimit) {
  const Pcapng ng;
  const auto contents = read(ng.section() + ng.interface(1, 6, 0, 5) + ng.simple(1500, octets_of("hello")));
  EXPECT_EQ(contents.packets, (std::vector<Packet>{{"hello", 0, 1, 1500}}));
}

TEST(Pcapng, OtherBlocksArePassedOverHoweverLarge) {
  const Pcapng ng;
  const auto contents = read(ng.section() + ng.block(5, Octets(12)) + ng.interface(1) +
                             ng.block(0xbad, Octets(3 << 20)) + ng.enhanced(0, 1000, kHello) + ng.block(10, Octets(8)));
  EXPECT_EQ(contents.error, "");
  EXPECT_EQ(contents.packets.size(), 1U);
}

TEST(Pcapng, TruncatedAnywhereGivesWhatIsWholeAndAnError) {
  const Pcapng ng;
  const Octets head = ng.section() + ng.interface(1) + ng.enhanced(0, 1000, kHello);
  const Octets file = head + ng.enhanced(0, 1000, kHello);
  for (std::size_t size = head.size() + 1; size < file.size(); ++size) {
    const auto contents = read(cut(file, size));
    EXPECT_EQ(contents.packets.size(), 1U) << size;
    EXPECT_THAT(contents.error, HasSubstr("cut short")) << size;
  }
  EXPECT_THAT(read(cut(ng.section(), 20)).error, HasSubstr("a section header has only 8 octets at offset 12"));
  const Octets unknown = ng.block(0xbad, Octets(100));
  EXPECT_THAT(read(head + cut(unknown, 50)).error, HasSubstr("cut short"));
}

/// A whole file whose last block's word at `offset` is replaced.
Octets with_word(const Octets& head, Octets block, std::size_t offset, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) block[offset + i] = static_cast<std::byte>(value >> (8 * i));
  return head + block;
}

TEST(Pcapng, ImpossibleBlockLengthsAreDamage) {
  const Pcapng ng;
  const Octets head = ng.section() + ng.interface(1);
  for (const std::uint32_t length : {0U, 8U, 11U, 30U, 0x7ffffffcU}) {
    EXPECT_EQ(read(with_word(head, ng.enhanced(0, 1, kHello), 4, length)).error,
              "memory: a block with the impossible length " + std::to_string(length) + " at offset 64");
  }
  for (const std::uint32_t length : {0U, 24U, 29U, 0x7ffffffcU}) {
    EXPECT_THAT(read(with_word({}, ng.section(), 4, length)).error, HasSubstr("impossible length"));
  }
}

TEST(Pcapng, LengthsThatDisagreeAreDamage) {
  const Pcapng ng;
  const Octets head = ng.section() + ng.interface(1);
  for (const Octets& block : {ng.enhanced(0, 1, kHello), ng.block(77, Octets(36)), ng.section()}) {
    EXPECT_THAT(read(with_word(head, block, block.size() - 4, 16)).error, HasSubstr("and ends with 16 at offset 64"));
  }
}

TEST(Pcapng, PacketLongerThanItsBlockIsDamage) {
  const Pcapng ng;
  const Octets head = ng.section() + ng.interface(1);
  const std::string complaint = "a packet of 17 octets that its block does not hold";
  EXPECT_THAT(read(with_word(head, ng.enhanced(0, 1, kHello), 20, 17)).error, HasSubstr(complaint));
  EXPECT_THAT(read(with_word(head, ng.obsolete(0, 1, kHello), 20, 17)).error, HasSubstr(complaint));
  EXPECT_THAT(read(head + ng.simple(17, kHello)).error, HasSubstr(complaint));
}

TEST(Pcapng, BlocksTooShortForTheirFieldsAreDamage) {
  const Pcapng ng;
  EXPECT_THAT(read(ng.section() + ng.block(1, Octets(4))).error, HasSubstr("an interface description cut short"));
  EXPECT_THAT(read(ng.section() + ng.interface(1) + ng.block(3, {})).error, HasSubstr("a simple packet cut short"));
  EXPECT_THAT(read(ng.section() + ng.interface(1) + ng.block(6, Octets(8))).error, HasSubstr("does not hold"));
}

TEST(Pcapng, SimplePacketWithoutAnInterfaceIsDamage) {
  const Pcapng ng;
  EXPECT_THAT(read(ng.section() + ng.simple(13, kHello)).error, HasSubstr("interface 0"));
}

TEST(Pcapng, OptionLongerThanItsBlockLeavesTheDefaults) {
  const Pcapng ng;
  const auto contents =
      read(ng.section() + ng.block(1, Octets(8) + octets_of(std::string_view("\x09\x00\xff\x00\x09", 5))) +
           ng.enhanced(0, 5000, kHello));
  ASSERT_EQ(contents.packets.size(), 1U);
  EXPECT_EQ(contents.packets[0].time_ms, 5);
}

TEST(Pcapng, SectionWithoutByteOrderMagicOrOfAnotherVersionIsRefused) {
  const Pcapng ng;
  EXPECT_THAT(read(with_word({}, ng.section(), 8, 0x12345678)).error,
              HasSubstr("without byte-order magic at offset 0"));
  EXPECT_EQ(read(ng.section(2)).error, "memory: pcapng version 2; version 1 is read");
}

}  // namespace
}  // namespace weir::receive
