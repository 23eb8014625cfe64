// The command line within the process; test/test_cli.py tries the program itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "main/command.h"

namespace weir::main {
namespace {

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome run(std::vector<const char*> words) {
  words.insert(words.begin(), "weir");
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int status = run_command_line(static_cast<int>(words.size()), words.data());
  return {status, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

TEST(CommandLine, EveryCommandHasASummaryHelpAndAnExample) {
  for (const Command& command : commands()) {
    const std::string name(command.name);
    EXPECT_FALSE(command.summary.empty()) << name;
    EXPECT_TRUE(command.hidden || command.examples.find("weir " + name) != std::string_view::npos) << name;
    const Outcome help = run({"help", name.c_str()});
    EXPECT_EQ(help.status, kSuccess) << name;
    EXPECT_THAT(help.out, ::testing::HasSubstr(std::string(command.summary)));
  }
}

TEST(CommandLine, HelpListsAllButTheHidden) {
  const Outcome help = run({"help"});
  EXPECT_EQ(help.status, kSuccess);
  for (const Command& command : commands()) {
    const bool listed = help.out.find("\n  " + std::string(command.name) + " ") != std::string::npos;
    EXPECT_EQ(listed, !command.hidden) << command.name;
  }
}

TEST(CommandLine, UsageErrorsAreOneLineAndStatusTwo) {
  const std::vector<std::vector<const char*>> wrong = {{},
                                                       {"flood"},
                                                       {"help", "flood"},
                                                       {"--flood"},
                                                       {"serve", "--flood"},
                                                       {"decode"},
                                                       {"import"},
                                                       {"replay"},
                                                       {"serve", "--udp", "127.0.0.1"},
                                                       {"serve", "--http", "x"},
                                                       {"query", "--metric", "litres"},
                                                       {"query", "--format", "xml"},
                                                       {"query", "--by", "none"},
                                                       {"query", "--from", "soon"},
                                                       {"query", "--top", "-1"},
                                                       {"query", "--server", "nowhere"},
                                                       {"query", "--server", "http://127.0.0.1:1", "--data", "x"},
                                                       {"generate", "--protocol", "netflow6"},
                                                       {"generate", "--to", "nowhere"},
                                                       {"generate", "--duration", "10"},
                                                       {"generate", "--rate", "-1"},
                                                       {"replay", "x.pcap", "--speed", "-1"},
                                                       {"replay", "x.pcap", "--to", "nowhere"},
                                                       {"decode", "x", "--port", "70000"},
                                                       {"reference", "none"}};
  for (const auto& words : wrong) {
    const Outcome outcome = run(words);
    std::string shown;
    for (const char* word : words) shown += std::string(word) + " ";
    EXPECT_EQ(outcome.status, kUsage) << shown << outcome.err;
    EXPECT_EQ(lines_of(outcome.err), 1U) << shown << outcome.err;
    EXPECT_THAT(outcome.err, ::testing::StartsWith("weir: ")) << shown;
    EXPECT_EQ(outcome.out, "") << shown;
  }
}

TEST(CommandLine, FailuresAreOneLineAndStatusOne) {
  const std::vector<std::vector<const char*>> failing = {
      {"decode", "/nonexistent/a.pcap"},           {"replay", "/nonexistent/a.pcap", "--to", "127.0.0.1:9"},
      {"check", "/nonexistent/weir.yaml"},         {"query", "--data", "/nonexistent"},
      {"doctor", "--data", "/nonexistent"},        {"query", "--server", "http://127.0.0.1:1"},
      {"doctor", "--server", "http://127.0.0.1:1"}};
  for (const auto& words : failing) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.status, kFailed) << words[0] << outcome.err;
    EXPECT_EQ(lines_of(outcome.err), 1U) << words[0] << outcome.err;
  }
}

TEST(CommandLine, WrongFilterShowsThePlace) {
  const Outcome outcome = run({"query", "src nett 192.0.2.0/24"});
  EXPECT_EQ(outcome.status, kUsage);
  EXPECT_THAT(outcome.err, ::testing::AllOf(::testing::HasSubstr("nett"), ::testing::HasSubstr("^")));
}

}  // namespace
}  // namespace weir::main
