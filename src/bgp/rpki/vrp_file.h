// A file of VRPs, kept in a table as it changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "bgp/rpki/validator.h"

namespace weir::bgp {

struct VrpFileStatus {
  std::filesystem::path file;
  UnixMillis loaded_ms = 0;  ///< 0 never
  std::size_t vrps4 = 0, vrps6 = 0;
  std::uint64_t loads = 0, failures = 0;
  std::string error;  ///< what is wrong with the file as it is now, and where; then the table holds what it said before
};

/// check() from one thread, status() from any.
class VrpFile {
 public:
  /// `table` outlives it; `source` is its place there.
  VrpFile(std::filesystem::path file, VrpTable& table, std::size_t source);

  /// Loads the file if it is another than last time. True when the VRPs in the table were replaced.
  bool check(UnixMillis now);
  [[nodiscard]] VrpFileStatus status() const;

 private:
  /// What tells one version of a file from another.
  struct Version {
    std::int64_t seconds = 0, nanoseconds = 0;
    std::uint64_t size = 0, inode = 0;
    bool operator==(const Version&) const = default;
  };
  [[nodiscard]] Result<Version> version() const;
  [[nodiscard]] Result<std::vector<Vrp>> load() const;
  void failed(const Error& why);

  const std::filesystem::path file_;
  VrpTable& table_;
  const std::size_t source_;
  Version seen_;
  mutable std::mutex mutex_;
  VrpFileStatus status_;
};

}  // namespace weir::bgp
