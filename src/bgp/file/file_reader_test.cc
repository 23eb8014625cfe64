#include "bgp/file/file_reader.h"

#include <bzlib.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "bgp/file/test_files.h"

namespace weir::bgp {
namespace {

using ::testing::HasSubstr;

std::string bzip2(std::string text) {
  std::string out(text.size() + text.size() / 100 + 600, '\0');
  auto size = static_cast<unsigned>(out.size());
  EXPECT_EQ(BZ2_bzBuffToBuffCompress(out.data(), &size, text.data(), static_cast<unsigned>(text.size()), 1, 0, 0),
            BZ_OK);
  out.resize(size);
  return out;
}

struct ReadFile {
  std::string text, error;
  Packing packing = Packing::plain;
  std::size_t largest = 0;
  std::uint64_t octets = 0, packed_octets = 0;
};
ReadFile read(const std::string& path) {
  ReadFile out;
  auto reader = FileReader::open(path);
  if (!reader) {
    out.error = reader.error().message;
    return out;
  }
  out.packing = reader->packing();
  for (;;) {
    const auto chunk = reader->next();
    if (!chunk) out.error = chunk.error().message;
    if (!chunk || chunk->empty()) break;
    out.largest = std::max(out.largest, chunk->size());
    out.text += as_text(*chunk);
  }
  out.octets = reader->octets();
  out.packed_octets = reader->packed_octets();
  return out;
}

/// Text that does not pack to nothing, longer than several steps.
std::string long_text() {
  std::string text;
  std::uint32_t state = 1;
  while (text.size() < 1'000'000) {
    state = state * 1'664'525 + 1'013'904'223;
    text += std::to_string(state) + "\n";
  }
  return text;
}

TEST(FileReader, PlainGzipAndBzip2GiveTheSame) {
  const TestFolder folder;
  const std::string text = long_text();
  const std::pair<std::string, Packing> forms[] = {
      {text, Packing::plain}, {gzipped(text), Packing::gzip}, {bzip2(text), Packing::bzip2}};
  for (const auto& [octets, packing] : forms) {
    const ReadFile got = read(folder.write("named.txt", octets));
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.packing, packing);
    EXPECT_TRUE(got.text == text) << to_string(packing);
    EXPECT_EQ(got.octets, text.size());
    EXPECT_EQ(got.packed_octets, octets.size());
  }
}
TEST(FileReader, MembersOneAfterTheOther) {
  const TestFolder folder;
  EXPECT_EQ(read(folder.write("a", gzipped("one ") + gzipped("") + gzipped("two"))).text, "one two");
  EXPECT_EQ(read(folder.write("b", bzip2("one ") + bzip2("two"))).text, "one two");
  const ReadFile padded = read(folder.write("c", gzipped("one") + std::string(700, '\0')));
  EXPECT_EQ(padded.text + padded.error, "one");
}
TEST(FileReader, EmptyFiles) {
  const TestFolder folder;
  for (const std::string& octets : {std::string(), gzipped(""), bzip2("")}) {
    const ReadFile got = read(folder.write("empty", octets));
    EXPECT_EQ(got.text + got.error, "");
  }
  EXPECT_EQ(read(folder.write("short", "ab")).text, "ab");
}
TEST(FileReader, CutShortGivesWhatIsWholeAndAnError) {
  const TestFolder folder;
  const std::string text = long_text();
  for (const std::string& packed : {gzipped(text), bzip2(text)}) {
    const std::string path = folder.write("cut", packed.substr(0, packed.size() * 3 / 4));
    const ReadFile got = read(path);
    EXPECT_THAT(got.error, HasSubstr("cut short at " + std::to_string(packed.size() * 3 / 4) + " octets"));
    EXPECT_TRUE(got.error.starts_with(path));
    EXPECT_GT(got.text.size(), text.size() / 2);
    EXPECT_TRUE(text.starts_with(got.text));
  }
}
TEST(FileReader, CutWithinTheSecondMember) {
  const TestFolder folder;
  const std::string second = gzipped("two");
  const ReadFile got = read(folder.write("cut", gzipped("one") + second.substr(0, second.size() - 4)));
  EXPECT_TRUE(got.text.starts_with("one"));
  EXPECT_THAT(got.error, HasSubstr("cut short"));
}
TEST(FileReader, DamagedGivesWhatIsWholeAndAnError) {
  const TestFolder folder;
  const std::string text = long_text();
  for (std::string packed : {gzipped(text), bzip2(text)}) {
    for (std::size_t i = 0; i < 64; ++i) packed[packed.size() / 2 + i] = 0x55;
    const ReadFile got = read(folder.write("damaged", packed));
    EXPECT_THAT(got.error, HasSubstr("is damaged"));
    EXPECT_FALSE(got.text == text);
  }
}
TEST(FileReader, GarbageBehindAMember) {
  const TestFolder folder;
  const ReadFile got = read(folder.write("garbage", gzipped("one") + "garbage"));
  EXPECT_EQ(got.text, "one");
  EXPECT_THAT(got.error, HasSubstr("damaged"));
  EXPECT_THAT(read(folder.write("garbage", bzip2("one") + "garbage")).error, HasSubstr("damaged"));
}
TEST(FileReader, WhatUnpacksToMuchComesInSteps) {
  const TestFolder folder;
  const std::string bomb = gzipped(std::string(50'000'000, 'a'));
  ASSERT_LT(bomb.size(), 100'000U);
  const ReadFile got = read(folder.write("bomb", bomb));
  EXPECT_EQ(got.text.size(), 50'000'000U);
  EXPECT_LE(got.largest, std::size_t{256} << 10U);
}
TEST(FileReader, FilesThatCannotBeRead) {
  const TestFolder folder;
  EXPECT_EQ(read(folder.path("absent")).error, folder.path("absent") + ": cannot be opened: No such file or directory");
  EXPECT_THAT(read(folder.path("")).error, HasSubstr("is a directory; name a file"));
}

}  // namespace
}  // namespace weir::bgp
