// Detection at work: the engine behind a lock that is taken once for each batch, its thread, and its memory in
// DIR/attacks/ and DIR/state/baselines.bin.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "detect/detector.h"
#include "detect/engine.h"
#include "flow/batch.h"
#include "flow/string_pool.h"

namespace weir::collect {

/// start() and stop() once each, from one thread; the rest from any.
class Detecting final : public detect::Detector {
 public:
  /// The engine is told of time this often.
  static constexpr UnixMillis kTickMs = 200;

  /// Reads the attacks and baselines of before. Errors: invalid (a rule), io (the directory). `strings` outlives it.
  [[nodiscard]] static Result<std::unique_ptr<Detecting>> open(const detect::DetectConfig& config,
                                                               const detect::OwnNetwork& network,
                                                               flow::StringPool& strings,
                                                               const std::filesystem::path& data,
                                                               std::vector<detect::CustomerPrefix> customers = {});
  ~Detecting() override;  ///< stops

  void start();
  /// Saves what goes on and what was learned.
  void stop();
  /// Rules, customers and networks have changed. Errors: invalid; then the old ones stay.
  Result<void> configure(const detect::DetectConfig& config, const detect::OwnNetwork& network,
                         std::vector<detect::CustomerPrefix> customers);

  /// Counts the flows of one batch; from any worker.
  void add(const flow::FlowBatch& batch);
  /// Takes over an attack of the past that somebody else has found, with a number of its own.
  void adopt(const detect::Attack& ended);
  /// What the thread does every kTickMs; for tests.
  void tick(UnixMillis now);

  [[nodiscard]] std::vector<detect::AttackPtr> attacks(const detect::AttackQuery& query) const override;
  [[nodiscard]] detect::AttackPtr attack(std::uint64_t id) const override;
  [[nodiscard]] detect::Changes changes(std::uint64_t number) const override;
  void listen(std::function<void(const detect::Change&)> listener) override;
  [[nodiscard]] detect::Explanation explain(IpAddress address) const override;
  [[nodiscard]] std::vector<detect::RuleInfo> rules() const override;
  [[nodiscard]] detect::DetectConfig config() const override;
  Result<void> replace(const detect::DetectConfig& config) override;
  [[nodiscard]] detect::DetectStatus status() const override;
  [[nodiscard]] detect::OwnNetwork network() const override;

  /// weir_detect_...; read only while `of` lives. Null: all are 0, for lists of what there is.
  static void register_metrics(Metrics& metrics, const Detecting* of);

 private:
  static constexpr std::size_t kMostChanges = 4096;
  static constexpr UnixMillis kSaveOpenMs = 30 * kSecondMs;
  static constexpr UnixMillis kSaveBaselinesMs = 10 * kMinuteMs;

  Detecting(flow::StringPool& strings, const std::filesystem::path& data)
      : strings_(strings), directory_(data / "attacks"), baselines_file_(data / "state" / "baselines.bin") {}
  Result<void> load();
  void load_baselines();
  void run();
  void publish(std::vector<detect::Change>&& changes, UnixMillis now);
  void keep(const detect::Change& change, UnixMillis now);
  void save(const detect::Attack& attack);
  void save_baselines();
  void forget_oldest();
  [[nodiscard]] std::filesystem::path file_of(std::uint64_t id) const;

  flow::StringPool& strings_;
  const std::filesystem::path directory_;
  const std::filesystem::path baselines_file_;

  mutable std::mutex engine_mutex_;  // held while a batch is counted or time passes
  std::unique_ptr<detect::Engine> engine_;
  detect::OwnNetwork network_;
  std::vector<detect::CustomerPrefix> customers_;

  mutable std::mutex told_mutex_;    // what others ask for; never held while the engine works
  std::map<std::uint64_t, detect::AttackPtr> open_;
  std::map<std::uint64_t, detect::AttackPtr> past_;  // without their evidence, which is in their files
  std::deque<detect::Change> changes_;
  std::uint64_t next_change_ = 1;
  std::vector<std::function<void(const detect::Change&)>> listeners_;

  // Of the thread.
  std::map<std::uint64_t, UnixMillis> saved_at_;
  UnixMillis baselines_saved_at_ = 0;
  std::atomic<bool> save_failed_ = false;
  std::atomic<std::uint32_t> history_{2000};
  std::atomic<std::uint64_t> busy_ns_{0};  // spent on counting flows

  std::thread thread_;
  std::mutex stop_mutex_;
  std::condition_variable stop_changed_;
  bool stopping_ = false;
};

}  // namespace weir::collect
