#include "collect/route_files.h"

#include <algorithm>

#include "base/log.h"

namespace weir::collect {
namespace {

std::unique_ptr<fetch::WebFile> web_file_of(const RouteFileConfig& config) {
  if (config.url.empty() || config.source.paths.empty()) return nullptr;
  fetch::WebFileOptions options;
  options.url = config.url;
  options.file = config.source.paths.front();
  options.interval_ms = config.refresh_ms;
  return std::make_unique<fetch::WebFile>(std::move(options));
}

}  // namespace

RouteFiles::File::File(const RouteFileConfig& wanted, bgp::Rib& rib)
    : config(wanted), source(wanted.source, rib, steady_ms), web(web_file_of(wanted)) {}

void RouteFiles::set(std::vector<RouteFileConfig> wanted) {
  const std::lock_guard lock(mutex_);
  wanted_ = std::move(wanted);
  changed_ = true;
}

/// What a source told so far is used until it has told anew, or until the hold time is over.
void RouteFiles::close_views(bgp::SourceId source, UnixMillis now) {
  for (const bgp::ViewStatus& view : rib_.status().views) {
    if (view.info.key.source == source) rib_.close_view(rib_.open_view(view.info, now), now);
  }
}

void RouteFiles::take_over(UnixMillis now) {
  std::vector<std::shared_ptr<File>> old;
  std::vector<RouteFileConfig> wanted;
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(changed_, false)) return;
    old = files_;
    wanted = wanted_;
  }
  std::vector<std::shared_ptr<File>> next;
  for (const auto& file : old) {
    if (std::ranges::find(wanted, file->config) != wanted.end()) continue;
    const std::string& name = file->source.name();
    const bgp::SourceId source =
        rib_.set_source({.name = name, .kind = file->config.source.kind, .exporters = {}});
    const bool comes_anew = std::ranges::any_of(wanted, [&](const auto& config) { return config.source.name == name; });
    comes_anew ? close_views(source, now) : rib_.drop_source(source);
  }
  for (const RouteFileConfig& config : wanted) {
    const auto same = std::ranges::find_if(old, [&](const auto& file) { return file->config == config; });
    next.push_back(same == old.end() ? std::make_shared<File>(config, rib_) : *same);
  }
  const std::lock_guard lock(mutex_);
  files_ = std::move(next);
}

void RouteFiles::check(UnixMillis now) {
  take_over(now);
  // Only this thread changes the list.
  for (const auto& file : files_) {
    if (file->web != nullptr) (void)file->web->check(now);
    if (!file->source.check(now)) continue;
    for (const bgp::RouteFileStatus& told : file->source.status()) {
      const std::string details = "source=\"" + log::escape(told.name) + "\" path=\"" + log::escape(told.path) +
                                  "\" routes=" + std::to_string(told.routes) +
                                  " malformed=" + std::to_string(told.malformed);
      if (told.last_error.empty())
        log::info("routes loaded", details);
      else
        log::warn("a file of routes is not whole", details + " error=\"" + log::escape(told.last_error) + "\"");
    }
  }
}

void RouteFiles::stop() {
  const std::lock_guard lock(mutex_);
  for (const auto& file : files_) {
    if (file->web != nullptr) file->web->stop();
  }
}

std::vector<bgp::RouteFileStatus> RouteFiles::status() const {
  std::vector<std::shared_ptr<File>> files;
  {
    const std::lock_guard lock(mutex_);
    files = files_;
  }
  std::vector<bgp::RouteFileStatus> out;
  for (const auto& file : files) {
    for (bgp::RouteFileStatus& told : file->source.status()) out.push_back(std::move(told));
    if (file->web == nullptr) continue;
    const fetch::WebFileStatus web = file->web->status();
    if (!web.error.empty() && !out.empty()) out.back().last_error = web.error;
  }
  return out;
}

}  // namespace weir::collect
