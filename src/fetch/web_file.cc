#include "fetch/web_file.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

namespace weir::fetch {

namespace fs = std::filesystem;

WebFile::WebFile(WebFileOptions options) : options_(std::move(options)), retry_ms_(options_.least_retry_ms) {
  std::error_code ignored;
  status_.url = shown(options_.url);
  status_.file = options_.file;
  status_.present = fs::is_regular_file(options_.file, ignored);
}

WebFileStatus WebFile::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

bool WebFile::check(UnixMillis now) {
  if (stop_.load(std::memory_order_relaxed) || now < status().next_ms) return false;
  const Result<bool> changed = refresh();
  if (!changed && changed.error().code == ErrorCode::cancelled) return false;
  std::error_code ignored;
  const std::lock_guard lock(mutex_);
  status_.asked_ms = now;
  status_.present = fs::is_regular_file(options_.file, ignored);
  if (!changed) {
    ++status_.failed;
    status_.error = changed.error().message;
    status_.next_ms = now + std::min(retry_ms_, options_.interval_ms);
    retry_ms_ = std::min(2 * retry_ms_, options_.interval_ms);
    return false;
  }
  ++(*changed ? status_.fetched : status_.unchanged);
  status_.error.clear();
  status_.confirmed_ms = now;
  status_.next_ms = now + options_.interval_ms;
  retry_ms_ = options_.least_retry_ms;
  return *changed;
}

/// True when there is a new file.
Result<bool> WebFile::refresh() {
  if (!is_web_url(options_.url)) return fail(ErrorCode::invalid, "it is no URL of http or https");
  std::error_code error;
  fs::create_directories(options_.file.parent_path(), error);
  if (error) {
    return fail(ErrorCode::io, "cannot make " + options_.file.parent_path().string() + ": " + error.message());
  }
  const fs::path into = beside(".new");
  auto reply = transfer({.url = options_.url,
                         .into = into,
                         .known = remembered(),
                         .most_octets = options_.most_octets,
                         .timeout_ms = options_.timeout_ms},
                        stop_);
  if (!reply || reply->unchanged) fs::remove(into, error);
  if (!reply) return std::unexpected(reply.error());
  if (reply->unchanged) return false;
  // The words about the old file go first: without them a crash in between costs one more download and nothing else.
  fs::remove(beside(".fetched"), error);
  fs::rename(into, options_.file, error);
  if (error) return fail(ErrorCode::io, "cannot put " + options_.file.string() + " in place: " + error.message());
  if (auto kept = remember(reply->validators); !kept) return std::unexpected(kept.error());
  const std::lock_guard lock(mutex_);
  status_.octets = reply->octets;
  return true;
}

/// Nothing when the file is gone, or is another URL's.
Validators WebFile::remembered() const {
  std::error_code ignored;
  if (!fs::is_regular_file(options_.file, ignored)) return {};
  std::ifstream in(beside(".fetched"));
  std::string url;
  Validators out;
  if (!std::getline(in, url) || url != options_.url) return {};
  std::getline(in, out.etag);
  std::getline(in, out.last_modified);
  return out;
}

Result<void> WebFile::remember(const Validators& validators) const {
  const fs::path file = beside(".fetched");
  std::ofstream out(file, std::ios::trunc);
  out << options_.url << '\n' << validators.etag << '\n' << validators.last_modified << '\n';
  out.close();
  std::error_code ignored;
  // The URL may hold a password.
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, ignored);
  if (!out) return fail(ErrorCode::io, "cannot write " + file.string());
  return {};
}

}  // namespace weir::fetch
