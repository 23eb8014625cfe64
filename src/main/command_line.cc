#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "main/command.h"
#include "main/standard_output.h"
#include "main/version.h"

namespace weir::main {
namespace {

constexpr std::string_view kIntroduction =
    "Weir measures a network: routers export NetFlow, IPFIX or sFlow to it; it keeps every flow and answers questions.";

/// CLI11's messages have line breaks; an error is one line.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

void say(std::string_view message) {
  std::fprintf(stderr, "weir: %.*s\n", static_cast<int>(message.size()), message.data());
}

/// All commands declared on `app`; the chosen one's Run is put into `chosen` while the command line is read.
void declare_all(CLI::App& app, Run& chosen) {
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("weir ") + kVersion);
  app.failure_message(CLI::FailureMessage::simple);
  for (const Command& command : commands()) {
    CLI::App* one = app.add_subcommand(std::string(command.name), std::string(command.summary));
    if (command.hidden) one->group("");
    if (!command.examples.empty()) one->footer("Examples:\n" + std::string(command.examples));
    const Run run = command.declare(*one);
    one->callback([&chosen, run] { chosen = run; });
  }
  app.footer("'weir help COMMAND' explains a command.");
}

/// True when the first word looks like a command but is none; the library would only ask for one.
bool is_unknown_command(int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  return std::ranges::find(commands(), std::string_view(argv[1]), &Command::name) == commands().end();
}

int parse_and_run(int argc, const char* const* argv) {
  if (is_unknown_command(argc, argv)) {
    return usage_error("there is no command '" + std::string(argv[1]) + "'; see 'weir help'");
  }
  CLI::App app{std::string(kIntroduction), "weir"};
  Run chosen;
  declare_all(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);  // prints the help or the version
  } catch (const CLI::ParseError& error) {
    const auto used = app.get_subcommands();
    const std::string where = used.empty() ? "weir help" : "weir help " + used.front()->get_name();
    return usage_error(one_line(error.what()) + "; see '" + where + "'");
  }
  return chosen();
}

}  // namespace

int failed(const Error& error) {
  say(one_line(error.message));
  return kFailed;
}

int usage_error(std::string_view message) {
  say(message);
  return kUsage;
}

int print_answer(Result<std::string> text) {
  if (!text) return text.error().code == ErrorCode::invalid ? usage_error(text.error().message) : failed(text.error());
  StandardOutput out;
  out.text() = *std::move(text);
  if (!out.text().empty() && !out.text().ends_with('\n')) out.text() += '\n';
  if (const auto written = out.finish(); !written) return failed(written.error());
  return kSuccess;
}

Run declare_help(CLI::App& app) {
  const auto name = std::make_shared<std::string>();
  app.add_option("command", *name, "the command to explain");
  CLI::App* root = app.get_parent();
  return [name, root]() -> int {
    if (name->empty()) {
      // One that has read no command line: after "help", this one would explain "help".
      CLI::App fresh{std::string(kIntroduction), "weir"};
      Run unused;
      declare_all(fresh, unused);
      std::fputs(fresh.help().c_str(), stdout);
      return kSuccess;
    }
    const auto found = root->get_subcommands([&](const CLI::App* one) { return one->get_name() == *name; });
    if (found.empty()) return usage_error("there is no command '" + *name + "'; see 'weir help'");
    std::fputs(found.front()->help("weir").c_str(), stdout);
    return kSuccess;
  };
}

int run_command_line(int argc, const char* const* argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const std::exception& error) {  // out of memory, or a bug: nothing of ours throws
    say(std::string("unexpected: ") + error.what());
    return kFailed;
  }
}

}  // namespace weir::main
