#include "main/progress_line.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

namespace weir::main {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  [[nodiscard]] int writes() const { return ends_[1]; }
  /// Waits until there is something.
  std::string read() {
    std::array<char, 1000> text{};
    const auto count = ::read(ends_[0], text.data(), text.size());
    return {text.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }

 private:
  std::array<int, 2> ends_{};
};

ProgressLine::Options at_once(const Pipe& pipe) {
  return {pipe.writes(), false, std::chrono::milliseconds(0), std::chrono::milliseconds(1)};
}

TEST(ProgressLineTest, TellsHowFarItIsAndIsGoneInTheEnd) {
  Pipe pipe;
  std::string all;
  {
    const ProgressLine line([] { return std::optional(0.42); }, at_once(pipe));
    EXPECT_TRUE(line.shown());
    all = pipe.read();
  }
  all += pipe.read();
  EXPECT_TRUE(all.starts_with("\r\x1b[K42 %, 0 s; Ctrl-C ends it")) << all;
  EXPECT_TRUE(all.ends_with("\r\x1b[K")) << all;
}

TEST(ProgressLineTest, TellsTheTimeWhereItCannotBeTold) {
  Pipe pipe;
  const ProgressLine line([]() -> std::optional<double> { return std::nullopt; }, at_once(pipe));
  EXPECT_TRUE(pipe.read().starts_with("\r\x1b[K0 s; Ctrl-C ends it"));
}

TEST(ProgressLineTest, IsNotShownWhereThereIsNoTerminal) {
  Pipe pipe;
  ProgressLine::Options options = at_once(pipe);
  options.terminal_only = true;
  const ProgressLine line([] { return std::optional(0.5); }, options);
  EXPECT_FALSE(line.shown());
}

}  // namespace
}  // namespace weir::main
