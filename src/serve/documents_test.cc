#include "serve/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "base/temporary_directory.h"

namespace weir::serve {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

constexpr const char* kBoard =
    R"({"name":"NOC wall","tiles":[{"kind":"traffic","width":6},{"kind":"top","width":3,"options":{"by":"src_as","n":5}}]})";

class DocumentsTest : public testing::Test {
 protected:
  Error refused(std::string_view text, std::string_view id = "wall", const DocumentKind& of = boards()) {
    const auto saved = documents().write(of, id, text, 5);
    if (saved) return {ErrorCode::internal, "it was taken"};
    return saved.error();
  }
  Documents& documents() {
    if (!documents_) documents_.emplace(directory);
    return *documents_;
  }
  static const DocumentKind& boards() { return *find_document_kind("dashboards"); }
  static const DocumentKind& filters() { return *find_document_kind("filters"); }

  const TemporaryDirectory made;
  const std::filesystem::path& directory = made.path();

 private:
  std::optional<Documents> documents_;
};

TEST_F(DocumentsTest, SavedIsReadBackWithItsRevisionAfterARestart) {
  const auto saved = documents().write(boards(), "noc-wall", kBoard, 7);
  ASSERT_TRUE(saved) << saved.error().message;
  const Documents again(directory);
  const auto read = again.read(boards(), "noc-wall");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at("name"), "NOC wall");
  EXPECT_EQ(read->at("revision"), 1);
  EXPECT_EQ(read->at("saved"), 7);
  EXPECT_EQ(read->at("tiles").as_array().size(), 2U);
  EXPECT_EQ(again.list(boards())->documents.size(), 1U);
  EXPECT_TRUE(again.list(filters())->documents.empty()) << "kinds do not mix";
}

TEST_F(DocumentsTest, WhoSavesOverAnothersWorkIsTold) {
  ASSERT_TRUE(documents().write(boards(), "wall", kBoard, 1));
  EXPECT_EQ(refused(kBoard).code, ErrorCode::busy) << "a new one may not replace one that is there";
  const auto second = documents().write(boards(), "wall", R"({"name":"b","tiles":[],"revision":1})", 2);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->at("revision"), 2);
  EXPECT_EQ(refused(R"({"name":"c","tiles":[],"revision":1})").code, ErrorCode::busy);
  EXPECT_EQ(documents().read(boards(), "wall")->at("name"), "b");
}

TEST_F(DocumentsTest, DeletedIsGone) {
  ASSERT_TRUE(documents().write(boards(), "wall", kBoard, 1));
  ASSERT_TRUE(documents().remove(boards(), "wall"));
  EXPECT_EQ(documents().read(boards(), "wall").error().code, ErrorCode::not_found);
  EXPECT_EQ(documents().remove(boards(), "wall").error().code, ErrorCode::not_found);
}

TEST_F(DocumentsTest, NoNameLeavesTheFolder) {
  constexpr auto kWrong =
      std::to_array<std::string_view>({"", "..", "../../etc/passwd", "a/b", "A", "a.b", std::string_view("a\0b", 3)});
  for (const std::string_view id : kWrong) EXPECT_EQ(refused(kBoard, id).code, ErrorCode::invalid) << id;
  EXPECT_EQ(refused(kBoard, std::string(65, 'a')).code, ErrorCode::invalid);
}

TEST_F(DocumentsTest, WhatIsWrongIsNamed) {
  EXPECT_THAT(refused("{").message, HasSubstr("no JSON"));
  EXPECT_THAT(refused("[]").message, HasSubstr("no JSON object"));
  EXPECT_THAT(refused(R"({"tiles":[]})").message, HasSubstr("name"));
  EXPECT_THAT(refused(R"({"name":"","tiles":[]})").message, HasSubstr("name"));
  EXPECT_THAT(refused(R"({"name":"a"})").message, HasSubstr("tiles"));
  EXPECT_THAT(refused(R"({"name":"a","tiles":[1]})").message, HasSubstr("tile 1"));
  EXPECT_THAT(refused(R"({"name":"a","tiles":[{"width":1}]})").message, HasSubstr("kind"));
  EXPECT_THAT(refused(R"({"name":"a","tiles":[{"kind":"<b>","width":1}]})").message, HasSubstr("kind"));
  EXPECT_THAT(refused(R"({"name":"a","tiles":[{"kind":"x","width":0}]})").message, HasSubstr("width"));
  EXPECT_THAT(refused(R"({"name":"a","tiles":[{"kind":"x","width":1.5}]})").message, HasSubstr("width"));
  EXPECT_THAT(refused(R"({"name":"a","tiles":[{"kind":"x","width":1,"extra":1}]})").message, HasSubstr("extra"));
  EXPECT_THAT(refused(R"({"name":"a","tiles":[{"kind":"x","width":1,"options":[]}]})").message, HasSubstr("options"));
  EXPECT_THAT(refused(R"({"name":"a","tiles":[{"kind":"x","width":1,"options":{"a":{}}}]})").message, HasSubstr("'a'"));
  EXPECT_THAT(refused(R"({"name":"a","tiles":[],"revision":"x"})").message, HasSubstr("revision"));
  EXPECT_THAT(refused(R"({"name":"a","filter":"dst prot 80"})", "f", filters()).message, HasSubstr("filter: "));
  EXPECT_THAT(refused(R"({"name":"a","filter":"","address":"https://elsewhere"})", "f", filters()).message,
              HasSubstr("address"));
}

TEST_F(DocumentsTest, SizeAndNumberAreBounded) {
  EXPECT_EQ(refused(R"({"name":")" + std::string(kMostDocumentOctets, 'a') + "\"}").code, ErrorCode::no_space);
  EXPECT_THAT(refused(std::string(1000, '[')).message, HasSubstr("no JSON")) << "nesting is bounded";
  std::string many = R"({"name":"a","tiles":[)";
  for (int i = 0; i < 41; ++i) many += std::string(i == 0 ? "" : ",") + R"({"kind":"x","width":1})";
  EXPECT_THAT(refused(many + "]}").message, HasSubstr("at most 40"));
  std::filesystem::create_directories(directory / "filters");
  for (std::size_t i = 0; i < kMostDocuments; ++i)
    std::ofstream(directory / "filters" / (std::to_string(i) + ".json")) << "{}";
  EXPECT_EQ(refused(R"({"name":"a","filter":""})", "one-more", filters()).code, ErrorCode::no_space);
}

TEST_F(DocumentsTest, AFileThatSomebodySpoiltDoesNotHideTheOthers) {
  ASSERT_TRUE(documents().write(boards(), "wall", kBoard, 1));
  std::ofstream(directory / "dashboards" / "spoilt.json") << "{\"name\":";
  std::ofstream(directory / "dashboards" / "notes.txt") << "mine";
  const auto list = documents().list(boards());
  ASSERT_TRUE(list);
  EXPECT_EQ(list->documents.size(), 1U);
  EXPECT_THAT(list->unreadable, testing::ElementsAre("spoilt"));
}

TEST_F(DocumentsTest, WithoutADirectoryNothingIsSaved) {
  Documents nowhere("");
  EXPECT_EQ(nowhere.write(boards(), "wall", kBoard, 1).error().code, ErrorCode::unsupported);
  EXPECT_EQ(nowhere.read(boards(), "wall").error().code, ErrorCode::not_found);
  EXPECT_TRUE(nowhere.list(boards())->documents.empty());
}

}  // namespace
}  // namespace weir::serve
