// A store that answers filters on names (`src_name ~ "example"`): it asks the store beneath which addresses the rest of the
// filter leaves, looks their names up, and asks again with the addresses whose names meet the filter. All else goes through.
#pragma once

#include "names/resolver.h"
#include "store/store.h"

namespace weir::names {

/// More addresses are not looked up for one question; the error says what to do.
inline constexpr std::uint32_t kMostNamedAddresses = 5000;
inline constexpr UnixMillis kLongestLookUpMs = 15 * kSecondMs;

/// Thread rule of store::Store. Both outlive this. Errors beside the store's: invalid (too many addresses), busy (not all
/// names came in time: asking again goes on where this ended).
class NamedStore final : public store::Store {
 public:
  NamedStore(store::Store& store, Resolver& resolver) : store_(store), resolver_(resolver) {}

  bool append(flow::FlowBatch&& batch, bool wait) override { return store_.append(std::move(batch), wait); }
  void append(std::vector<flow::InterfaceCounters>&& readings) override { store_.append(std::move(readings)); }
  void write() override { store_.write(); }
  void upkeep(UnixMillis now) override { store_.upkeep(now); }
  void stop() override { store_.stop(); }
  Result<query::Answer> run(const query::Query& query, const query::CancelFlag& cancel) override;
  Result<query::TallyAnswer> tally(const query::Tally& tally, const query::CancelFlag& cancel) override;
  Result<query::SearchAnswer> search(const query::Search& search, const query::CancelFlag& cancel) override;
  Result<query::SqlAnswer> sql(const query::SqlQuestion& question, const query::CancelFlag& cancel) override {
    return store_.sql(question, cancel);
  }
  Result<std::vector<flow::InterfaceCounters>> last_counters(UnixMillis since, const query::CancelFlag& cancel) override {
    return store_.last_counters(since, cancel);
  }
  Result<void> settle(UnixMillis now) override { return store_.settle(now); }
  store::Status status() override { return store_.status(); }
  void set_limits(const store::Limits& limits) override { store_.set_limits(limits); }

 private:
  /// The filter without tests on names.
  Result<query::ExpressionPtr> resolved(const query::ExpressionPtr& filter, UnixMillis from, UnixMillis to,
                                        const query::CancelFlag& cancel);

  store::Store& store_;
  Resolver& resolver_;
};

}  // namespace weir::names
