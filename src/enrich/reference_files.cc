#include "enrich/reference_files.h"

#include <sys/stat.h>

#include <utility>

#include "enrich/as_names_file.h"
#include "enrich/well_known_as.h"

namespace weir::enrich {

ReferenceFiles::ReferenceFiles(CurrentDatabases& databases, flow::CurrentAsNames& names)
    : databases_(databases), names_(names) {
  publish_names();
}

ReferenceFiles::Stamp ReferenceFiles::stamp_of(const std::string& file) {
  struct stat at{};
  if (::stat(file.c_str(), &at) != 0) return {};
  return {.inode = at.st_ino, .size = at.st_size, .seconds = at.st_mtim.tv_sec, .nanoseconds = at.st_mtim.tv_nsec};
}

std::vector<FileEvent> ReferenceFiles::configure(const EnrichConfig& config) {
  country_files_ = config.country_files;
  as_files_ = config.as_files;
  names_file_ = config.as_names_file;
  for (auto& [file, seen] : mmdbs_) seen.used = false;
  for (auto& [file, seen] : name_files_) seen.used = false;
  for (const std::string& file : country_files_) mmdbs_[file].used = true;
  for (const std::string& file : as_files_) mmdbs_[file].used = true;
  if (!names_file_.empty()) name_files_[names_file_].used = true;
  std::erase_if(mmdbs_, [](const auto& entry) { return !entry.second.used; });
  std::erase_if(name_files_, [](const auto& entry) { return !entry.second.used; });
  auto events = look(true);
  publish_databases();  // also when nothing was read: files may have been taken away, or come in another order
  publish_names();
  return events;
}

std::vector<FileEvent> ReferenceFiles::refresh() {
  return look(false);
}

std::vector<FileEvent> ReferenceFiles::look(bool at_once) {
  std::vector<FileEvent> events;
  bool databases = false;
  bool names = false;
  for (auto& [file, seen] : mmdbs_) {
    if (!is_due(file, seen, at_once)) continue;
    events.push_back(read_mmdb(file, seen));
    databases = databases || !events.back().error;
  }
  for (auto& [file, seen] : name_files_) {
    if (!is_due(file, seen, at_once)) continue;
    events.push_back(read_names(file, seen));
    names = names || !events.back().error;
  }
  if (databases) publish_databases();
  if (names) publish_names();
  return events;
}

bool ReferenceFiles::is_due(const std::string& file, Seen& seen, bool at_once) {
  const Stamp now = stamp_of(file);
  const bool never_tried = seen.mmdb == nullptr && seen.names == nullptr && seen.tried == Stamp{};
  if (now == seen.tried && !(at_once && never_tried)) {
    seen.waiting.reset();
    return false;
  }
  if (!at_once && seen.waiting != now) {
    seen.waiting = now;
    return false;
  }
  seen.waiting.reset();
  seen.tried = now;
  return true;
}

FileEvent ReferenceFiles::read_mmdb(const std::string& file, Seen& seen) {
  auto mmdb = Mmdb::open(file);
  if (!mmdb) return {.file = file, .loaded = "", .error = mmdb.error()};
  seen.mmdb = *std::move(mmdb);
  return {.file = file, .loaded = seen.mmdb->type(), .error = std::nullopt};
}

FileEvent ReferenceFiles::read_names(const std::string& file, Seen& seen) {
  auto text = read_as_names(file);
  if (!text) return {.file = file, .loaded = "", .error = text.error()};
  std::string loaded = std::to_string(text->names.size()) + " names of AS numbers";
  if (text->lines_skipped > 0) loaded += ", " + std::to_string(text->lines_skipped) + " lines skipped";
  seen.names = std::make_shared<const std::vector<flow::AsName>>(std::move(text->names));
  return {.file = file, .loaded = std::move(loaded), .error = std::nullopt};
}

void ReferenceFiles::publish_databases() {
  auto out = std::make_shared<Databases>();
  for (const std::string& file : country_files_) {
    if (const auto& mmdb = mmdbs_[file].mmdb; mmdb != nullptr) out->countries.push_back(mmdb);
  }
  for (const std::string& file : as_files_) {
    if (const auto& mmdb = mmdbs_[file].mmdb; mmdb != nullptr) out->ases.push_back(mmdb);
  }
  databases_.set(std::move(out));
}

void ReferenceFiles::publish_names() {
  std::vector<flow::AsName> all;
  if (!names_file_.empty()) {
    if (const auto& names = name_files_[names_file_].names; names != nullptr) all = *names;
  }
  // Behind the file's, of which the first counts.
  for (flow::AsName& name : well_known_as_names()) all.push_back(std::move(name));
  names_.set(std::make_shared<const flow::AsNames>(std::move(all)));
}

}  // namespace weir::enrich
