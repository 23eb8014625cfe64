#include "enrich/as_names_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "enrich/test_fixture.h"
#include "enrich/well_known_as.h"

namespace weir::enrich {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> shown(const AsNamesText& text) {
  std::vector<std::string> out;
  for (const flow::AsName& name : text.names)
    out.push_back(std::to_string(name.as) + "|" + name.name + "|" + name.country);
  return out;
}

std::vector<std::string> parsed(std::string_view text) {
  const auto out = parse_as_names(text);
  EXPECT_TRUE(out.has_value()) << out.error().message;
  return out ? shown(*out) : std::vector<std::string>();
}

TEST(AsNamesFile, RipeText) {
  EXPECT_THAT(
      parsed("0 -Reserved-, ZZ\n1 LVLT-1, US\r\n15169 GOOGLE, US\n3 MIT-GATEWAYS, the old one, US\n7 NO-COUNTRY\n"),
      ElementsAre("0|-Reserved-|ZZ", "1|LVLT-1|US", "15169|GOOGLE|US", "3|MIT-GATEWAYS, the old one|US",
                  "7|NO-COUNTRY|"));
}

TEST(AsNamesFile, CsvWithHeadClassAndCountry) {
  EXPECT_THAT(parsed("asn,name,class,cc\nAS15169,Google LLC,Content,US\nAS1,\"Level 3, \"\"Parent\"\"\",Carrier,US\n"),
              ElementsAre("15169|Google LLC|US", "1|Level 3, \"Parent\"|US"));
}

TEST(AsNamesFile, CsvWithoutHeadClassAndCountry) {
  EXPECT_THAT(parsed("AS15169,Google LLC\nAS2,\"University of Delaware\"\n51447, \"RootLayer, NL\"\n"),
              ElementsAre("15169|Google LLC|", "2|University of Delaware|", "51447|RootLayer|NL"));
}

TEST(AsNamesFile, Json) {
  EXPECT_THAT(parsed(R"({"15169": "GOOGLE - Google Inc., US", "1": "LVLT", "bad": "x", "2": 7, "3": {"4": "inner"}})"),
              ElementsAre("15169|GOOGLE - Google Inc.|US", "1|LVLT|"));
}

TEST(AsNamesFile, LinesThatDoNotFitAreSkippedAndCounted) {
  const auto out = parse_as_names("# a remark\n15169 GOOGLE, US\nnonsense\nAS99999999999,Too large\n12\n\n8 \n");
  ASSERT_TRUE(out.has_value());
  EXPECT_THAT(shown(*out), ElementsAre("15169|GOOGLE|US"));
  EXPECT_EQ(out->lines_skipped, 4U);
}

TEST(AsNamesFile, NothingReadableIsAnError) {
  for (const std::string_view text : {"", " \n", "<html>not found</html>\n", "{}", R"({"a": "b"})"}) {
    const auto out = parse_as_names(text);
    ASSERT_FALSE(out.has_value()) << text;
    EXPECT_EQ(out.error().code, ErrorCode::malformed);
  }
}

TEST(AsNamesFile, JsonThatEndsEarlyIsAnError) {
  const auto out = parse_as_names(R"({"15169": "GOOGLE", "1": "LV)");
  ASSERT_FALSE(out.has_value());
  EXPECT_THAT(out.error().message, HasSubstr("not whole JSON"));
}

class AsNamesFileOnDisk : public testing::Test {
 protected:
  TestDirectory directory_;
};

TEST_F(AsNamesFileOnDisk, PlainAndPacked) {
  const auto plain = read_as_names(directory_.write("asn.txt", "15169 GOOGLE, US\n"));
  ASSERT_TRUE(plain.has_value()) << plain.error().message;
  EXPECT_THAT(shown(*plain), ElementsAre("15169|GOOGLE|US"));
  const std::string packed = directory_ / "asn.txt.gz";
  const gzFile out = gzopen(packed.c_str(), "wb");
  gzputs(out, "15169 GOOGLE, US\n");
  gzclose(out);
  const auto unpacked = read_as_names(packed);
  ASSERT_TRUE(unpacked.has_value()) << unpacked.error().message;
  EXPECT_THAT(shown(*unpacked), ElementsAre("15169|GOOGLE|US"));
}

TEST_F(AsNamesFileOnDisk, PackedFileCutShort) {
  const std::string packed = directory_ / "asn.txt.gz";
  const gzFile out = gzopen(packed.c_str(), "wb");
  for (int i = 1; i < 20000; ++i) gzprintf(out, "%d NAME-%d, US\n", i, i * 7919);
  gzclose(out);
  std::filesystem::resize_file(packed, std::filesystem::file_size(packed) / 2);
  const auto names = read_as_names(packed);
  ASSERT_FALSE(names.has_value());
  EXPECT_THAT(names.error().message, HasSubstr(packed));
}

TEST_F(AsNamesFileOnDisk, AbsentAndTooLarge) {
  const auto absent = read_as_names(directory_ / "absent");
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().code, ErrorCode::not_found);
  const auto large = read_as_names(directory_.write("large", std::string(200'000, 'x')), 100'000);
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, ErrorCode::no_space);
}

TEST(AsNamesFile, TheWholeListOfTheSharedData) {
  const std::filesystem::path file =
      std::filesystem::path(WEIR_SOURCE_DIR) / "../shared/data/names/hadiasghari+pyasn__data__asnames.json.gz";
  if (!std::filesystem::exists(file))
    GTEST_SKIP() << "ABSENT: " << file << ": the names of the shared data were not read";
  auto text = read_as_names(file);
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_EQ(text->names.size(), 77'586U);
  EXPECT_EQ(text->lines_skipped, 0U);
  const flow::AsNames names(std::move(text->names));
  ASSERT_NE(names.find(50088), nullptr);
  EXPECT_EQ(names.find(50088)->name, "FITL-IE Fort Technologies");
  EXPECT_EQ(names.find(50088)->country, "GB");
}

TEST(WellKnownAs, KnowsTheLargest) {
  const flow::AsNames names(well_known_as_names());
  EXPECT_GE(names.size(), 150U);
  ASSERT_NE(names.find(15169), nullptr);
  EXPECT_EQ(names.find(15169)->name, "Google");
  EXPECT_EQ(names.find(4134)->country, "CN");
}

}  // namespace
}  // namespace weir::enrich
