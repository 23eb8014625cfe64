// The files that enrichment reads: MMDB and names of autonomous systems. Loads them, and loads them again when they
// change.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "enrich/databases.h"
#include "enrich/enrich_config.h"
#include "flow/as_names.h"

namespace weir::enrich {

/// What became of one file, for the log.
struct FileEvent {
  std::string file;
  std::string loaded;          ///< what was read, in words; "" when it was not
  std::optional<Error> error;  ///< why not; what was read before stays
};

/// Used by one thread; what it publishes is read by any. Files are told apart from what was read of them by size, time
/// of change and inode.
class ReferenceFiles {
 public:
  /// Both outlive it. Publishes the built-in names at once.
  ReferenceFiles(CurrentDatabases& databases, flow::CurrentAsNames& names);

  /// Takes over what is configured and reads what is new or has changed. What cannot be read is left out, or stays as
  /// it was read before, and is tried again by refresh().
  std::vector<FileEvent> configure(const EnrichConfig& config);
  /// Reads again what has changed on the disk, and lies still: a file that somebody is writing is left for the next
  /// call. A file that could not be read is not told of again until it changes. Call it every few seconds.
  std::vector<FileEvent> refresh();

 private:
  /// What tells one content of a file from another.
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t size = -1;  ///< -1: there is no such file
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    bool operator==(const Stamp&) const = default;
  };
  static Stamp stamp_of(const std::string& file);

  /// What is known of one file.
  struct Seen {
    Stamp tried;                   ///< read, or found unreadable
    std::optional<Stamp> waiting;  ///< changed since; read when it is still so at the next look
    std::shared_ptr<const Mmdb> mmdb;
    std::shared_ptr<const std::vector<flow::AsName>> names;
    bool used = false;
  };

  std::vector<FileEvent> look(bool at_once);
  bool is_due(const std::string& file, Seen& seen, bool at_once);
  FileEvent read_mmdb(const std::string& file, Seen& seen);
  FileEvent read_names(const std::string& file, Seen& seen);
  void publish_databases();
  void publish_names();

  CurrentDatabases& databases_;
  flow::CurrentAsNames& names_;
  std::vector<std::string> country_files_;
  std::vector<std::string> as_files_;
  std::string names_file_;
  std::map<std::string, Seen> mmdbs_;
  std::map<std::string, Seen> name_files_;
};

}  // namespace weir::enrich
