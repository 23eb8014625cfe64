#include "bgp/file/packed_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace weir::bgp {
namespace {

std::unexpected<Error> refused(const std::string& path, std::string_view what, int number) {
  const ErrorCode code = number == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  return fail(code, path + ": " + std::string(what) + ": " + std::generic_category().message(number));
}

class PlainUnpacker : public Unpacker {
 public:
  Result<Bytes> next(PackedInput& input) override {
    const auto got = input.read(buffer_);
    if (!got) return std::unexpected(got.error());
    return Bytes(buffer_).first(*got);
  }

 private:
  std::vector<std::byte> buffer_ = std::vector<std::byte>(kStepOctets);
};

}  // namespace

Result<PackedInput> PackedInput::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return refused(path, "cannot be opened", errno);
  struct stat status{};
  if (::fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(file);
    return fail(ErrorCode::invalid, path + ": is a directory; name a file");
  }
  return PackedInput(file, path);
}

PackedInput::PackedInput(PackedInput&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      ahead_(std::move(other.ahead_)),
      octets_(other.octets_) {}

PackedInput::~PackedInput() {
  if (file_ >= 0) ::close(file_);
}

Result<std::size_t> PackedInput::read(std::span<std::byte> room) {
  if (!ahead_.empty()) {
    const std::size_t size = std::min(room.size(), ahead_.size());
    std::copy_n(ahead_.begin(), size, room.begin());
    ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(size));
    return size;
  }
  for (;;) {
    const ssize_t got = ::read(file_, room.data(), room.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorCode::io, "cannot be read: " + std::generic_category().message(errno));
    octets_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
}

std::unique_ptr<Unpacker> plain_unpacker() {
  return std::make_unique<PlainUnpacker>();
}

}  // namespace weir::bgp
