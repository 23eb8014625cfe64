// What the operating system says about this process.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "collect/metrics.h"

namespace weir::collect {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Resident memory in bytes; 0 where /proc does not tell.
double resident_bytes() {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen("/proc/self/statm", "re"));
  unsigned long long size = 0;
  unsigned long long resident = 0;
  if (file == nullptr || std::fscanf(file.get(), "%llu %llu", &size, &resident) != 2) return 0;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

double open_files() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end; at.increment(error))
    ++count;
  return count;
}

}  // namespace

void register_process_metrics(Metrics& metrics, const std::string& version, const flow::StringPool& strings) {
  using Type = Metrics::Type;
  metrics.add("weir_build_info", "1; the label tells the version", Type::gauge,
              [version] { return std::vector<Metrics::Sample>{{{{"version", version}}, 1.0}}; });
  metrics.add("weir_strings", "different texts held (names, paths)", Type::gauge,
              [&strings] { return static_cast<double>(strings.size()); });
  metrics.add("weir_strings_refused_total", "texts that did not fit into the bounded table of texts", Type::counter,
              [&strings] { return static_cast<double>(strings.refused()); });
  metrics.add("process_resident_memory_bytes", "resident memory", Type::gauge, std::function<double()>(resident_bytes));
  metrics.add("process_cpu_seconds_total", "processor time used, user and system", Type::counter,
              std::function<double()>(cpu_seconds));
  metrics.add("process_open_fds", "open file descriptors", Type::gauge, std::function<double()>(open_files));
  metrics.add("process_start_time_seconds", "when Weir was started, in seconds since the epoch", Type::gauge,
              [started = static_cast<double>(now_ms()) / 1000.0] { return started; });
}

}  // namespace weir::collect
