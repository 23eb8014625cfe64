#include "main/customer_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "base/temporary_directory.h"

namespace weir::main {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kTwo =
    R"({"revision":0,"customers":[{"name":"Kelapa Cloud","region":"MY","prefixes":["103.64.13.0/24","2001:db8:100::/48"],)"
    R"("ases":[64500],"interfaces":[{"exporter":"edge-*","index":17}]},{"name":"B","prefixes":["192.0.2.0/24"]}],)"
    R"("regions":[{"name":"SG","prefixes":["198.51.100.0/24"]}]})";

/// "POINTER: DETAIL" of the first fault.
std::string fault_of(std::string_view text) {
  std::vector<serve::JsonFault> faults;
  (void)parse_customers(text, faults);
  return faults.empty() ? "(none)" : faults.front().pointer + ": " + faults.front().detail;
}

TEST(CustomerList, ComesBackAsItWasWritten) {
  std::vector<serve::JsonFault> faults;
  const CustomerDocument document = parse_customers(kTwo, faults);
  ASSERT_THAT(faults, IsEmpty());
  ASSERT_THAT(document.list.customers, SizeIs(2));
  EXPECT_EQ(document.list.customers[0].interfaces[0].index, 17U);
  EXPECT_EQ(document.list.customers[0].interfaces[0].name, "*");
  const std::string text = customers_file(document);
  EXPECT_EQ(customers_file(parse_customers(text, faults)), text);
  EXPECT_THAT(faults, IsEmpty());
  EXPECT_THAT(text, HasSubstr("2001:db8:100::/48"));
}

TEST(CustomerList, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_THAT(fault_of("{"), HasSubstr(": it is no JSON"));
  EXPECT_THAT(fault_of(std::string(100, '[')), HasSubstr("no JSON")) << "nesting is bounded";
  EXPECT_EQ(fault_of("[]"), ": it is no JSON object");
  EXPECT_EQ(fault_of(R"({"customer":[]})"), ": there is no member 'customer'");
  EXPECT_EQ(fault_of(R"({"customers":{}})"), "/customers: it is a list");
  EXPECT_EQ(fault_of(R"({"revision":-1})"), "/revision: it is a whole number");
  EXPECT_EQ(fault_of(R"({"customers":[1]})"), "/customers/0: it is no JSON object");
  EXPECT_EQ(fault_of(R"({"customers":[{}]})"), "/customers/0: it has no name");
  EXPECT_EQ(fault_of(R"({"customers":[{"name":""}]})"), "/customers/0/name: it is empty");
  EXPECT_THAT(fault_of(R"({"customers":[{"name":5}]})"), HasSubstr("/customers/0/name: it is a text"));
  EXPECT_EQ(fault_of(R"({"customers":[{"name":"a\nb"}]})"), "/customers/0/name: it has a control character");
  EXPECT_THAT(fault_of(R"({"customers":[{"name":"a","prefixes":["192.0.2.0/33"]}]})"), HasSubstr("/customers/0/prefixes/0: "));
  EXPECT_THAT(fault_of(R"({"customers":[{"name":"a","prefixes":["192.0.2.1/24"]}]})"), HasSubstr("192.0.2.0/24")) << "host bits";
  EXPECT_THAT(fault_of(R"({"customers":[{"name":"a","prefixes":[5]}]})"), HasSubstr("a network is a text"));
  EXPECT_THAT(fault_of(R"({"customers":[{"name":"a","ases":["x"]}]})"), HasSubstr("/customers/0/ases/0: an AS number"));
  EXPECT_THAT(fault_of(R"({"customers":[{"name":"a","ases":[4294967296]}]})"), HasSubstr("an AS number"));
  for (const char* as : {"0", "23456", "65535", "4294967295"})
    EXPECT_THAT(fault_of(R"({"customers":[{"name":"a","ases":[)" + std::string(as) + "]}]}"), HasSubstr("is reserved")) << as;
  EXPECT_THAT(fault_of(R"({"customers":[{"name":"a","interfaces":[{"index":-1}]}]})"), HasSubstr("/customers/0/interfaces/0/index: "));
  EXPECT_THAT(fault_of(R"({"customers":[{"name":"a","interfaces":[{"what":1}]}]})"), HasSubstr("'what'"));
  EXPECT_THAT(fault_of(R"({"customers":[{"name":"a","interfaces":[{}]}]})"), HasSubstr("every interface of every exporter"));
  EXPECT_THAT(fault_of(R"({"customers":[{"name":"a"}]})"), HasSubstr("/customers/0: nothing is its traffic"));
  EXPECT_EQ(fault_of(R"({"regions":[{"name":"SG"}]})"), "/regions/0: it has no prefix");
}

TEST(CustomerList, FaultsAreBounded) {
  std::string text = R"({"customers":[)";
  for (int i = 0; i < 500; ++i) text += i == 0 ? "1" : ",1";
  std::vector<serve::JsonFault> faults;
  (void)parse_customers(text + "]}", faults);
  EXPECT_THAT(faults, SizeIs(kMostFaults));
}

CheckedCustomers checked(const enrich::EnrichConfig& configured, std::string_view text) {
  std::vector<serve::JsonFault> faults;
  const CustomerDocument document = parse_customers(text, faults);
  EXPECT_THAT(faults, IsEmpty());
  return check_customers(configured, document.list);
}

enrich::EnrichConfig fixed() {
  enrich::EnrichConfig out;
  out.customers.push_back({"Fixed", "HK", {*parse_prefix("203.0.113.0/24")}, {64999}, {{"edge-1", 7, "*"}}});
  out.regions.push_back({"HK", {*parse_prefix("203.0.113.0/24")}});
  return out;
}

TEST(CustomerCheck, TheConfigurationGoesFirst) {
  const auto out = checked(fixed(), R"({"customers":[{"name":"Fixed","prefixes":["192.0.2.0/24"]},
    {"name":"A","prefixes":["203.0.113.0/24","198.51.100.0/24"],"ases":[64999,64998],"interfaces":[{"exporter":"edge-1","index":7}]}],
    "regions":[{"name":"HK","prefixes":["203.0.113.0/24","192.0.2.0/24"]}]})");
  std::vector<std::string> places;
  for (const serve::JsonFault& fault : out.faults) places.push_back(fault.pointer);
  EXPECT_THAT(places, ElementsAre("/customers/0/name", "/customers/1/prefixes/0", "/customers/1/ases/0", "/customers/1/interfaces/0",
                                  "/regions/0/prefixes/0"));
  EXPECT_EQ(out.faults[1].detail, "203.0.113.0/24 belongs to 'Fixed' of the configuration already");
  ASSERT_THAT(out.in_force.customers, SizeIs(1)) << "of A only what is claimed twice is left out";
  EXPECT_THAT(out.in_force.customers[0].prefixes, ElementsAre(*parse_prefix("198.51.100.0/24")));
  EXPECT_THAT(out.in_force.customers[0].ases, ElementsAre(64998U));
  EXPECT_THAT(out.in_force.regions[0].prefixes, ElementsAre(*parse_prefix("192.0.2.0/24")));
}

TEST(CustomerCheck, WhatTwoOfThePageClaimIsNamed) {
  const auto out = checked({}, R"({"customers":[{"name":"A","prefixes":["192.0.2.0/24"]},{"name":"A","ases":[1]},
    {"name":"B","prefixes":["192.0.2.0/24"]}],"regions":[{"name":"SG","prefixes":["192.0.2.0/24"]},{"name":"SG","prefixes":["198.51.100.0/24"]}]})");
  std::vector<std::string> places;
  for (const serve::JsonFault& fault : out.faults) places.push_back(fault.pointer);
  EXPECT_THAT(places, ElementsAre("/customers/1/name", "/customers/2/prefixes/0", "/regions/1/name"));
}

TEST(CustomerCheck, OverlapsAreAllowedAndTold) {
  const auto out = checked(fixed(), R"({"customers":[{"name":"A","prefixes":["203.0.113.128/25","2001:db8::/32"]},
    {"name":"B","prefixes":["2001:db8:1::/48","2001:db8::/64"]},{"name":"C","prefixes":["::/0","0.0.0.0/0"]}]})");
  EXPECT_THAT(out.faults, IsEmpty());
  EXPECT_THAT(out.overlaps,
              testing::UnorderedElementsAre(
                  HasSubstr("203.0.113.128/25 of 'A' lies within 203.0.113.0/24 of 'Fixed'"),
                  HasSubstr("203.0.113.0/24 of 'Fixed' lies within 0.0.0.0/0 of 'C'"), HasSubstr("2001:db8::/32 of 'A' lies within ::/0 of 'C'"),
                  HasSubstr("2001:db8::/64 of 'B' lies within 2001:db8::/32 of 'A'"),
                  HasSubstr("2001:db8:1::/48 of 'B' lies within 2001:db8::/32 of 'A'")));
}

class CustomerStoreTest : public testing::Test {
 protected:
  [[nodiscard]] auto now() const {
    return [] { return UnixMillis{1234}; };
  }
  const TemporaryDirectory directory;
  const std::filesystem::path file = customers_file_in(directory.path());
};

TEST_F(CustomerStoreTest, SavedCustomersHoldAtOnceAndAreReadAgain) {
  CustomerStore store(file, now());
  EXPECT_THAT(store.configure(fixed(), CustomersBy::everybody), IsEmpty()) << "a file that is not there yet is empty";
  int told = 0;
  store.listen([&] { told += static_cast<int>(store.effective().customers.size()); });
  const auto turn = store.turn();
  ASSERT_TRUE(store.save(kTwo, "test"));
  EXPECT_EQ(told, 3) << "in force before who saves is answered";
  EXPECT_GT(store.turn(), turn);
  CustomerStore again(file, now());
  EXPECT_THAT(again.configure(fixed(), CustomersBy::nobody), IsEmpty());
  EXPECT_THAT(again.effective().customers, SizeIs(3));
  EXPECT_THAT(again.effective().regions, SizeIs(2));
  const json::object told_now = json::parse(again.json()).as_object();
  EXPECT_EQ(told_now.at("configured").at("customers").as_array().size(), 1U);
  EXPECT_EQ(told_now.at("saved").at("customers").as_array().size(), 2U);
  EXPECT_EQ(told_now.at("saved").at("revision"), 1);
  EXPECT_EQ(told_now.at("saved").at("time"), 1234);
  EXPECT_EQ(told_now.at("changed_by"), "nobody");
  EXPECT_TRUE(told_now.at("problem").is_null());
}

TEST_F(CustomerStoreTest, OfTwoWhoSaveTheSecondIsToldOfTheFirst) {
  CustomerStore store(file, now());
  (void)store.configure({}, CustomersBy::everybody);
  ASSERT_TRUE(store.save(kTwo, "one"));
  const auto second = store.save(kTwo, "two");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().error.code, ErrorCode::busy);
  EXPECT_TRUE(store.save(R"({"revision":1,"customers":[]})", "two"));
  EXPECT_THAT(store.effective().customers, IsEmpty());
}

TEST_F(CustomerStoreTest, ContradictionsAreRefusedAndNothingIsWritten) {
  CustomerStore store(file, now());
  (void)store.configure(fixed(), CustomersBy::everybody);
  const auto saved = store.save(R"({"revision":0,"customers":[{"name":"Other","prefixes":["203.0.113.0/24"]},{"name":"Fixed","ases":[1]}]})", "x");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().error.code, ErrorCode::invalid);
  EXPECT_THAT(saved.error().faults, SizeIs(2));
  EXPECT_THAT(saved.error().error.message, HasSubstr("/customers/0/prefixes/0: "));
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_THAT(store.effective().customers, SizeIs(1));
}

TEST_F(CustomerStoreTest, AConfigurationThatClaimsTheSameLaterGoesFirst) {
  CustomerStore store(file, now());
  (void)store.configure({}, CustomersBy::everybody);
  ASSERT_TRUE(store.save(R"({"revision":0,"customers":[{"name":"Fixed","ases":[1]},{"name":"B","ases":[2]}]})", "x"));
  EXPECT_THAT(store.configure(fixed(), CustomersBy::everybody), ElementsAre(HasSubstr("/customers/0/name")));
  EXPECT_THAT(store.effective().customers, SizeIs(2));
  EXPECT_EQ(json::parse(store.json()).at("left_out").at(0).at("pointer"), "/customers/0/name");
  EXPECT_THAT(store.configure({}, CustomersBy::everybody), IsEmpty());
  EXPECT_THAT(store.effective().customers, SizeIs(2)) << "what was left out comes back";
}

TEST_F(CustomerStoreTest, AFileThatSomebodySpoiltIsNamedNotWrittenOver) {
  CustomerStore store(file, now());
  (void)store.configure({}, CustomersBy::everybody);
  ASSERT_TRUE(store.save(kTwo, "x"));
  std::ofstream(file) << "{\"customers\":";
  EXPECT_THAT(store.configure({}, CustomersBy::everybody), ElementsAre(HasSubstr(file.string())));
  EXPECT_THAT(store.effective().customers, SizeIs(2)) << "the old ones stay";
  const auto saved = store.save(R"({"revision":1})", "x");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().error.code, ErrorCode::unsupported);
  EXPECT_TRUE(json::parse(store.json()).at("problem").is_string());
}

}  // namespace
}  // namespace weir::main
