// A store of nothing.
#pragma once

#include <vector>

#include "store/store.h"

namespace weir::store {

/// Takes everything, keeps nothing, finds nothing; a store of a test overrides what the test is about.
class EmptyStore : public Store {
 public:
  bool append(flow::FlowBatch&&, bool) override { return true; }
  void append(std::vector<flow::InterfaceCounters>&&) override {}
  void write() override {}
  void upkeep(UnixMillis) override {}
  void stop() override {}
  Result<query::Answer> run(const query::Query&, const query::CancelFlag&) override { return query::Answer{}; }
  Result<void> settle(UnixMillis) override { return {}; }
  [[nodiscard]] Status status() override { return {}; }
};

}  // namespace weir::store
