#include "base/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace weir {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::unexpected<Error> refused(std::string_view what, const std::filesystem::path& file) {
  const int why = errno;
  const ErrorCode code = why == ENOENT ? ErrorCode::not_found : why == ENOSPC ? ErrorCode::no_space : ErrorCode::io;
  return fail(code, "cannot " + std::string(what) + " " + file.string() + ": " + std::strerror(why));
}

Result<void> write_all(int fd, Bytes content, const std::filesystem::path& file) {
  while (!content.empty()) {
    const ssize_t wrote = ::write(fd, content.data(), content.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return refused("write", file);
    content = content.subspan(static_cast<std::size_t>(wrote));
  }
  if (::fsync(fd) != 0) return refused("sync", file);
  return {};
}

}  // namespace

Result<void> write_atomically(const std::filesystem::path& file, Bytes content) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (error) return fail(ErrorCode::io, "cannot make " + file.parent_path().string() + ": " + error.message());
  const std::filesystem::path beside = file.string() + ".new";
  {
    const Descriptor out(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640));
    if (!out) return refused("open", beside);
    if (auto written = write_all(out.get(), content, beside); !written) return written;
  }
  if (::rename(beside.c_str(), file.c_str()) != 0) return refused("put in place", file);
  // The rename itself is safe only once the directory is.
  const Descriptor directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) return refused("sync", file.parent_path());
  return {};
}

Result<std::vector<std::byte>> read_whole(const std::filesystem::path& file, std::size_t most) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return refused("open", file);
  std::vector<std::byte> out;
  std::vector<std::byte> block(std::size_t{1} << 16U);
  for (;;) {
    const ssize_t got = ::read(in.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused("read", file);
    if (got == 0) return out;
    if (out.size() + static_cast<std::size_t>(got) > most) {
      return fail(ErrorCode::no_space, file.string() + " is larger than " + std::to_string(most) + " bytes");
    }
    out.insert(out.end(), block.begin(), block.begin() + got);
  }
}

}  // namespace weir
