#include "bgp/rpki/vrp_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "base/temporary_directory.h"

namespace weir::bgp {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class VrpFileTest : public testing::Test {
 protected:
  /// As those do that replace a file: another inode each time.
  void write(const std::string& text) {
    std::ofstream(directory_ / "new") << text;
    fs::rename(directory_ / "new", path());
  }
  [[nodiscard]] fs::path path() const { return directory_ / "vrps.csv"; }

  const TemporaryDirectory made_;
  const fs::path& directory_ = made_.path();
  VrpTable table_;
};

TEST_F(VrpFileTest, IsLoadedOnceAndAgainWhenItChanges) {
  write("AS1,192.0.2.0/24,24\nAS1,2001:db8::/32,32\n");
  VrpFile file(path(), table_, 0);
  EXPECT_TRUE(file.check(5));
  EXPECT_EQ(2U, table_.size());
  EXPECT_EQ(1U, file.status().vrps4);
  EXPECT_EQ(1U, file.status().vrps6);
  EXPECT_EQ(5, file.status().loaded_ms);
  EXPECT_FALSE(file.check(6));
  write("AS1,192.0.2.0/24,24\n");
  EXPECT_TRUE(file.check(7));
  EXPECT_EQ(1U, table_.size());
  EXPECT_EQ(2U, file.status().loads);
}

TEST_F(VrpFileTest, ABrokenOneLeavesWhatItSaidBefore) {
  write("AS1,192.0.2.0/24,24\n");
  VrpFile file(path(), table_, 0);
  ASSERT_TRUE(file.check(1));
  write("AS1,192.0.2.0/24,24\nAS1,broken\n");
  EXPECT_FALSE(file.check(2));
  EXPECT_FALSE(file.check(3)) << "the same broken file is not read again";
  EXPECT_EQ(1U, table_.size());
  EXPECT_THAT(file.status().error, HasSubstr("line 2"));
  EXPECT_EQ(1U, file.status().failures);
  EXPECT_EQ(1, file.status().loaded_ms);
  write("AS2,192.0.2.0/24,24\nAS2,198.51.100.0/24,24\n");
  EXPECT_TRUE(file.check(4));
  EXPECT_EQ("", file.status().error);
  EXPECT_EQ(2U, table_.size());
}

TEST_F(VrpFileTest, OneThatIsAwayLeavesWhatItSaidAndIsLoadedWhenItIsBack) {
  write("AS1,192.0.2.0/24,24\n");
  VrpFile file(path(), table_, 0);
  ASSERT_TRUE(file.check(1));
  fs::rename(path(), directory_ / "away");
  EXPECT_FALSE(file.check(2));
  EXPECT_EQ(1U, table_.size());
  EXPECT_THAT(file.status().error, HasSubstr("No such file"));
  fs::rename(directory_ / "away", path());
  EXPECT_TRUE(file.check(3));
  EXPECT_EQ("", file.status().error);
}

TEST_F(VrpFileTest, ADirectoryIsNoFile) {
  VrpFile file(directory_, table_, 0);
  EXPECT_FALSE(file.check(1));
  EXPECT_EQ("it is no file", file.status().error);
}

}  // namespace
}  // namespace weir::bgp
