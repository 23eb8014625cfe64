// The audit log: one JSON object a line, only ever appended to, each with a hash over itself and the line before, so that a
// line that is changed or taken out shows. Files audit-000001.jsonl, audit-000002.jsonl, ...: a new one begins when one is
// full, its first line says so, and none is ever removed by Weir.
#pragma once

#include <filesystem>
#include <mutex>
#include <span>
#include <string>

#include "base/error.h"
#include "detect/mitigation/mitigator.h"

namespace weir::detect {

class AuditLog {
 public:
  static constexpr std::uint64_t kMostOctets = 16U << 20U;  ///< of one file

  explicit AuditLog(std::filesystem::path directory, std::uint64_t most_octets = kMostOctets);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// Finds where it left off, or begins. A line that a crash cut short stays, and a line "recovered" follows it.
  [[nodiscard]] Result<void> open(UnixMillis now);
  /// On the disk when it returns. Sets number and hash.
  [[nodiscard]] Result<void> append(std::span<AuditEntry> entries);
  /// Any thread. The newest first; looks at so many files as it needs.
  [[nodiscard]] AuditPage read(std::size_t most, std::uint64_t mitigation) const;

 private:
  [[nodiscard]] Result<void> write(std::string_view lines);
  [[nodiscard]] Result<void> open_file(std::uint64_t number);
  [[nodiscard]] std::filesystem::path file(std::uint64_t number) const;
  [[nodiscard]] std::string line_of(AuditEntry& entry);

  const std::filesystem::path directory_;
  const std::uint64_t most_octets_;
  int fd_ = -1;
  std::uint64_t file_ = 0;  ///< the newest; 0: none yet
  std::uint64_t octets_ = 0;
  std::uint64_t number_ = 0;  ///< of the last entry
  std::string hash_;
  bool is_torn_ = false;
};

/// What the hash of an entry is over: the hash before it, and the entry without its own.
[[nodiscard]] std::string audit_hash(std::string_view before, const AuditEntry& entry);
[[nodiscard]] Result<AuditEntry> read_audit_line(std::string_view line);

}  // namespace weir::detect
