// The bills of all groups: made from the store, frozen as files at the end of each month, and checked again.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "billing/bill.h"
#include "billing/bill_file.h"
#include "billing/billing_config.h"
#include "query/query.h"

namespace weir::billing {

/// Answers questions: a store, or in tests the reference engine.
using Ask = std::function<Result<query::Answer>(const query::Query&)>;

/// What is known of one group and month without asking the store.
struct Entry {
  std::string group;
  Month month;
  bool frozen = false;
  std::uint64_t total_cents = 0;  ///< of frozen ones
  std::string currency;
  std::string sha256;
  std::string trouble;            ///< why the file cannot be read; "" when it can
};

/// What a check found. The invoice stands when `hash` and `sums` are true; `store` says whether the store would give the same
/// samples today, where it still has that month.
struct Check {
  bool hash = false;       ///< the file is as it was written
  bool sums = false;       ///< percentile, overage and total follow from its samples
  bool chain = true;       ///< the month before has the digest that this one names, where both are there
  std::optional<bool> store;  ///< nothing: the store was not asked, or no longer has the month
  std::size_t samples_differ = 0;
  std::vector<std::string> findings;  ///< sentences
  [[nodiscard]] bool is_fine() const { return hash && sums && chain; }
};

/// Thread rule: any thread at any time. Files lie in DIR/billing/MONTH/GROUP.json, written once and never changed; a group's
/// name is percent-encoded there.
class Ledger {
 public:
  /// Flows may reach past the end of a month by this much and still be told late; what a question of a month may cost is
  /// the asker's to bound.
  Ledger(std::filesystem::path directory, Ask ask) : directory_(std::move(directory)), ask_(std::move(ask)) {}

  void configure(BillingConfig config);
  [[nodiscard]] BillingConfig config() const;

  /// Groups that are configured (this month and the last), and all that is frozen, the newest first.
  [[nodiscard]] Result<std::vector<Entry>> list(UnixMillis now) const;
  /// The frozen bill where there is one, else what it would be so far. Errors: not_found for an unknown group, invalid for a
  /// month that has not begun.
  [[nodiscard]] Result<Bill> show(const std::string& group, const Month& month, UnixMillis now) const;
  /// Freezes one bill. Errors: busy when it is frozen already, invalid before the month and the grace are over.
  [[nodiscard]] Result<Bill> freeze(const std::string& group, const Month& month, UnixMillis now);
  /// Hash, arithmetic, chain and, with `ask_store`, the samples of today. Errors: not_found when it is not frozen.
  [[nodiscard]] Result<Check> verify(const std::string& group, const Month& month, bool ask_store) const;
  /// The file as it lies there.
  [[nodiscard]] Result<std::string> frozen_file(const std::string& group, const Month& month) const;

  /// What is due: freezes the last month's bills once its grace is over, one at a call. Call it every minute or so; it
  /// remembers what is done. The names of what was frozen, or what went wrong.
  struct Event {
    std::string group;
    Month month;
    std::optional<Error> error;
  };
  [[nodiscard]] std::optional<Event> tick(UnixMillis now);

 private:
  [[nodiscard]] std::filesystem::path file_of(const std::string& group, const Month& month) const;
  [[nodiscard]] Result<Bill> make(const BillingConfig& config, const GroupConfig& group, const Month& month,
                                  UnixMillis now) const;
  [[nodiscard]] Result<ReadBill> read(const std::string& group, const Month& month) const;

  /// A month without any traffic, and none frozen before it: the group, or Weir, came later. Such a bill is not frozen by
  /// itself.
  [[nodiscard]] bool is_before_the_first(const BillingConfig& config, const GroupConfig& group, const Month& month,
                                         UnixMillis now);

  const std::filesystem::path directory_;
  const Ask ask_;
  mutable std::mutex mutex_;
  BillingConfig config_;
  std::mutex freezing_;           ///< one at a time, so that nothing is written twice
  UnixMillis retry_at_ = 0;       ///< after a failure
  std::set<std::pair<std::string, Month>> without_traffic_;
};

/// The two questions whose answers are a group's samples: what comes in and what goes out.
struct Questions {
  query::Query in;
  query::Query out;
};
[[nodiscard]] Result<Questions> questions_of(const GroupConfig& group, const Range& range);

/// As RFC 3986 section 2.1, letters, digits, '-' and '_' stay: a name of a file.
[[nodiscard]] std::string file_name_of(std::string_view group);
[[nodiscard]] std::string group_of_file_name(std::string_view name);

}  // namespace weir::billing
