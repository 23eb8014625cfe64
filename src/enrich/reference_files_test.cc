#include "enrich/reference_files.h"

#include "enrich/test_fixture.h"
#include "enrich/test_mmdb.h"

namespace weir::enrich {
namespace {

using flow::Column;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ReferenceFilesTest : public BatchTest {
 protected:
  ReferenceFilesTest() { lookups_.databases = &databases_; }
  std::string write_countries(const std::string& name,
                              std::initializer_list<std::pair<std::string_view, std::string>> rows) {
    MmdbWriter writer;
    for (const auto& [prefix, code] : rows) writer.add(net(prefix), country_entry(code));
    writer.write(directory_ / name);
    return directory_ / name;
  }
  std::string country_of(std::string_view address) {
    const auto row = add_flow(address, "8.8.8.8");
    enrich();
    return text<Column::src_country>(row);
  }
  /// Changes need two looks: the first sees that something changed, the second that it lies still.
  std::vector<FileEvent> refresh() {
    EXPECT_THAT(files_.refresh(), IsEmpty()) << "somebody may still be writing";
    return files_.refresh();
  }

  TestDirectory directory_;
  CurrentDatabases databases_;
  flow::CurrentAsNames names_;
  ReferenceFiles files_{databases_, names_};
};

TEST_F(ReferenceFilesTest, TheFirstFileThatKnowsAnAddressDecides) {
  config_.country_files = {write_countries("a", {{"10.0.0.0/8", "MY"}}),
                           write_countries("b", {{"10.0.0.0/8", "XX"}, {"11.0.0.0/8", "SG"}})};
  EXPECT_THAT(files_.configure(config_), SizeIs(2));
  EXPECT_EQ(country_of("10.1.1.1"), "MY");
  EXPECT_EQ(country_of("10.1.1.1"), "MY") << "and again, from what is remembered";
  EXPECT_EQ(country_of("11.1.1.1"), "SG");
  EXPECT_EQ(country_of("12.1.1.1"), "(unknown)");
  EXPECT_EQ(country_of("2001:db8::1"), "(unknown)") << "a file of IPv4 alone";
}

TEST_F(ReferenceFilesTest, AChangedFileIsReadAgain) {
  config_.country_files = {write_countries("a", {{"10.0.0.0/8", "MY"}})};
  (void)files_.configure(config_);
  EXPECT_EQ(country_of("10.1.1.1"), "MY");
  EXPECT_THAT(files_.refresh(), IsEmpty());
  write_countries("a", {{"10.0.0.0/8", "SG"}, {"11.0.0.0/8", "HK"}});
  EXPECT_EQ(country_of("10.1.1.1"), "MY") << "nobody has looked yet";
  const auto events = refresh();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_FALSE(events[0].error);
  EXPECT_EQ(country_of("10.1.1.1"), "SG");
}

TEST_F(ReferenceFilesTest, ABrokenFileLeavesTheOldOneAndIsToldOfOnce) {
  config_.country_files = {write_countries("a", {{"10.0.0.0/8", "MY"}})};
  (void)files_.configure(config_);
  directory_.write("a", "this is no MMDB");
  const auto events = refresh();
  ASSERT_THAT(events, SizeIs(1));
  ASSERT_TRUE(events[0].error);
  EXPECT_EQ(events[0].error->code, ErrorCode::malformed);
  EXPECT_THAT(events[0].error->message, HasSubstr(directory_ / "a"));
  EXPECT_EQ(country_of("10.1.1.1"), "MY");
  EXPECT_THAT(files_.refresh(), IsEmpty());
  EXPECT_THAT(files_.refresh(), IsEmpty());
  write_countries("a", {{"10.0.0.0/8", "SG"}});
  EXPECT_THAT(refresh(), SizeIs(1));
  EXPECT_EQ(country_of("10.1.1.1"), "SG");
}

TEST_F(ReferenceFilesTest, AFileThatIsCutShortInPlaceHurtsNobody) {
  config_.country_files = {write_countries("a", {{"10.0.0.0/8", "MY"}})};
  (void)files_.configure(config_);
  std::filesystem::resize_file(config_.country_files[0], 0);
  EXPECT_EQ(country_of("10.1.1.1"), "MY");
}

TEST_F(ReferenceFilesTest, AFileThatComesLater) {
  config_.country_files = {directory_ / "later"};
  const auto events = files_.configure(config_);
  ASSERT_THAT(events, SizeIs(1));
  ASSERT_TRUE(events[0].error);
  EXPECT_EQ(events[0].error->code, ErrorCode::not_found);
  EXPECT_EQ(country_of("10.1.1.1"), "(unknown)");
  write_countries("later", {{"10.0.0.0/8", "MY"}});
  EXPECT_THAT(refresh(), SizeIs(1));
  EXPECT_EQ(country_of("10.1.1.1"), "MY");
}

TEST_F(ReferenceFilesTest, AFileTakenOutOfTheConfigurationIsForgotten) {
  config_.country_files = {write_countries("a", {{"10.0.0.0/8", "MY"}})};
  (void)files_.configure(config_);
  EXPECT_EQ(country_of("10.1.1.1"), "MY");
  (void)files_.configure({});
  EXPECT_EQ(country_of("10.1.1.1"), "(unknown)");
}

TEST_F(ReferenceFilesTest, RegisteredCountryAndFlatForms) {
  MmdbWriter writer;
  using Map = MmdbValue::Map;
  writer.add(net("10.0.0.0/8"), {Map{{"registered_country", {Map{{"iso_code", {std::string("DE")}}}}}}});
  writer.add(net("11.0.0.0/8"), {Map{{"country", {std::string("FR")}}, {"asn", {std::string("AS64500")}}}});
  writer.add(net("12.0.0.0/8"),
             {Map{{"country", {std::string("United States")}}, {"country_code", {std::string("US")}}}});
  writer.add(net("13.0.0.0/8"), {Map{{"country", {std::string("Nowhere")}}}});
  writer.write(directory_ / "a");
  config_.country_files = {directory_ / "a"};
  config_.as_files = {directory_ / "a"};
  EXPECT_THAT(files_.configure(config_), SizeIs(1)) << "one file is read once, whatever it is good for";
  EXPECT_EQ(country_of("10.0.0.1"), "DE");
  EXPECT_EQ(country_of("11.0.0.1"), "FR");
  EXPECT_EQ(country_of("12.0.0.1"), "US");
  EXPECT_EQ(country_of("13.0.0.1"), "(unknown)");
  const auto row = add_flow("11.0.0.1", "8.8.8.8");
  enrich();
  EXPECT_EQ(value<Column::src_as>(row), 64500U);
}

TEST_F(ReferenceFilesTest, AnAsFromAFileOnlyWhereNobodyElseKnows) {
  MmdbWriter writer;
  writer.add(net("10.0.0.0/8"), as_entry(64500));
  writer.write(directory_ / "as");
  config_.as_files = {directory_ / "as"};
  (void)files_.configure(config_);
  const auto unknown = add_flow("10.0.0.1", "10.0.0.2");
  const auto known = add_flow("10.0.0.1", "10.0.0.2");
  batch_.set<Column::src_as>(known, 3356);
  batch_.set<Column::dst_as>(known, 0);
  enrich();
  EXPECT_EQ(value<Column::src_as>(unknown), 64500U);
  EXPECT_EQ(value<Column::src_as>(known), 3356U);
  EXPECT_EQ(value<Column::dst_as>(known), 64500U) << "AS 0 says nothing";
  EXPECT_EQ(count(flow::Counter::flows_routed), 1U) << "a file's AS is no route";
}

TEST_F(ReferenceFilesTest, NamesOfTheFileGoBeforeTheBuiltIn) {
  ASSERT_NE(names_.get()->find(15169), nullptr) << "built in";
  config_.as_names_file = directory_.write("asn.txt", "15169 GOOGLE-OURS, US\n64500 Ours, MY\n");
  const auto events = files_.configure(config_);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].loaded, "2 names of AS numbers");
  EXPECT_EQ(names_.get()->find(15169)->name, "GOOGLE-OURS");
  EXPECT_NE(names_.get()->find(3356), nullptr);
  directory_.write("asn.txt", "15169 GOOGLE-CHANGED, US\n");
  EXPECT_THAT(refresh(), SizeIs(1));
  EXPECT_EQ(names_.get()->find(15169)->name, "GOOGLE-CHANGED");
  EXPECT_EQ(names_.get()->find(64500), nullptr);
  directory_.write("asn.txt", "<html>");
  ASSERT_THAT(refresh(), SizeIs(1));
  EXPECT_EQ(names_.get()->find(15169)->name, "GOOGLE-CHANGED") << "the old ones stay";
}

// --------------------------------------------------------------------------------------------- files of other makers

class SharedMmdb : public testing::Test {
 protected:
  static std::filesystem::path directory() { return std::filesystem::path(WEIR_SOURCE_DIR) / "../shared/data/mmdb"; }
  static std::shared_ptr<const Mmdb> open(const std::string& name) {
    auto out = Mmdb::open(directory() / name);
    EXPECT_TRUE(out.has_value()) << out.error().message;
    return out ? *out : nullptr;
  }
  static std::string country(const Mmdb& mmdb, std::string_view address) {
    const auto entry = mmdb.find(ip(address));
    return entry ? mmdb.country(*entry) : "(unknown)";
  }
  void SetUp() override {
    if (!std::filesystem::exists(directory()))
      GTEST_SKIP() << "ABSENT: " << directory() << ": no MMDB of other makers read";
  }
};

TEST_F(SharedMmdb, CountriesInBothFamilies) {
  const auto mmdb = open("maxmind+MaxMind-DB__test-data__GeoIP2-Country-Test.mmdb");
  ASSERT_NE(mmdb, nullptr);
  EXPECT_EQ(country(*mmdb, "81.2.69.160"), "GB");
  EXPECT_EQ(country(*mmdb, "2001:218::1"), "JP");
  EXPECT_EQ(country(*mmdb, "127.0.0.1"), "(unknown)");
}

TEST_F(SharedMmdb, FlatFormOfIpInfo) {
  const auto mmdb = open("akvorado+akvorado__outlet__geoip__testdata__ip_geolocation_sample.mmdb");
  ASSERT_NE(mmdb, nullptr);
  EXPECT_EQ(country(*mmdb, "1.0.0.1"), "AU");
  EXPECT_EQ(country(*mmdb, "1.0.16.1"), "JP");
}

TEST_F(SharedMmdb, AsNumbers) {
  const auto mmdb = open("maxmind+MaxMind-DB__test-data__GeoLite2-ASN-Test.mmdb");
  ASSERT_NE(mmdb, nullptr);
  const auto entry = mmdb->find(ip("1.128.0.1"));
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(mmdb->as(*entry), 1221U);
}

TEST_F(SharedMmdb, EveryFileIsReadOrRefusedButNeverBreaksAnything) {
  std::size_t refused = 0;
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory())) {
    const auto mmdb = Mmdb::open(entry.path());
    if (!mmdb) {
      ++refused;
      EXPECT_THAT(mmdb.error().message, HasSubstr(entry.path().string()));
      continue;
    }
    for (std::uint32_t i = 0; i < 100'000; ++i) {
      const auto at = (*mmdb)->find(IpAddress::v4(i * 42'949));
      if (!at) continue;
      ++found;
      (void)(*mmdb)->country(*at);
      (void)(*mmdb)->as(*at);
    }
  }
  EXPECT_GT(found, 0U);
  EXPECT_GE(refused, 1U) << "the file with an impossible count of nodes";
}

}  // namespace
}  // namespace weir::enrich
