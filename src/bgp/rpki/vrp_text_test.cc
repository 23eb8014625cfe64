#include "bgp/rpki/vrp_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace weir::bgp {
namespace {

using testing::HasSubstr;

Vrp vrp(const char* prefix, std::uint8_t most_length, std::uint32_t as) {
  return {*parse_prefix(prefix), most_length, as};
}

std::string refusal(std::string_view text) {
  const auto read = parse_vrps(text);
  return read ? "taken" : read.error().message;
}

std::string entry(const std::string& fields) {
  return "{\n \"roas\": [\n  {" + fields + "}\n ]\n}\n";
}

// ---------------------------------------------------------------------------------------------------------------- JSON

TEST(VrpJson, AsRpkiClientWritesIt) {
  const auto read = parse_vrps(R"({
    "metadata": {"buildmachine": "localhost", "roas": 2, "counts": [1, 2]},
    "roas": [
      { "asn": 64496, "prefix": "192.0.2.0/24", "maxLength": 26, "ta": "ripe", "expires": 1768000000 },
      { "asn": 64497, "prefix": "2001:db8::/32", "maxLength": 48, "ta": "arin", "expires": 1768000000 }
    ],
    "bgpsec_keys": [ { "asn": 1, "ski": "00", "pubkey": "AA" } ],
    "aspas": [ { "customer_asid": 1, "providers": [2, 3] } ]
  })");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((std::vector{vrp("192.0.2.0/24", 26, 64496), vrp("2001:db8::/32", 48, 64497)}), *read);
}

TEST(VrpJson, AsRoutinatorWritesIt) {
  const auto read = parse_vrps(R"({
    "metadata": { "generated": 1768000000, "generatedTime": "2026-01-09T00:00:00Z" },
    "roas": [ { "asn": "AS64496", "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "ripe" } ]})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((std::vector{vrp("192.0.2.0/24", 24, 64496)}), *read);
}

TEST(VrpJson, AsRoutinatorWritesItAtLength) {
  const auto read = parse_vrps(R"({"roas": [ { "asn": "AS64496", "prefix": "192.0.2.0/24", "maxLength": 24,
    "source": [ { "type": "roa", "uri": "rsync://x", "validity": { "notBefore": "a", "asn": "b", "prefix": 1 } } ] } ]})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((std::vector{vrp("192.0.2.0/24", 24, 64496)}), *read);
}

TEST(VrpJson, WithoutMaxLengthItIsThePrefixsOwn) {
  const auto read = parse_vrps(entry(R"("prefix": "192.0.2.0/24", "asn": 1)"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((std::vector{vrp("192.0.2.0/24", 24, 1)}), *read);
}

TEST(VrpJson, AByteOrderMarkIsPassedOver) {
  EXPECT_EQ("taken", refusal("\xef\xbb\xbf" + entry(R"("prefix": "192.0.2.0/24", "asn": 1)")));
}

TEST(VrpJson, CutShort) {
  const std::string whole = entry(R"("prefix": "192.0.2.0/24", "asn": 1)");
  for (std::size_t size = 1; size < whole.rfind('}'); ++size) {
    EXPECT_NE("taken", refusal(whole.substr(0, size))) << size;
  }
}

TEST(VrpJson, SomethingBehind) {
  EXPECT_THAT(refusal(entry(R"("prefix": "192.0.2.0/24", "asn": 1)") + "{}"), HasSubstr("behind the end"));
}

TEST(VrpJson, SyntaxSaysTheLine) {
  EXPECT_THAT(refusal("{\n\"roas\": [\n,\n]}"), HasSubstr("line 3: "));
}

TEST(VrpJson, NoRoas) {
  EXPECT_THAT(refusal(R"({"vrps": []})"), HasSubstr("no list 'roas'"));
}

TEST(VrpJson, RoasIsNoList) {
  EXPECT_THAT(refusal(R"({"roas": 5})"), HasSubstr("no list 'roas'"));
}

TEST(VrpJson, NoVrpAtAll) {
  EXPECT_THAT(refusal(R"({"roas": []})"), HasSubstr("no VRP"));
}

TEST(VrpJson, EntryIsNoObject) {
  EXPECT_THAT(refusal(R"({"roas": [5]})"), HasSubstr("no object"));
}

TEST(VrpJson, EntryWithoutAs) {
  EXPECT_EQ("line 3: an entry has no 'asn'", refusal(entry(R"("prefix": "192.0.2.0/24")")));
}

TEST(VrpJson, EntryWithoutPrefix) {
  EXPECT_EQ("line 3: an entry has no 'prefix'", refusal(entry(R"("asn": 1)")));
}

TEST(VrpJson, AsIsNoNumber) {
  EXPECT_EQ("line 3: 'AS12x' is no AS number", refusal(entry(R"("asn": "AS12x", "prefix": "192.0.2.0/24")")));
}

TEST(VrpJson, AsIsTooLarge) {
  EXPECT_EQ("line 3: 'asn' is no AS number", refusal(entry(R"("asn": 4294967296, "prefix": "192.0.2.0/24")")));
}

TEST(VrpJson, AsIsNull) {
  EXPECT_EQ("line 3: 'asn' is no AS number", refusal(entry(R"("asn": null, "prefix": "192.0.2.0/24")")));
}

TEST(VrpJson, MaxLengthIsAText) {
  EXPECT_THAT(refusal(entry(R"("asn": 1, "prefix": "192.0.2.0/24", "maxLength": "24")")), HasSubstr("no number"));
}

TEST(VrpJson, MaxLengthIsAFraction) {
  EXPECT_THAT(refusal(entry(R"("asn": 1, "prefix": "192.0.2.0/24", "maxLength": 24.5)")), HasSubstr("no length"));
}

TEST(VrpJson, MaxLengthShorterThanThePrefix) {
  EXPECT_THAT(refusal(entry(R"("asn": 1, "prefix": "192.0.2.0/24", "maxLength": 23)")), HasSubstr("expected 24 to 32"));
}

TEST(VrpJson, MaxLengthBeyondTheFamily) {
  EXPECT_THAT(refusal(entry(R"("asn": 1, "prefix": "192.0.2.0/24", "maxLength": 33)")), HasSubstr("expected 24 to 32"));
}

TEST(VrpJson, PrefixWithoutLength) {
  EXPECT_THAT(refusal(entry(R"("asn": 1, "prefix": "192.0.2.0")")), HasSubstr("no prefix"));
}

TEST(VrpJson, PrefixWithHostBits) {
  EXPECT_THAT(refusal(entry(R"("asn": 1, "prefix": "192.0.2.1/24")")), HasSubstr("192.0.2.0/24"));
}

TEST(VrpJson, PrefixThatMapsIpv4IntoIpv6) {
  EXPECT_NE("taken", refusal(entry(R"("asn": 1, "prefix": "::ffff:192.0.2.0/120")")));
}

TEST(VrpJson, NestedTooDeeply) {
  EXPECT_NE("taken", refusal("{\"x\":" + std::string(100'000, '[')));
}

TEST(VrpJson, AnEndlessTextIsRefusedWithoutKeepingIt) {
  EXPECT_THAT(refusal(entry("\"asn\": 1, \"prefix\": \"" + std::string(1'000'000, '1') + "\"")),
              HasSubstr("no prefix"));
}

// ----------------------------------------------------------------------------------------------------------------- CSV

TEST(VrpCsv, AsRoutinatorAndRpkiClientWriteIt) {
  const auto read = parse_vrps(
      "ASN,IP Prefix,Max Length,Trust Anchor,Expires\r\n"
      "AS64496,192.0.2.0/24,26,ripe,1768000000\r\n"
      "AS64497,2001:db8::/32,48,arin,1768000000\r\n");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((std::vector{vrp("192.0.2.0/24", 26, 64496), vrp("2001:db8::/32", 48, 64497)}), *read);
}

TEST(VrpCsv, AsRipesValidatorWritesIt) {
  const auto read = parse_vrps(
      "URI,ASN,IP Prefix,Max Length,Not Before,Not After\n"
      "rsync://example.net/a.roa,AS64496,192.0.2.0/24,,2026-01-01 00:00:00,2027-01-01 00:00:00\n");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((std::vector{vrp("192.0.2.0/24", 24, 64496)}), *read);
}

TEST(VrpCsv, WithoutTitlesWithQuotesAndRemarks) {
  const auto read = parse_vrps("# ours\n\n\"64496\", \"192.0.2.0/24\", \"24\"\n64497,198.51.100.0/24");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((std::vector{vrp("192.0.2.0/24", 24, 64496), vrp("198.51.100.0/24", 24, 64497)}), *read);
}

TEST(VrpCsv, SaysTheLine) {
  EXPECT_EQ("line 3: 'ASx' is no AS number",
            refusal("ASN,IP Prefix,Max Length\nAS1,192.0.2.0/24,24\nASx,192.0.2.0/24,24\n"));
}

TEST(VrpCsv, TooFewFields) {
  EXPECT_THAT(refusal("AS1\n"), HasSubstr("line 1: expected an AS number"));
}

TEST(VrpCsv, MaxLengthIsNoNumber) {
  EXPECT_THAT(refusal("AS1,192.0.2.0/24,2x\n"), HasSubstr("no maximum length"));
}

TEST(VrpCsv, OnlyTitles) {
  EXPECT_THAT(refusal("ASN,IP Prefix,Max Length\n"), HasSubstr("no VRP"));
}

TEST(VrpCsv, APageInstead) {
  EXPECT_THAT(refusal("<html><body>404</body></html>"), HasSubstr("line 1: "));
}

TEST(VrpCsv, Empty) {
  EXPECT_EQ("the file is empty", refusal(""));
  EXPECT_EQ("the file is empty", refusal(" \n\n"));
}

// ---------------------------------------------------------------------------------------------------------------- gzip

std::string packed(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(Z_OK, deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY));
  std::vector<Bytef> in(text.begin(), text.end());
  std::vector<Bytef> out(deflateBound(&stream, in.size()) + 64);
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(Z_STREAM_END, deflate(&stream, Z_FINISH));
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return {out.begin(), out.end()};
}

TEST(Unpacked, GivesBackWhatIsNotPacked) {
  EXPECT_EQ("plain", unpacked("plain", 3));
}

TEST(Unpacked, UnpacksAllMembers) {
  EXPECT_EQ("one two", unpacked(packed("one ") + packed("two"), 100));
}

TEST(Unpacked, CutShort) {
  std::string octets = packed(std::string(1000, 'x') + "end");
  octets.resize(octets.size() - 9);
  EXPECT_EQ("the gzip file is cut short", unpacked(octets, 10'000).error().message);
}

TEST(Unpacked, Damaged) {
  std::string octets = packed("something to pack");
  octets[12] = static_cast<char>(~octets[12]);
  EXPECT_FALSE(unpacked(octets, 10'000));
}

TEST(Unpacked, TooLarge) {
  EXPECT_EQ(ErrorCode::no_space, unpacked(packed(std::string(1'000'000, 'x')), 999'999).error().code);
}

}  // namespace
}  // namespace weir::bgp
