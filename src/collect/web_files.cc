#include "collect/web_files.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <utility>

#include "base/log.h"
#include "collect/named_thread.h"

namespace weir::collect {
namespace {

using Sample = Metrics::Sample;
using Type = Metrics::Type;

constexpr std::chrono::seconds kLookEvery{1};

void log_outcome(const std::string& name, const fetch::WebFileStatus& before, const fetch::WebFileStatus& after) {
  if (after.fetched > before.fetched) {
    log::info("a file was fetched",
              "name=" + name + " url=" + log::escape(after.url) + " bytes=" + std::to_string(after.octets));
  }
  if (after.failed > before.failed && after.error != before.error) {
    log::warn("a file could not be fetched; the old one stays",
              "name=" + name + " url=" + log::escape(after.url) + " error=\"" + log::escape(after.error) + "\"");
  }
}

struct Number {
  const char* name;
  const char* help;
  Type type;
  double (*read)(const fetch::WebFileStatus&);
};
#define WEIR_READ(expression) [](const fetch::WebFileStatus& s) { return static_cast<double>(expression); }
constexpr std::array kNumbers{
    Number{"weir_fetch_files_total", "new files fetched", Type::counter, WEIR_READ(s.fetched)},
    Number{"weir_fetch_unchanged_total", "times a server said that its file is unchanged", Type::counter,
           WEIR_READ(s.unchanged)},
    Number{"weir_fetch_failures_total", "times a file could not be fetched; the old one stayed", Type::counter,
           WEIR_READ(s.failed)},
    Number{"weir_fetch_confirmed_timestamp_seconds",
           "when the server last gave the file or said that it is unchanged; 0 not since the start", Type::gauge,
           WEIR_READ(static_cast<double>(s.confirmed_ms) / 1000.0)},
};
#undef WEIR_READ

}  // namespace

WebFiles::~WebFiles() {
  stop();
}

void WebFiles::configure(const std::vector<WantedFile>& wanted) {
  {
    const std::lock_guard lock(mutex_);
    std::vector<Kept> files;
    for (const WantedFile& want : wanted) {
      const auto same = std::ranges::find(files_, want, &Kept::wanted);
      if (same != files_.end()) {
        files.push_back(*same);
        continue;
      }
      files.push_back({want, std::make_shared<fetch::WebFile>(fetch::WebFileOptions{
                                 .url = want.url, .file = path(want.name), .interval_ms = want.interval_ms})});
    }
    for (const Kept& old : files_) {
      if (std::ranges::find(wanted, old.wanted) == wanted.end()) old.file->stop();
    }
    files_.swap(files);
    stopping_ = false;
  }
  changed_.notify_all();
  if (!wanted.empty() && !thread_.joinable()) thread_ = named_thread("weir-fetch", [this] { run(); });
}

void WebFiles::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const Kept& kept : files_) kept.file->stop();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void WebFiles::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::vector<Kept> files = files_;
    lock.unlock();
    for (const Kept& kept : files) {
      const fetch::WebFileStatus before = kept.file->status();
      kept.file->check(now_ms());
      log_outcome(kept.wanted.name, before, kept.file->status());
    }
    lock.lock();
    changed_.wait_for(lock, kLookEvery, [this] { return stopping_; });
  }
}

std::vector<WebFiles::Status> WebFiles::status() const {
  const std::lock_guard lock(mutex_);
  std::vector<Status> out;
  for (const Kept& kept : files_) out.push_back({kept.wanted.name, kept.file->status()});
  return out;
}

void WebFiles::register_metrics(Metrics& metrics) const {
  for (const Number& number : kNumbers) {
    metrics.add(number.name, number.help, number.type, [this, read = number.read] {
      std::vector<Sample> out;
      for (const Status& status : status()) out.push_back({{{"file", status.name}}, read(status.file)});
      return out;
    });
  }
}

}  // namespace weir::collect
