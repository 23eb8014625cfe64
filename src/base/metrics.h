// Metrics: who counts keeps its own numbers; this only knows where to ask when somebody reads them.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace weir {

/// A set of metric families in the Prometheus data model, read at scrape time. Thread-safe.
class Metrics {
 public:
  enum class Type : unsigned char { counter, gauge };
  struct Sample {
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
  };
  /// Called at every scrape, from the scraping thread.
  using Read = std::function<std::vector<Sample>()>;
  struct Family {
    std::string name;  ///< "weir_store_flows_total"
    std::string help;
    Type type = Type::counter;
    std::vector<Sample> samples;
  };

  /// Samples of one family behind this many are left out, and weir_metrics_samples_left_out tells them, so that a
  /// flood of labels cannot fill the reader's disk.
  static constexpr std::size_t kMostSamples = 2000;

  void add(std::string name, std::string help, Type type, Read read);
  /// For a single number without labels.
  void add(std::string name, std::string help, Type type, std::function<double()> read);

  /// All families, read now.
  [[nodiscard]] std::vector<Family> collect() const;
  /// The Prometheus text exposition format, version 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  struct Source {
    std::string name;
    std::string help;
    Type type;
    Read read;
  };
  mutable std::mutex mutex_;
  std::vector<Source> sources_;
};

}  // namespace weir
