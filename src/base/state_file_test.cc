#include "base/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_directory.h"

namespace weir {
namespace {

std::string text_of(const std::vector<std::byte>& octets) {
  return std::string(as_text(octets));
}

TEST(StateFile, WritesAndReplaces) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "deep" / "state.bin";
  ASSERT_TRUE(write_atomically(file, as_octets("one")));
  ASSERT_TRUE(write_atomically(file, as_octets("two, longer")));
  EXPECT_EQ(text_of(read_whole(file, 100).value()), "two, longer");
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".new"));
}

TEST(StateFile, FailedWriteLeavesTheOldFile) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "state.bin";
  ASSERT_TRUE(write_atomically(file, as_octets("old")));
  std::filesystem::create_directory(file.string() + ".new");  // nobody can write there now
  const auto written = write_atomically(file, as_octets("new"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io);
  EXPECT_THAT(written.error().message, ::testing::HasSubstr(file.string()));
  EXPECT_EQ(text_of(read_whole(file, 100).value()), "old");
}

TEST(StateFile, DirectoryThatCannotBeMade) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  const auto written = write_atomically(directory.path() / "file" / "state.bin", as_octets("x"));
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, ::testing::HasSubstr("cannot make"));
}

TEST(StateFile, MissingFileIsNotFound) {
  const auto read = read_whole("/nonexistent/state.bin", 100);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::not_found);
}

TEST(StateFile, FileBeyondTheBoundIsRefused) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "state.bin";
  ASSERT_TRUE(write_atomically(file, as_octets("12345")));
  EXPECT_TRUE(read_whole(file, 5));
  const auto read = read_whole(file, 4);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::no_space);
}

}  // namespace
}  // namespace weir
