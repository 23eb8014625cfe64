#include "decode/information_element.h"

#include <gtest/gtest.h>

#include "decode/column_writer.h"

namespace weir::decode {
namespace {

TEST(InformationElementTest, AreFoundByEnterpriseAndNumber) {
  ASSERT_NE(find_element(0, 1), nullptr);
  EXPECT_EQ(find_element(0, 1)->name, "octetDeltaCount");
  EXPECT_EQ(find_element(0, 502)->name, "srhSegmentIPv6EndpointBehavior");
  EXPECT_EQ(find_element(0, 40'005)->name, "firewallEvent");
  EXPECT_EQ(find_element(5951, 128)->name, "netscalerRoundTripTime");
  EXPECT_EQ(find_element(kNetflow9Scope, 5)->name, "scopeTemplate");
  EXPECT_EQ(find_element(0, 0), nullptr);
  EXPECT_EQ(find_element(0, 65'535), nullptr);
  EXPECT_EQ(find_element(29'305, 1), nullptr) << "reverse elements are looked up as their forward ones";
}

TEST(InformationElementTest, EveryElementThatFillsAColumnHasAWriter) {
  for (const InformationElement& element : information_elements()) {
    if (element.meaning != Meaning::value && element.meaning != Meaning::observation_time) continue;
    if (element.column == flow::Column::icmp_code) continue;  // is read together with its type
    std::size_t length = 0;
    switch (element.type) {
      case AbstractType::unsigned8:
        length = 1;
        break;
      case AbstractType::unsigned16:
        length = 2;
        break;
      case AbstractType::unsigned32:
      case AbstractType::ipv4_address:
      case AbstractType::date_time_seconds:
        length = 4;
        break;
      case AbstractType::mac_address:
        length = 6;
        break;
      case AbstractType::ipv6_address:
        length = 16;
        break;
      default:
        length = 8;
        break;
    }
    Step step;
    step.element = &element;
    step.column = element.column;
    step.at[0].length = static_cast<std::uint32_t>(length);
    EXPECT_NE(writer_for(step), nullptr) << element.name;
  }
}

TEST(InformationElementTest, EveryElementHasAName) {
  for (const InformationElement& element : information_elements()) EXPECT_FALSE(element.name.empty()) << element.id;
  EXPECT_GT(information_elements().size(), 500U);
}

}  // namespace
}  // namespace weir::decode
