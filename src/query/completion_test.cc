#include "query/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/filter.h"
#include "query/words.h"

namespace weir::query {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

std::vector<KnownValue> known_values(flow::Column column, std::string_view, std::size_t) {
  switch (column) {
    case flow::Column::src_customer:
      return {{"Acme", "12 GB in the last hour"}, {"Acme Sdn Bhd", ""}, {"and", ""}, {"say \"x\"", ""}};
    case flow::Column::src_as:
    case flow::Column::dst_as:
      return {{"15169", "GOOGLE - Google LLC"}, {"4134", "CHINANET"}};
    case flow::Column::exporter:
      return {{"103.3.172.227", "SG1-TELIA/STARHUB"}};
    default:
      return {};
  }
}

/// The candidates' texts at the '|'.
std::vector<std::string> at(std::string_view marked) {
  const std::size_t position = marked.find('|');
  std::string filter(marked);
  filter.erase(position, 1);
  std::vector<std::string> out;
  for (const Candidate& candidate : complete(filter, position, known_values).candidates) out.push_back(candidate.text);
  return out;
}

/// The filter after taking the first candidate at the '|'.
std::string taken(std::string_view marked) {
  const std::size_t position = marked.find('|');
  std::string filter(marked);
  filter.erase(position, 1);
  const Completion completion = complete(filter, position, known_values);
  if (completion.candidates.empty()) return "(none)";
  return filter.replace(completion.start, completion.length, completion.candidates.front().text);
}

TEST(Completion, AnEmptyFilterTakesEveryTest) {
  EXPECT_THAT(at("|"), IsSupersetOf({"src", "dst", "port", "net", "not", "(", "any"}));
  EXPECT_THAT(at("|"), Not(Contains("and")));
  EXPECT_THAT(at("tcp and |"), IsSupersetOf({"src", "port", "bytes"}));
}

TEST(Completion, WhatIsTypedChoosesAndIsReplaced) {
  EXPECT_EQ(taken("tcp and por|"), "tcp and port");
  EXPECT_EQ(taken("tcp and po|x and udp"), "tcp and port and udp");
  EXPECT_THAT(at("src_a|"), ElementsAre("src_addr", "src_as", "nat_src_addr"));
  EXPECT_THAT(at("SRC_A|"), ElementsAre("src_addr", "src_as", "nat_src_addr"));
  EXPECT_THAT(at("country|"), IsSupersetOf({"country", "src_country", "dst_country"}));
  EXPECT_THAT(at("qqqq|"), IsEmpty());
}

TEST(Completion, AfterATestComeTheJoints) {
  EXPECT_THAT(at("port 80 |"), ElementsAre("and", "or"));
  EXPECT_THAT(at("(port 80 |"), ElementsAre("and", "or", ")"));
  EXPECT_THAT(at("(port 80) |"), ElementsAre("and", "or"));
  EXPECT_THAT(at("tcp |"), IsSupersetOf({"and", "or", "port", "src"}));
}

TEST(Completion, AfterASideComeWordsThatHaveTwo) {
  EXPECT_THAT(at("src |"), IsSupersetOf({"ip", "net", "port", "as", "mac", "or dst"}));
  EXPECT_THAT(at("src |"), Not(Contains("bytes")));
  EXPECT_THAT(at("src or |"), ElementsAre("dst"));
  EXPECT_THAT(at("in |"), IsSupersetOf({"if", "src mac", "="}));
  EXPECT_THAT(at("next |"), IsSupersetOf({"ip", "as"}));
  EXPECT_THAT(at("mpls |"), ElementsAre("label1", "label2", "label3"));
}

TEST(Completion, ComparisonsFitTheColumn) {
  EXPECT_THAT(at("bytes |"), IsSupersetOf({"=", ">", "<=", "in [", "is known"}));
  EXPECT_THAT(at("src_customer |"), IsSupersetOf({"=", "~", "in ["}));
  EXPECT_THAT(at("src_customer |"), Not(Contains("<")));
  EXPECT_THAT(at("communities |"), Contains("has"));
  EXPECT_THAT(at("src_addr |"), Not(Contains("~")));
  EXPECT_THAT(at("src_name |"), IsSupersetOf({"~", "="}));
  EXPECT_THAT(at("vrf is |"), ElementsAre("known", "unknown"));
}

TEST(Completion, ValuesComeFromTheDataAndTheTables) {
  EXPECT_THAT(at("src as |"), IsSupersetOf({"15169", "4134"}));
  EXPECT_EQ(taken("src as goog|"), "src as 15169");
  EXPECT_EQ(taken("dst_as in [15169 chin|]"), "dst_as in [15169 4134]");
  EXPECT_EQ(taken("router ip telia|"), "router ip 103.3.172.227");
  EXPECT_EQ(taken("proto tc|"), "proto tcp");
  EXPECT_EQ(taken("dst port htt|"), "dst port http");
  EXPECT_THAT(at("src_as = |"), IsSupersetOf({"15169", "dst_as"}));
  EXPECT_THAT(at("flags |"), Contains("S"));
}

TEST(Completion, TextsAreQuotedWhereTheyMustBe) {
  EXPECT_THAT(at("src_customer = |"), IsSupersetOf({"Acme", "\"Acme Sdn Bhd\"", "\"and\"", "\"say \\\"x\\\"\""}));
  EXPECT_EQ(taken("src_customer = \"acme s|"), "src_customer = \"Acme Sdn Bhd\"");
  EXPECT_EQ(taken("src_customer in (\"acm|\" \"b\")"), "src_customer in (\"Acme\" \"b\")");
}

TEST(Completion, ValuesWithoutTextAreNoCandidates) {
  const auto nothing = [](flow::Column, std::string_view, std::size_t) { return std::vector<KnownValue>{{"", "unnamed"}}; };
  for (const Candidate& candidate : complete("src as ", 7, nothing).candidates) EXPECT_FALSE(candidate.text.empty());
}

TEST(Completion, ListsBeginAndEnd) {
  EXPECT_THAT(at("port in |"), Contains("["));
  EXPECT_THAT(at("port in [80 |"), Contains("]"));
  EXPECT_THAT(at("port in [|"), Not(Contains("]")));
}

TEST(Completion, NothingWhereNothingCanBeSaid) {
  EXPECT_THAT(at("tcp # por|"), IsEmpty());
  EXPECT_THAT(at("prot tcp and |"), IsEmpty());
  EXPECT_THAT(at("tcp ; |"), IsEmpty());
  EXPECT_THAT(at("as_path ~ |"), IsEmpty());
  EXPECT_THAT(at("\xff|"), IsEmpty());
  EXPECT_THAT(complete("tcp", 99, {}).candidates, Not(IsEmpty()));
}

TEST(Completion, ACommentBeforeIsNoObstacle) {
  EXPECT_THAT(at("tcp # here\n and |"), Contains("port"));
}

TEST(Completion, EveryWordOfTheTableIsOffered) {
  for (const WordInfo& word : words()) {
    if (word.word == "and" || word.word == "or") continue;
    EXPECT_THAT(at("tcp and " + std::string(word.word) + "|"), Contains(word.word));
  }
}

}  // namespace
}  // namespace weir::query
