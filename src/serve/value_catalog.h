// The values that columns have in the data, for completion: kept for a moment, so that typing asks the store once.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "query/completion.h"
#include "serve/sources.h"

namespace weir::serve {

/// Any thread.
class ValueCatalog {
 public:
  explicit ValueCatalog(const Sources& sources) : sources_(sources) {}

  /// Exporters as they are known; ASes by number and by name; of all other columns with texts or small numbers those that
  /// carried most bytes in the last hour, asked of the store at most once a minute for each column. Addresses, times and
  /// measures have none. `cancel` ends a question to the store.
  [[nodiscard]] query::ValueSource source(UnixMillis now, std::shared_ptr<query::CancelFlag> cancel);

 private:
  struct Known {
    UnixMillis asked_ms = 0;
    std::vector<query::KnownValue> values;
  };
  std::shared_ptr<const Known> in_the_data(flow::Column column, UnixMillis now, const query::CancelFlag& cancel);
  [[nodiscard]] std::vector<query::KnownValue> exporters() const;

  const Sources& sources_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<const Known>> known_ = std::vector<std::shared_ptr<const Known>>(flow::kColumnCount);
};

}  // namespace weir::serve
