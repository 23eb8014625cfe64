#include "bgp/wire/mrt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/byte_writer.h"

namespace weir::bgp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string line(const MrtRoute& route) {
  return to_string(route.peer.address) + " " + std::to_string(route.peer.as) + " " + to_string(route.nlri.rd) +
         (route.nlri.rd.bits == 0 ? "" : " ") + to_string(route.nlri.prefix) +
         (route.nlri.path_id == 0 ? "" : "#" + std::to_string(route.nlri.path_id)) + " " +
         to_string(route.attributes.as_path) + " via " + to_string(route.next_hop) + " at " +
         std::to_string(route.originated_ms);
}

struct Seen {
  std::vector<std::string> routes, updates, states;
  MrtCounts counts;
  std::vector<std::string> complaints;
  std::string error;
};

Seen read(Bytes file, std::size_t chunk = 1U << 20U) {
  Seen seen;
  MrtReader reader(
      {.route = [&](MrtRoute& route) { seen.routes.push_back(line(route)); },
       .update =
           [&](MrtUpdate& update) {
             std::string text = to_string(update.peer.address) + " " + std::to_string(update.peer.as) + " at " +
                                std::to_string(update.time_ms) + (update.local ? " local" : "");
             for (const auto& reach : update.update.reach) {
               for (const Nlri& nlri : reach.nlri) {
                 text += " +" + to_string(nlri.prefix) + (nlri.path_id == 0 ? "" : "#" + std::to_string(nlri.path_id));
               }
             }
             for (const auto& unreach : update.update.unreach) {
               for (const Nlri& nlri : unreach.nlri) text += " -" + to_string(nlri.prefix);
             }
             seen.updates.push_back(text + " path " + to_string(update.update.attributes.as_path));
           },
       .state_change =
           [&](const MrtStateChange& change) {
             seen.states.push_back(to_string(change.peer.address) + (change.established ? " up" : " down") + " at " +
                                   std::to_string(change.time_ms));
           }});
  Result<void> taken;
  while (!file.empty() && taken) {
    const std::size_t size = std::min(chunk, file.size());
    taken = reader.take(file.first(size));
    file = file.subspan(size);
  }
  if (taken) taken = reader.finish();
  if (!taken) seen.error = taken.error().message;
  seen.counts = reader.counts();
  seen.complaints = reader.complaints();
  return seen;
}

class File {
 public:
  /// A record around `body`; `length` where it is to be a lie.
  File& record(unsigned type, unsigned subtype, const ByteWriter& body, std::optional<std::size_t> length = {}) {
    out_.u32(1'000'000'000);
    out_.u16(type);
    out_.u16(subtype);
    out_.u32(length.value_or(body.size()));
    out_.bytes(body.view());
    return *this;
  }
  [[nodiscard]] Bytes view() const { return out_.view(); }
  [[nodiscard]] Seen seen() const { return read(view()); }

 private:
  ByteWriter out_;
};

IpAddress ip(const char* text) {
  return *parse_ip(text);
}
void put_v4(ByteWriter& out, const char* address) {
  out.u32(ip(address).v4_bits());
}

/// ORIGIN, AS_PATH of one AS_SEQUENCE, NEXT_HOP.
ByteWriter attributes(std::initializer_list<As> path, std::size_t as_octets = 4, const char* next_hop = "192.0.2.1") {
  ByteWriter out;
  out.u8(0x40), out.u8(1), out.u8(1), out.u8(0);
  out.u8(0x40), out.u8(2), out.u8(2 + path.size() * as_octets), out.u8(2), out.u8(path.size());
  for (const As as : path) out.unsigned_be(as, as_octets);
  out.u8(0x40), out.u8(3), out.u8(4);
  put_v4(out, next_hop);
  return out;
}
void put_block(ByteWriter& out, const ByteWriter& block) {
  out.u16(block.size());
  out.bytes(block.view());
}

/// Two peers: 192.0.2.1 of AS 64501 (two octets), 2001:db8::2 of AS 4200000002.
ByteWriter peers() {
  ByteWriter out;
  out.u32(0x0a000001), out.u16(4), out.text("view"), out.u16(2);
  out.u8(0), out.u32(1), put_v4(out, "192.0.2.1"), out.u16(64501);
  out.u8(3), out.u32(2), out.u64(0x20010db800000000), out.u64(2), out.u32(4'200'000'002);
  return out;
}
struct Entry {
  unsigned peer;
  ByteWriter block;
  std::optional<unsigned> path_id = {};
};
ByteWriter rib(std::initializer_list<Entry> entries, std::optional<unsigned> count = {}) {
  ByteWriter out;
  out.u32(0), out.u8(8), out.u8(10);  // 10.0.0.0/8
  out.u16(count.value_or(static_cast<unsigned>(entries.size())));
  for (const Entry& entry : entries) {
    out.u16(entry.peer), out.u32(900'000'000);
    if (entry.path_id) out.u32(*entry.path_id);
    put_block(out, entry.block);
  }
  return out;
}
constexpr unsigned kTableDump = 12, kV2 = 13, kBgp4mp = 16, kBgp4mpEt = 17;

// --------------------------------------------------------------------------------------------------------------- dumps

TEST(Mrt, TableDumpV2) {
  const Seen seen = File()
                        .record(kV2, 1, peers())
                        .record(kV2, 2, rib({{0, attributes({64501, 701})}, {1, attributes({4'200'000'002})}}))
                        .seen();
  EXPECT_THAT(seen.routes, ElementsAre("192.0.2.1 64501 10.0.0.0/8 64501 701 via 192.0.2.1 at 900000000000",
                                       "2001:db8::2 4200000002 10.0.0.0/8 4200000002 via 192.0.2.1 at 900000000000"));
  EXPECT_EQ(seen.counts.records, 2U);
  EXPECT_EQ(seen.counts.routes, 2U);
  EXPECT_THAT(seen.complaints, IsEmpty());
  EXPECT_EQ(seen.error, "");
}
TEST(Mrt, EachPeerTableReplacesTheOneBefore) {
  ByteWriter one;
  one.u32(0), one.u16(0), one.u16(1), one.u8(0), one.u32(1), put_v4(one, "198.51.100.7"), one.u16(7);
  const Seen seen =
      File().record(kV2, 1, peers()).record(kV2, 1, one).record(kV2, 2, rib({{0, attributes({7})}})).seen();
  EXPECT_THAT(seen.routes, ElementsAre(HasSubstr("198.51.100.7 7 10.0.0.0/8")));
}
TEST(Mrt, AddPath) {
  const Seen seen =
      File().record(kV2, 1, peers()).record(kV2, 8, rib({{0, attributes({1}), 5}, {0, attributes({2}), 6}})).seen();
  EXPECT_THAT(seen.routes, ElementsAre(HasSubstr("10.0.0.0/8#5 1 via"), HasSubstr("10.0.0.0/8#6 2 via")));
}
TEST(Mrt, RibGenericOfAVpn) {
  ByteWriter body;
  body.u32(0), body.u16(1), body.u8(128);
  body.u8(24 + 64 + 16), body.unsigned_be(0x000101, 3), body.u64(0x0000'fdf2'0000'000f), body.u16(0x0a01);
  body.u16(1), body.u16(0), body.u32(0), put_block(body, attributes({64501}));
  const Seen seen = File().record(kV2, 1, peers()).record(kV2, 6, body).seen();
  EXPECT_THAT(seen.routes, ElementsAre("192.0.2.1 64501 65010:15 10.1.0.0/16 64501 via 192.0.2.1 at 0"));
}
TEST(Mrt, MulticastIsCountedAsUnsupported) {
  const Seen seen = File().record(kV2, 1, peers()).record(kV2, 3, rib({{0, attributes({1})}})).seen();
  EXPECT_THAT(seen.routes, IsEmpty());
  EXPECT_EQ(seen.counts.unsupported, 1U);
  EXPECT_EQ(seen.counts.malformed, 0U);
}
ByteWriter table_dump(const char* network, const ByteWriter& block, bool header = true) {
  ByteWriter out;
  if (header) out.u16(0), out.u16(1);
  put_v4(out, network), out.u8(8), out.u8(1), out.u32(900'000'000), put_v4(out, "192.0.2.9"), out.u16(64509);
  put_block(out, block);
  return out;
}
TEST(Mrt, TableDump) {
  const Seen seen = File().record(kTableDump, 1, table_dump("10.0.0.0", attributes({64509, 1}, 2))).seen();
  EXPECT_THAT(seen.routes, ElementsAre("192.0.2.9 64509 10.0.0.0/8 64509 1 via 192.0.2.1 at 900000000000"));
}
TEST(Mrt, TableDumpOfIpv6) {
  ByteWriter body;
  body.u16(0), body.u16(1), body.u64(0x20010db800000000), body.u64(0), body.u8(32), body.u8(1), body.u32(5);
  body.u64(0x20010db8ffff0000), body.u64(9), body.u16(64509), put_block(body, attributes({64509}, 2));
  EXPECT_THAT(File().record(kTableDump, 2, body).seen().routes,
              ElementsAre("2001:db8:ffff::9 64509 2001:db8::/32 64509 via 192.0.2.1 at 5000"));
}
/// RIPE's files of before 2001: entries back to back, and the length leaves out the four octets in front.
ByteWriter old_table_dump(std::initializer_list<const char*> networks) {
  ByteWriter out;
  bool first = true;
  for (const char* network : networks)
    out.bytes(table_dump(network, attributes({64509}, 2), std::exchange(first, false)).view());
  return out;
}
TEST(Mrt, TableDumpOfManyEntriesWhoseLengthIsFourShort) {
  const ByteWriter one = old_table_dump({"10.0.0.0", "11.0.0.0"}), two = old_table_dump({"12.0.0.0"});
  File file;
  file.record(kTableDump, 1, one, one.size() - 4).record(kTableDump, 1, two, two.size() - 4);
  for (const std::size_t chunk : {1U, 50U, 1000U}) {
    const Seen seen = read(file.view(), chunk);
    EXPECT_THAT(seen.routes, ElementsAre(HasSubstr("10.0.0.0/8"), HasSubstr("11.0.0.0/8"), HasSubstr("12.0.0.0/8")));
    EXPECT_EQ(seen.counts.records, 2U);
    EXPECT_EQ(seen.error, "");
  }
}
TEST(Mrt, ASingleEntryThatIsFourShortIsBroken) {
  const ByteWriter body = table_dump("10.0.0.0", attributes({64509}, 2));
  const Seen seen = File().record(kTableDump, 1, body, body.size() - 4).seen();
  EXPECT_EQ(seen.counts.malformed, 1U);
  EXPECT_THAT(seen.complaints,
              ElementsAre(HasSubstr("record 1 at offset 0: TABLE_DUMP: the entry is longer than its record")));
}

// ------------------------------------------------------------------------------------------------------------ messages

ByteWriter update(std::size_t as_octets, bool add_path = false) {
  ByteWriter body;
  body.u16(add_path ? 6 : 2);
  if (add_path) body.u32(9);
  body.u8(8), body.u8(11);  // withdrawn: 11.0.0.0/8
  put_block(body, attributes({64501, 7}, as_octets));
  if (add_path) body.u32(3);
  body.u8(8), body.u8(10);
  return body;
}
ByteWriter message(const ByteWriter& body, unsigned type = 2) {
  ByteWriter out;
  for (int i = 0; i < 16; ++i) out.u8(0xff);
  out.u16(19 + body.size()), out.u8(type);
  out.bytes(body.view());
  return out;
}
ByteWriter bgp4mp(std::size_t as_octets, const ByteWriter& rest, unsigned afi = 1) {
  ByteWriter out;
  out.unsigned_be(64501, as_octets), out.unsigned_be(64500, as_octets), out.u16(0), out.u16(afi);
  put_v4(out, "192.0.2.1"), put_v4(out, "192.0.2.2");
  out.bytes(rest.view());
  return out;
}
TEST(Mrt, Messages) {
  const Seen seen = File()
                        .record(kBgp4mp, 1, bgp4mp(2, message(update(2))))
                        .record(kBgp4mp, 4, bgp4mp(4, message(update(4))))
                        .record(kBgp4mp, 7, bgp4mp(4, message(update(4))))
                        .record(kBgp4mp, 9, bgp4mp(4, message(update(4, true))))
                        .record(kBgp4mp, 4, bgp4mp(4, message({}, 4)))
                        .seen();
  EXPECT_THAT(seen.updates, ElementsAre("192.0.2.1 64501 at 1000000000000 +10.0.0.0/8 -11.0.0.0/8 path 64501 7",
                                        "192.0.2.1 64501 at 1000000000000 +10.0.0.0/8 -11.0.0.0/8 path 64501 7",
                                        "192.0.2.1 64501 at 1000000000000 local +10.0.0.0/8 -11.0.0.0/8 path 64501 7",
                                        "192.0.2.1 64501 at 1000000000000 +10.0.0.0/8#3 -11.0.0.0/8 path 64501 7"));
  EXPECT_EQ(seen.counts.updates, 4U);
  EXPECT_EQ(seen.counts.local_updates, 1U);
  EXPECT_EQ(seen.counts.announced, 4U);
  EXPECT_EQ(seen.counts.withdrawn, 4U);
  EXPECT_EQ(seen.counts.other_messages, 1U);
}
TEST(Mrt, ExtendedTimestamp) {
  ByteWriter body;
  body.u32(509'481);
  body.bytes(bgp4mp(4, message(update(4))).view());
  EXPECT_THAT(File().record(kBgp4mpEt, 4, body).seen().updates, ElementsAre(HasSubstr("at 1000000000509 ")));
}
TEST(Mrt, StateChanges) {
  ByteWriter up, down;
  up.u16(5), up.u16(6), down.u16(6), down.u16(1);
  const Seen seen = File().record(kBgp4mp, 0, bgp4mp(2, up)).record(kBgp4mp, 5, bgp4mp(4, down)).seen();
  EXPECT_THAT(seen.states, ElementsAre("192.0.2.1 up at 1000000000000", "192.0.2.1 down at 1000000000000"));
  EXPECT_EQ(seen.counts.state_changes, 2U);
}
TEST(Mrt, UpdateOfBefore2000) {
  ByteWriter body;
  body.u16(3333), put_v4(body, "192.0.2.56"), body.u16(64500), put_v4(body, "192.0.2.2");
  body.bytes(update(2).view());
  EXPECT_THAT(File().record(5, 1, body).seen().updates,
              ElementsAre("192.0.2.56 3333 at 1000000000000 +10.0.0.0/8 -11.0.0.0/8 path 64501 7"));
}

// -------------------------------------------------------------------------------------------------------------- broken

TEST(Mrt, PeerIndexThatIsNotInTheTable) {
  const Seen seen =
      File().record(kV2, 1, peers()).record(kV2, 2, rib({{40, attributes({1})}, {0, attributes({2})}})).seen();
  EXPECT_THAT(seen.routes, ElementsAre(HasSubstr("10.0.0.0/8 2 via")));  // the entry behind it is whole
  EXPECT_EQ(seen.counts.malformed, 1U);
  EXPECT_THAT(seen.complaints, ElementsAre("record 2 at offset 60: TABLE_DUMP_V2: peer index 40 of 2"));
}
TEST(Mrt, RibBeforeItsPeerTable) {
  const Seen seen = File().record(kV2, 2, rib({{0, attributes({1})}})).seen();
  EXPECT_THAT(seen.routes, IsEmpty());
  EXPECT_THAT(seen.complaints, ElementsAre(HasSubstr("peer index 0 of 0, no PEER_INDEX_TABLE came before")));
}
TEST(Mrt, PeerTableThatIsCut) {
  ByteWriter body;
  body.bytes(peers().view().first(25));
  const Seen seen = File().record(kV2, 1, body).record(kV2, 2, rib({{0, attributes({1})}})).seen();
  EXPECT_EQ(seen.counts.malformed, 1U);
  EXPECT_THAT(seen.complaints, ElementsAre(HasSubstr("PEER_INDEX_TABLE: 1 of 2 peers are there")));
  EXPECT_EQ(seen.routes.size(), 1U);
}
TEST(Mrt, FewerEntriesThanCounted) {
  const Seen seen = File().record(kV2, 1, peers()).record(kV2, 2, rib({{0, attributes({1})}}, 3)).seen();
  EXPECT_EQ(seen.routes.size(), 1U);
  EXPECT_THAT(seen.complaints, ElementsAre(HasSubstr("1 of 3 entries are there")));
}
TEST(Mrt, PrefixLongerThanItsFamily) {
  ByteWriter body;
  body.u32(0), body.u8(33), body.zeros(5), body.u16(0);
  EXPECT_EQ(File().record(kV2, 1, peers()).record(kV2, 2, body).seen().counts.malformed, 1U);
  ByteWriter old = table_dump("10.0.0.0", attributes({1}, 2));
  old.patch_u16(8, 0x2101);  // length 33, status 1
  const Seen seen = File().record(kTableDump, 1, old).seen();
  EXPECT_THAT(seen.complaints, ElementsAre(HasSubstr("TABLE_DUMP: prefix length 33")));
}
TEST(Mrt, RibWithoutRoomForItsPrefix) {
  ByteWriter body;
  body.u32(0), body.u8(24), body.u8(10);
  EXPECT_THAT(File().record(kV2, 2, body).seen().complaints, ElementsAre(HasSubstr("no room for the prefix")));
}
TEST(Mrt, AttributesThatMakeNoRoute) {
  ByteWriter block;
  block.u8(0x40), block.u8(1), block.u8(1), block.u8(9);  // ORIGIN 9
  const Seen seen = File().record(kV2, 1, peers()).record(kV2, 2, rib({{0, block}, {0, attributes({2})}})).seen();
  EXPECT_EQ(seen.routes.size(), 1U);
  EXPECT_GE(seen.counts.attribute_faults, 1U);
  EXPECT_EQ(seen.counts.malformed, 1U);
}
TEST(Mrt, FlagsThatConflictCostNoRouteOfADump) {
  ByteWriter block;
  block.u8(0), block.u8(2), block.u8(6), block.u8(2), block.u8(1), block.u32(64510);  // as BIRD dumps its own routes
  const Seen seen = File().record(kV2, 1, peers()).record(kV2, 2, rib({{0, block}})).seen();
  EXPECT_THAT(seen.routes, ElementsAre(HasSubstr("10.0.0.0/8 64510 via ::")));
  EXPECT_EQ(seen.counts.malformed, 0U);
}
TEST(Mrt, MessageLongerThanItsRecord) {
  ByteWriter body = message(update(4));
  body.patch_u16(16, 4000);
  const Seen seen = File().record(kBgp4mp, 4, bgp4mp(4, body)).seen();
  EXPECT_THAT(seen.complaints, ElementsAre(HasSubstr("BGP4MP: a message of 4000 octets does not fit")));
}
TEST(Mrt, MessageShorterThanItsHeader) {
  ByteWriter body = message(update(4));
  body.patch_u16(16, 18);
  EXPECT_EQ(File().record(kBgp4mp, 4, bgp4mp(4, body)).seen().counts.malformed, 1U);
}
TEST(Mrt, UpdateThatWouldEndASession) {
  ByteWriter body;
  body.u16(4000);
  const Seen seen =
      File().record(kBgp4mp, 4, bgp4mp(4, message(body))).record(kBgp4mp, 4, bgp4mp(4, message(update(4)))).seen();
  EXPECT_EQ(seen.counts.malformed, 1U);
  EXPECT_EQ(seen.updates.size(), 1U);
}
TEST(Mrt, PeerOfAnUnknownFamily) {
  EXPECT_THAT(File().record(kBgp4mp, 4, bgp4mp(4, message(update(4)), 3)).seen().complaints,
              ElementsAre(HasSubstr("BGP4MP: address family 3")));
}
TEST(Mrt, RecordsWithoutRoom) {
  for (const unsigned type : {5U, 12U, 13U, 16U, 17U}) {
    for (const unsigned subtype : {1U, 2U, 6U, 8U}) {
      const Seen seen = File().record(type, subtype, {}).seen();
      EXPECT_EQ(seen.counts.malformed + seen.counts.unsupported + seen.counts.other_messages, 1U)
          << type << "/" << subtype;
    }
  }
}
TEST(Mrt, StateChangeWithoutStates) {
  EXPECT_EQ(File().record(kBgp4mp, 5, bgp4mp(4, {})).seen().counts.malformed, 1U);
}
TEST(Mrt, UnknownTypesAreUnsupported) {
  const Seen seen = File()
                        .record(48, 0, {})
                        .record(999, 1, {})
                        .record(kBgp4mp, 3, {})
                        .record(kV2, 77, {})
                        .record(kTableDump, 9, {})
                        .seen();
  EXPECT_EQ(seen.counts.unsupported, 5U);
  EXPECT_EQ(seen.counts.malformed, 0U);
}
TEST(Mrt, EndWithinARecord) {
  File file;
  file.record(kV2, 1, peers()).record(kV2, 2, rib({{0, attributes({1})}}));
  const Seen seen = read(file.view().first(file.view().size() - 1));
  EXPECT_EQ(seen.counts.records, 1U);
  EXPECT_THAT(seen.error, HasSubstr("the file ends within record 2 at offset 60: it needs "));
  EXPECT_THAT(read(file.view().first(67)).error, HasSubstr("it needs a header of 12 octets, 7 are there"));
}
TEST(Mrt, ImpossibleLengthEndsTheFile) {
  File file;
  file.record(kV2, 1, peers()).record(kV2, 2, {}, MrtReader::kMostRecordOctets + 1).record(kV2, 1, peers());
  const Seen seen = file.seen();
  EXPECT_EQ(seen.counts.records, 1U);
  EXPECT_EQ(seen.error, "record 2 at offset 60 claims 16777217 octets: not an MRT file, or broken from here on");
}
TEST(Mrt, ComplaintsAreBounded) {
  File file;
  for (int i = 0; i < 50; ++i) file.record(999, 0, {});
  EXPECT_EQ(file.seen().complaints.size(), MrtReader::kMostComplaints);
  EXPECT_EQ(file.seen().counts.unsupported, 50U);
}

// A dump that FRR wrote of the table in testdata/show_ip_bgp.
TEST(Mrt, FrrDumpInChunksOfAnySize) {
  std::ifstream stream(WEIR_SOURCE_DIR "/testdata/mrt/frr_rib.mrt", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  ASSERT_FALSE(text.empty());
  const Seen whole = read(as_octets(text));
  EXPECT_EQ(whole.counts.routes, 23U);
  EXPECT_THAT(whole.complaints, IsEmpty());
  EXPECT_EQ(whole.error, "");
  EXPECT_THAT(whole.routes[4], HasSubstr("127.0.0.4 64500 4.0.0.0/8 3356 3491 45352 via 198.18.0.4"));
  for (const std::size_t chunk : {1U, 13U, 500U}) EXPECT_EQ(read(as_octets(text), chunk).routes, whole.routes);
}

TEST(Mrt, IsToldFromOtherFiles) {
  File file;
  file.record(kV2, 1, peers());
  EXPECT_TRUE(looks_like_mrt(file.view()));
  EXPECT_FALSE(looks_like_mrt(as_octets("BGP table version is 11")));
  EXPECT_FALSE(looks_like_mrt(as_octets("prefix,as_path,next_hop")));
  EXPECT_FALSE(looks_like_mrt({}));
}

}  // namespace
}  // namespace weir::bgp
