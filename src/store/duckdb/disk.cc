#include "store/duckdb/disk.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace weir::store {
namespace {

namespace fs = std::filesystem;

Error system_error(const std::string& what, const fs::path& where, int number) {
  const ErrorCode code = number == ENOSPC || number == EDQUOT ? ErrorCode::no_space : ErrorCode::io;
  return {code, what + " " + where.string() + ": " + std::strerror(number)};
}

Result<void> sync_path(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(system_error("cannot open", path, errno));
  const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (failed != 0) return std::unexpected(system_error("cannot write through", path, failed));
  return {};
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const fs::path& directory, bool shared) {
  const fs::path path = directory / "lock";
  // A reader of a directory that it may not write can still lock the file.
  int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0 && shared) descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(system_error("cannot open", path, errno));
  if (::flock(descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return DirectoryLock(descriptor);
  const int number = errno;
  ::close(descriptor);
  if (number != EWOULDBLOCK) return std::unexpected(system_error("cannot lock", path, number));
  return fail(ErrorCode::busy, "another process has the data directory " + directory.string() +
                                   " open: ask the running server with --server URL, or stop it first");
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Result<std::uint64_t> free_octets(const fs::path& directory) {
  struct statvfs facts{};
  if (::statvfs(directory.c_str(), &facts) != 0)
    return std::unexpected(system_error("cannot ask the free space of", directory, errno));
  return static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
}

Result<void> finish_file(const fs::path& temporary, const fs::path& final) {
  if (auto synced = sync_path(temporary, O_RDONLY); !synced) return synced;
  if (::rename(temporary.c_str(), final.c_str()) != 0)
    return std::unexpected(system_error("cannot rename", temporary, errno));
  return sync_path(final.parent_path(), O_RDONLY | O_DIRECTORY);
}

std::uint64_t file_octets(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : size;
}

std::uint64_t family_octets(const fs::path& directory, const std::string& prefix) {
  std::uint64_t out = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().filename().string().starts_with(prefix)) out += file_octets(entry.path());
  }
  return out;
}

Result<std::string> set_aside(const fs::path& directory, const std::string& relative) {
  std::string name = relative;
  for (char& c : name) c = c == '/' ? '_' : c;
  std::error_code error;
  fs::create_directories(directory / "damaged", error);
  fs::path to = directory / "damaged" / name;
  for (unsigned number = 2; fs::exists(to, error); ++number)
    to = directory / "damaged" / (name + "." + std::to_string(number));
  fs::rename(directory / relative, to, error);
  if (error) return fail(ErrorCode::io, "cannot move " + relative + " into damaged: " + error.message());
  return "damaged/" + to.filename().string();
}

bool looks_like_parquet(const fs::path& path) {
  constexpr std::string_view kMagic = "PAR1";
  const std::uint64_t size = file_octets(path);
  if (size < 12) return false;
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> head{};
  std::array<unsigned char, 4> length{};
  std::array<char, 4> tail{};
  file.read(head.data(), head.size());
  file.seekg(-8, std::ios::end);
  file.read(reinterpret_cast<char*>(length.data()), length.size());
  file.read(tail.data(), tail.size());
  const std::uint64_t footer = std::uint64_t{length[0]} | std::uint64_t{length[1]} << 8U |
                               std::uint64_t{length[2]} << 16U | std::uint64_t{length[3]} << 24U;
  const auto is_magic = [&](const std::array<char, 4>& octets) {
    return std::string_view(octets.data(), octets.size()) == kMagic;
  };
  return file.good() && is_magic(head) && is_magic(tail) && footer + 12 <= size;
}

}  // namespace weir::store
