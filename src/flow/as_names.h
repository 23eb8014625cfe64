// Names of autonomous systems, for people.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::flow {

struct AsName {
  std::uint32_t as = 0;
  std::string name;     ///< "GOOGLE - Google LLC", as its source writes it, without the country
  std::string country;  ///< two letters, "" unknown
};

/// Never changes once made; any number of threads read it.
class AsNames {
 public:
  AsNames() = default;
  /// Of several entries for an AS the first one counts.
  explicit AsNames(std::vector<AsName> names);

  /// Null for an AS without a name.
  [[nodiscard]] const AsName* find(std::uint32_t as) const;
  /// Those whose number begins with, or whose name holds, `words` in any case; at most `most`, exact matches first.
  [[nodiscard]] std::vector<const AsName*> search(std::string_view words, std::size_t most) const;
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  std::vector<AsName> names_;  // by number
};

/// The names in force, swapped by a reload or a refresh. Never null.
class CurrentAsNames {
 public:
  [[nodiscard]] std::shared_ptr<const AsNames> get() const {
    const std::lock_guard lock(mutex_);
    return names_;
  }
  void set(std::shared_ptr<const AsNames> names) {
    const std::lock_guard lock(mutex_);
    names_.swap(names);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const AsNames> names_ = std::make_shared<const AsNames>();
};

}  // namespace weir::flow
