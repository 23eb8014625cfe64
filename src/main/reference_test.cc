// The committed pages are the ones that the tables give.
#include "main/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "main/config.h"
#include "main/config_difference.h"

namespace weir::main {
namespace {

struct CommittedPage {
  const char* name;
  const char* file;
};

class Reference : public ::testing::TestWithParam<CommittedPage> {};

TEST_P(Reference, IsTheCommittedFile) {
  std::ifstream file(std::string(WEIR_SOURCE_DIR "/") + GetParam().file);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_TRUE(text == reference_page(GetParam().name).value())
      << "write it anew: build/weir reference " << GetParam().name << " > " << GetParam().file;
}

INSTANTIATE_TEST_SUITE_P(Pages, Reference,
                         ::testing::Values(CommittedPage{"config", "docs/reference/configuration.md"},
                                           CommittedPage{"example", "packaging/weir.yaml"},
                                           CommittedPage{"columns", "docs/reference/columns.md"},
                                           CommittedPage{"metrics", "docs/reference/metrics.md"},
                                           CommittedPage{"query", "docs/reference/query.md"},
                                           CommittedPage{"reports", "docs/reference/reports.md"}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ReferencePage, UnknownNameListsThePages) {
  const auto page = reference_page("colums");
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message, ::testing::HasSubstr("columns"));
}

TEST(ConfigExample, AllCommentedOutIsTheDefaults) {
  const auto config = parse_config(config_example());
  ASSERT_TRUE(config);
  EXPECT_TRUE(keys_that_need_a_restart(Config{}, *config).empty());
  EXPECT_TRUE(config->enrich.exporters.empty());
}

/// Every key taken in: the example says nothing that the reader refuses.
TEST(ConfigExample, EveryKeyTakenInIsValid) {
  std::string yaml;
  std::istringstream lines(config_example());
  for (std::string line; std::getline(lines, line);) {
    // Explanations at the top have one space; those inside have a second '#', which YAML reads as a comment.
    const bool explains = line.size() > 2 && line[1] == ' ' && line[2] != ' ';
    if (line.starts_with("#") && !explains) yaml += line.substr(1) + "\n";
  }
  const auto config = parse_config(yaml);
  ASSERT_TRUE(config) << to_string(config.error().at(0), "example") << "\n" << yaml;
  ASSERT_EQ(config->enrich.exporters.size(), 1U);
  EXPECT_EQ(config->enrich.exporters[0].interfaces.size(), 1U);
  EXPECT_EQ(config->enrich.interface_classes.size(), 1U);
  EXPECT_EQ(config->listen, default_listen());
}

TEST(ConfigDifference, NamesTheKeysThatAreNotLive) {
  const auto before = parse_config("workers: 1\nlog: {level: info}\nexporters: [{address: 192.0.2.1}]\n");
  const auto after = parse_config("workers: 2\nlog: {level: debug}\nstore: {memory: 2GiB}\nexporters: []\n");
  ASSERT_TRUE(before && after);
  EXPECT_THAT(keys_that_need_a_restart(*before, *after), ::testing::ElementsAre("workers", "store.memory"));
  EXPECT_TRUE(keys_that_need_a_restart(*before, *before).empty());
}

}  // namespace
}  // namespace weir::main
