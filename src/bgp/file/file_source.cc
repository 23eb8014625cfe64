#include "bgp/file/file_source.h"

#include <sys/stat.h>

namespace weir::bgp {
namespace {

SourceId add_source(Rib& rib, const FileSourceConfig& config) {
  return rib.set_source(
      {.name = config.name, .kind = config.kind, .preference = config.preference, .exporters = config.exporters});
}

}  // namespace

FileSource::FileSource(FileSourceConfig config, Rib& rib, std::function<std::int64_t()> clock)
    : config_(std::move(config)), clock_(std::move(clock)), loader_(rib, add_source(rib, config_)) {
  for (const std::string& path : config_.paths) {
    status_.push_back({.name = config_.name, .path = path, .kind = config_.kind, .last_error = {}});
  }
  if (!config_.routes.empty()) {
    status_.push_back({.name = config_.name, .path = {}, .kind = config_.kind, .last_error = {}});
  }
}

FileSource::Identity FileSource::identity_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = static_cast<std::uint64_t>(status.st_size),
          .modified_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
          .there = true};
}

bool FileSource::is_due(UnixMillis now) {
  std::vector<Identity> found;
  for (const std::string& path : config_.paths) found.push_back(identity_of(path));
  const bool settled = found == seen_;
  seen_ = std::move(found);
  if (reload_) return true;
  if (seen_ != loaded_) return settled;
  return config_.reload_ms > 0 && now >= next_ms_;
}

bool FileSource::check(UnixMillis now) {
  if (!is_due(now)) return false;
  reload_ = false;
  loaded_ = seen_;
  next_ms_ = now + config_.reload_ms;
  load(now);
  return true;
}

void FileSource::load(UnixMillis now) {
  std::vector<LoadReport> reports;
  std::vector<std::int64_t> took;
  bool whole = true;
  loader_.begin(now);
  for (const std::string& path : config_.paths) {
    const std::int64_t start = clock_ ? clock_() : 0;
    reports.push_back(loader_.load(path, now));
    took.push_back(clock_ ? clock_() - start : 0);
    whole = whole && !reports.back().error;
  }
  if (!config_.routes.empty()) {
    loader_.load(config_.routes, now);
    LoadReport report;
    report.format = RouteFileFormat::prefix_list;
    report.prefixes.routes = config_.routes.size();
    reports.push_back(std::move(report));
    took.push_back(0);
  }
  loader_.finish(now, whole);

  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const LoadReport& report = reports[i];
    RouteFileStatus& status = status_[i];
    ++status.loads;
    status.took_ms = took[i];
    status.malformed = report.malformed();
    status.last_error = report.error ? report.error->message : "";
    // What failed before it told a route left the routes of before, and their time.
    if (report.error && report.routes() == 0) continue;
    status.loaded_ms = now;
    status.routes = report.routes();
  }
  reports_ = std::move(reports);
}

std::vector<RouteFileStatus> FileSource::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::vector<LoadReport> FileSource::reports() const {
  const std::lock_guard lock(mutex_);
  return reports_;
}

}  // namespace weir::bgp
