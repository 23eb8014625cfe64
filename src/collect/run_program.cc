#include "collect/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace weir::collect {
namespace {

constexpr std::size_t kMostSaid = 500;
constexpr int kPollMs = 50;

/// Two connected sockets: unlike a pipe's, an end that nobody reads gives an error and no signal.
struct Channel {
  int ours = -1;
  int theirs = -1;
  Channel() {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
    ours = ends[0];
    theirs = ends[1];
    (void)::fcntl(ours, F_SETFL, O_NONBLOCK);
  }
  ~Channel() {
    shut(ours);
    shut(theirs);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  static void shut(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

Result<pid_t> spawn(const std::string& path, const std::vector<std::string>& arguments, Channel& in, Channel& errors) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&files, in.theirs, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, errors.theirs, STDERR_FILENO);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words = {path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
  pid_t pid = 0;
  const int problem =
      ::posix_spawn(&pid, path.c_str(), &files, &attributes, pointers(words).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (problem != 0) return fail(ErrorCode::io, "cannot run " + path + ": " + std::strerror(problem));
  return pid;
}

/// Gives what there is room for; closes when all is given or nobody reads any more.
void feed(int& end, std::string_view& rest) {
  if (end < 0) return;
  const ssize_t gave = ::send(end, rest.data(), rest.size(), MSG_NOSIGNAL);
  if (gave > 0) rest.remove_prefix(static_cast<std::size_t>(gave));
  const bool later = gave < 0 && (errno == EAGAIN || errno == EINTR);
  if (rest.empty() || (gave < 0 && !later)) Channel::shut(end);
}

void listen(int end, std::string& said) {
  std::array<char, 512> block{};
  for (;;) {
    const ssize_t got = ::recv(end, block.data(), block.size(), 0);
    if (got <= 0) return;
    said.append(block.data(), std::min(static_cast<std::size_t>(got), kMostSaid - std::min(kMostSaid, said.size())));
  }
}

std::string ended_how(int status) {
  if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Result<void> run_program(const std::string& path, const std::vector<std::string>& arguments, std::string_view input,
                         UnixMillis limit_ms, const std::atomic<bool>& stop) {
  Channel in;
  Channel errors;
  if (in.ours < 0 || errors.ours < 0) return fail(ErrorCode::io, std::string("no socket: ") + std::strerror(errno));
  const auto pid = spawn(path, arguments, in, errors);
  if (!pid) return std::unexpected(pid.error());
  Channel::shut(in.theirs);
  Channel::shut(errors.theirs);
  std::string said;
  const std::int64_t end = steady_ms() + limit_ms;
  int status = 0;
  bool killed = false;
  if (input.empty()) Channel::shut(in.ours);
  while (::waitpid(*pid, &status, WNOHANG) == 0) {
    if (!killed && (steady_ms() >= end || stop)) {
      killed = true;
      ::kill(-*pid, SIGKILL);
    }
    std::array<pollfd, 2> polled = {{{in.ours, POLLOUT, 0}, {errors.ours, POLLIN, 0}}};
    // Its end wakes nobody where it left its standard error to a child, so a look now and then.
    if (::poll(polled.data(), polled.size(), kPollMs) > 0 && (polled[1].revents & POLLHUP) != 0 && in.ours < 0)
      ::poll(nullptr, 0, 5);
    feed(in.ours, input);
    listen(errors.ours, said);
  }
  listen(errors.ours, said);
  if (killed) {
    return stop ? fail(ErrorCode::cancelled, "stopped")
                : fail(ErrorCode::io, path + " did not end within " + std::to_string(limit_ms) + " ms and was killed");
  }
  ::kill(-*pid, SIGKILL);  // what it left behind
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail(ErrorCode::io, path + " " + ended_how(status) + (said.empty() ? "" : ": " + said));
}

}  // namespace weir::collect
