// One command of the command line: a row of the table in commands.cc, and a file command_NAME.cc.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace CLI {
class App;
}

namespace weir::main {

/// What the shell gets.
enum ExitStatus : int { kSuccess = 0, kFailed = 1, kUsage = 2 };

/// Does the command; gives the exit status.
using Run = std::function<int()>;

struct Command {
  std::string_view name;
  std::string_view summary;   ///< one line of `weir help`
  std::string_view examples;  ///< lines under its own help
  /// Declares the options and arguments. What it returns is called when the command line was understood.
  Run (*declare)(CLI::App& app);
  bool hidden = false;
};

/// All commands, in the order of `weir help`.
[[nodiscard]] std::span<const Command> commands();

/// Says on standard error, in one line, what went wrong: "weir: message". Returns kFailed, or kUsage for what the user
/// typed.
int failed(const Error& error);
int usage_error(std::string_view message);

/// Prints what a command found, with a line's end behind it, or says what was wrong: kUsage where the user typed it.
int print_answer(Result<std::string> text);

/// Reads the command line and runs the command. Never throws.
int run_command_line(int argc, const char* const* argv);

// One for each file command_*.cc.
Run declare_serve(CLI::App& app);
Run declare_demo(CLI::App& app);
Run declare_decode(CLI::App& app);
Run declare_replay(CLI::App& app);
Run declare_import(CLI::App& app);
Run declare_query(CLI::App& app);
Run declare_report(CLI::App& app);
Run declare_billing(CLI::App& app);
Run declare_sql(CLI::App& app);
Run declare_route(CLI::App& app);
Run declare_rib(CLI::App& app);
Run declare_generate(CLI::App& app);
Run declare_mitigation(CLI::App& app);
Run declare_detect(CLI::App& app);
Run declare_check(CLI::App& app);
Run declare_doctor(CLI::App& app);
Run declare_reference(CLI::App& app);
Run declare_help(CLI::App& app);

}  // namespace weir::main
