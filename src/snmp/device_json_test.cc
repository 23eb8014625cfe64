#include "snmp/device_json.h"

#include <gtest/gtest.h>

namespace weir::snmp {
namespace {

TEST(DeviceJson, ReadsWhatItWrote) {
  const std::vector<Device> devices{{IpAddress::v4(0xc000'0201),
                                     "edge \"1\"",
                                     1'768'000'000'000,
                                     {{1, {"xe-0", "zum Münster", 400'000'000'000}}, {4'294'967'295, {}}}},
                                    {{0x2001'0db8'0000'0000, 1}, "", 0, {}}};
  const auto read = from_json(to_json(devices));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(2U, read->size());
  EXPECT_EQ(devices[0].exporter, (*read)[0].exporter);
  EXPECT_EQ(devices[0].name, (*read)[0].name);
  EXPECT_EQ(devices[0].polled_ms, (*read)[0].polled_ms);
  EXPECT_EQ(devices[0].interfaces, (*read)[0].interfaces);
  EXPECT_EQ(devices[1].exporter, (*read)[1].exporter);
}

TEST(DeviceJson, RefusesWhatItDoesNotWrite) {
  for (const char* text :
       {"", "{", "{}", "[1]", "[{}]", R"([{"exporter":"x","name":"","polled_ms":0,"interfaces":[]}])",
        R"([{"exporter":"::1","name":"","polled_ms":"0","interfaces":[]}])",
        R"([{"exporter":"::1","name":"","polled_ms":0,"interfaces":[1]}])",
        R"([{"exporter":"::1","name":"","polled_ms":0,"interfaces":[[1,"a","b"]]}])",
        R"([{"exporter":"::1","name":"","polled_ms":0,"interfaces":[[-1,"a","b",0]]}])",
        R"([{"exporter":"::1","name":"","polled_ms":0,"interfaces":[[1,2,"b",0]]}])"}) {
    EXPECT_FALSE(from_json(text)) << text;
  }
}

}  // namespace
}  // namespace weir::snmp
