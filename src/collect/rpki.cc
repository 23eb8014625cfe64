#include "collect/rpki.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "collect/named_thread.h"

namespace weir::collect {
namespace {

using Sample = Metrics::Sample;
using Type = Metrics::Type;

// Places in the table.
constexpr std::size_t kCaches = 0;
constexpr std::size_t kFile = 1;
constexpr std::size_t kWebFile = 2;
constexpr UnixMillis kWaitMs = 1000;

struct Number {
  const char* name;
  const char* help;
  double (*read)(const bgp::RtrClientStatus&);
};
constexpr std::array kCacheNumbers{
    Number{"weir_rpki_cache_up", "1 for an RTR cache that is established",
           [](const bgp::RtrClientStatus& s) { return s.state == bgp::RtrState::established ? 1.0 : 0.0; }},
    Number{"weir_rpki_cache_in_use", "1 for the RTR cache whose VRPs are used, even if it is lost",
           [](const bgp::RtrClientStatus& s) { return s.in_use ? 1.0 : 0.0; }},
    Number{"weir_rpki_cache_serial", "serial number of an RTR cache's data",
           [](const bgp::RtrClientStatus& s) { return static_cast<double>(s.serial); }},
    Number{"weir_rpki_cache_updated_timestamp_seconds",
           "when VRPs of an RTR cache last changed, in seconds since the epoch; 0 never",
           [](const bgp::RtrClientStatus& s) { return static_cast<double>(s.updated_ms) / 1000.0; }},
};

bool same(const bgp::RtrCacheConfig& a, const bgp::RtrCacheConfig& b) {
  return a.host == b.host && a.port == b.port && a.preference == b.preference;
}

}  // namespace

bool operator==(const RpkiConfig& a, const RpkiConfig& b) {
  return std::ranges::equal(a.caches, b.caches, same) && a.file == b.file && a.url == b.url &&
         a.refresh_ms == b.refresh_ms;
}

Rpki::~Rpki() {
  stop();
}

void Rpki::configure(const RpkiConfig& config, const std::filesystem::path& fetched) {
  if (config == config_) return;
  stop();
  stopping_ = false;
  config_ = config;
  std::vector<std::unique_ptr<bgp::VrpFile>> files;
  if (!config.file.empty()) files.push_back(std::make_unique<bgp::VrpFile>(config.file, table_, kFile));
  if (!config.url.empty()) files.push_back(std::make_unique<bgp::VrpFile>(fetched, table_, kWebFile));
  if (config.caches.empty()) table_.replace(kCaches, {});
  if (config.file.empty()) table_.replace(kFile, {});
  if (config.url.empty()) table_.replace(kWebFile, {});
  for (const auto& file : files) {
    std::error_code ignored;  // what was never fetched is no broken file
    if (std::filesystem::exists(file->status().file, ignored) || file->status().file != fetched) file->check(now_ms());
  }
  {
    const std::lock_guard lock(mutex_);
    files_.swap(files);
    client_ = std::make_unique<bgp::RtrClient>(
        bgp::RtrClientOptions{.caches = config.caches, .times = {.refresh_ms = config.refresh_ms}}, table_, kCaches);
  }
  if (config.is_used()) thread_ = named_thread("weir-rpki", [this] { run(); });
}

void Rpki::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  client_->wake();
  thread_.join();
}

void Rpki::run() {
  while (!stopping_) {
    client_->turn(now_ms(), kWaitMs);
    for (const auto& file : files_) {
      std::error_code ignored;
      const bool waits_for_the_web = file->status().loads == 0 && !config_.url.empty() && file == files_.back();
      if (!waits_for_the_web || std::filesystem::exists(file->status().file, ignored)) file->check(now_ms());
    }
  }
}

RpkiStatus Rpki::status() const {
  RpkiStatus out;
  out.vrps4 = table_.size4();
  out.vrps6 = table_.size() - out.vrps4;
  const std::lock_guard lock(mutex_);
  if (client_ != nullptr) out.caches = client_->status();
  for (const auto& file : files_) out.files.push_back(file->status());
  return out;
}

void Rpki::register_metrics(Metrics& metrics) const {
  metrics.add("weir_rpki_vrps", "Validated ROA Payloads in force, by address family", Type::gauge, [this] {
    const RpkiStatus status = this->status();
    return std::vector<Sample>{{{{"family", "ipv4"}}, static_cast<double>(status.vrps4)},
                               {{{"family", "ipv6"}}, static_cast<double>(status.vrps6)}};
  });
  for (const Number& number : kCacheNumbers) {
    metrics.add(number.name, number.help, Type::gauge, [this, read = number.read] {
      std::vector<Sample> out;
      for (const bgp::RtrClientStatus& cache : status().caches) out.push_back({{{"cache", cache.name}}, read(cache)});
      return out;
    });
  }
  metrics.add("weir_rpki_file_failures_total", "times a file of VRPs could not be loaded; what it said before stayed",
              Type::counter, [this] {
                std::vector<Sample> out;
                for (const bgp::VrpFileStatus& file : status().files) {
                  out.push_back({{{"file", file.file.string()}}, static_cast<double>(file.failures)});
                }
                return out;
              });
}

}  // namespace weir::collect
