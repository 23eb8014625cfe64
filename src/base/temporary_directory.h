// A directory for a while: of a test, with all that the test puts there.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace weir {

/// Made empty below the directory that TMPDIR names, for this process's user alone; removed with its content.
class TemporaryDirectory {
 public:
  /// Throws std::filesystem::filesystem_error when it cannot be made.
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weir-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::filesystem::filesystem_error("cannot make a directory", pattern, {errno, std::generic_category()});
    }
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace weir
