// Files and free space: what the store does beside DuckDB.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.h"

namespace weir::store {

/// Held by the process that has the data directory open. Writers exclude everybody; readers share.
class DirectoryLock {
 public:
  /// Errors: busy, when another process has it (the message names the directory and says what to do); io.
  static Result<DirectoryLock> take(const std::filesystem::path& directory, bool shared);
  ~DirectoryLock();
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  DirectoryLock(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// Octets free for this user on the directory's file system; errors: io.
[[nodiscard]] Result<std::uint64_t> free_octets(const std::filesystem::path& directory);
/// Writes a finished file through to the disk, gives it its name, and writes the folder through. Errors: io, no_space.
Result<void> finish_file(const std::filesystem::path& temporary, const std::filesystem::path& final);
/// Size of a file; 0 when it is not there.
[[nodiscard]] std::uint64_t file_octets(const std::filesystem::path& path);
/// Sizes of all files in the directory whose names begin so.
[[nodiscard]] std::uint64_t family_octets(const std::filesystem::path& directory, const std::string& prefix);
/// Moves a file into DIRECTORY/damaged, keeping its relative path as a name; the new relative path. Errors: io.
Result<std::string> set_aside(const std::filesystem::path& directory, const std::string& relative);
/// Whether the first and last octets are those of a whole Parquet file: catches cut and overwritten files at no cost.
[[nodiscard]] bool looks_like_parquet(const std::filesystem::path& path);

}  // namespace weir::store
