#include "query/as_names_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/format.h"

namespace weir::query {
namespace {

using flow::Column;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class AsNamesOf : public testing::Test {
 protected:
  AsNamesOf() {
    query_.by = {Column::dst_as, Column::dst_port};
    query_.to_ms = 1000;
    answer_.to_ms = 1000;
    for (const std::uint64_t as : {15169U, 3356U, 64512U, 15169U}) {
      answer_.rows.push_back({.key = {as, std::uint64_t{3356}}, .sums = {}, .series = {}});
    }
    answer_.rows.push_back({.key = {std::monostate{}, std::uint64_t{443}}, .sums = {}, .series = {}});
  }
  Query query_;
  Answer answer_;
  flow::AsNames names_{{{.as = 15169, .name = "Goo\"gle", .country = "US"},
                        {.as = 3356, .name = "Level 3", .country = ""},
                        {.as = 443, .name = "not asked for", .country = ""}}};
};

TEST_F(AsNamesOf, NamesOnlyWhatIsInColumnsOfAses) {
  name_ases(query_, names_, answer_);
  EXPECT_THAT(answer_.as_names, SizeIs(2));
  ASSERT_NE(name_of(answer_, 15169), nullptr);
  EXPECT_EQ(name_of(answer_, 15169)->country, "US");
  EXPECT_EQ(name_of(answer_, 443), nullptr);
  EXPECT_EQ(name_of(answer_, 64512), nullptr);
}

TEST_F(AsNamesOf, Json) {
  EXPECT_THAT(format_json(query_, answer_), Not(HasSubstr("as_names")));
  name_ases(query_, names_, answer_);
  EXPECT_THAT(format_json(query_, answer_), HasSubstr(R"("as_names":{"3356":{"name":"Level 3","country":""},)"
                                                      R"("15169":{"name":"Goo\"gle","country":"US"}})"));
}

TEST_F(AsNamesOf, TheTableShowsTheNameBesideTheNumberAndCsvStaysPlain) {
  name_ases(query_, names_, answer_);
  const std::string table = format_table(query_, answer_);
  EXPECT_THAT(table, HasSubstr("15169 Goo\"gle  3356"));
  EXPECT_THAT(table, HasSubstr("64512 "));
  EXPECT_THAT(format_csv(query_, answer_), Not(HasSubstr("Goo")));
}

}  // namespace
}  // namespace weir::query
