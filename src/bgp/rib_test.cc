#include "bgp/rib.h"

#include <gtest/gtest.h>

namespace weir::bgp {
namespace {

TEST(Rib, ARouteIsFoundByItsLongestPrefix) {
  Rib rib;
  const SourceId source = rib.set_source({.name = "a", .kind = SourceKind::bgp, .exporters = {}});
  const ViewId view = rib.open_view(
      {.key = {.source = source, .router = IpAddress::v4(1), .distinguisher = {}, .peer = IpAddress::v4(2)},
       .peer_as = 1,
       .router_name = {}},
      1000);
  PathAttributes attributes;
  attributes.as_path.segments = {{SegmentType::as_sequence, {1, 2, 3}}};
  const Announcement route{.nlri = {.prefix = Prefix::of(IpAddress::v4(0x0a000000), 8), .rd = {}},
                           .next_hop = IpAddress::v4(9)};
  rib.announce(view, attributes, {&route, 1}, 1000);
  RibReader reader(rib);
  const RibReader::Pin pin(reader);
  const Found found = reader.find({.address = IpAddress::v4(0x0a010203), .next_hop = {}});
  ASSERT_NE(found.attributes, nullptr);
  EXPECT_EQ(found.length, 8);
  EXPECT_EQ(found.next_hop, IpAddress::v4(9));
}

}  // namespace
}  // namespace weir::bgp
