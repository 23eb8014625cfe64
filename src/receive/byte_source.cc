#include "receive/byte_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

namespace weir::receive {
namespace {
constexpr std::size_t kReadAhead = std::size_t{256} << 10U;
}

Result<ByteSource> ByteSource::open(const std::string& path) {
  ByteSource source;
  source.name_ = path;
  source.file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (source.file_ < 0) {
    const int problem = errno;
    return fail(problem == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                "cannot open " + path + ": " + std::strerror(problem));
  }
  source.buffer_.resize(kReadAhead);
  return source;
}

ByteSource ByteSource::memory(Bytes octets) {
  ByteSource source;
  source.name_ = "memory";
  source.memory_ = octets;
  source.end_ = octets.size();
  source.ended_ = true;
  return source;
}

ByteSource::~ByteSource() {
  if (file_ >= 0) ::close(file_);
}

ByteSource::ByteSource(ByteSource&& other) noexcept {
  *this = std::move(other);
}

ByteSource& ByteSource::operator=(ByteSource&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(file_, other.file_);
  std::swap(ended_, other.ended_);
  std::swap(memory_, other.memory_);
  std::swap(buffer_, other.buffer_);
  std::swap(at_, other.at_);
  std::swap(end_, other.end_);
  std::swap(offset_, other.offset_);
  return *this;
}

Result<void> ByteSource::fill(std::size_t size) {
  if (ended_ || buffered() >= size) return {};
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(at_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  end_ -= at_;
  at_ = 0;
  if (buffer_.size() < size) buffer_.resize(size);
  while (end_ < size) {
    const std::span<std::byte> room = std::span(buffer_).subspan(end_);
    const ssize_t got = ::read(file_, room.data(), room.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorCode::io, "cannot read " + name_ + ": " + std::strerror(errno));
    if (got == 0) {
      ended_ = true;
      break;
    }
    end_ += static_cast<std::size_t>(got);
  }
  return {};
}

Result<Bytes> ByteSource::take(std::size_t size) {
  if (auto filled = fill(size); !filled) return std::unexpected(filled.error());
  const std::size_t given = std::min(size, buffered());
  const Bytes all = file_ >= 0 ? Bytes(buffer_) : memory_;
  const Bytes out = all.subspan(at_, given);
  at_ += given;
  offset_ += given;
  return out;
}

Result<std::uint64_t> ByteSource::skip(std::uint64_t size) {
  std::uint64_t skipped = 0;
  while (skipped < size) {
    const auto part = take(static_cast<std::size_t>(std::min<std::uint64_t>(size - skipped, kReadAhead)));
    if (!part) return std::unexpected(part.error());
    if (part->empty()) break;
    skipped += part->size();
  }
  return skipped;
}

}  // namespace weir::receive
