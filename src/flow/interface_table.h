// What the routers say of their interfaces when they are asked (SNMP ifName, ifAlias, ifHighSpeed): made whole by a poller,
// read by enrichment.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/ip_address.h"
#include "flow/key_hash.h"

namespace weir::flow {

/// One interface. Empty texts and 0 mean not known.
struct InterfaceInfo {
  std::string name;         ///< ifName, or ifDescr where there is none
  std::string description;  ///< ifAlias
  std::uint64_t speed_bps = 0;
  bool operator==(const InterfaceInfo&) const = default;
};

/// Interfaces by exporter and ifIndex. Never changes once it is published; any number of threads read it.
class InterfaceTable {
 public:
  struct Key {
    IpAddress exporter;  ///< the datagrams' source, as the configuration names the exporter
    std::uint32_t index = 0;
    bool operator==(const Key&) const = default;
  };

  /// Only before it is published. A second value for the same interface replaces the first.
  void set(const Key& key, InterfaceInfo info) { interfaces_.insert_or_assign(key, std::move(info)); }

  /// Null for an interface that is not known. Valid as long as the table.
  [[nodiscard]] const InterfaceInfo* find(IpAddress exporter, std::uint32_t index) const {
    const auto at = interfaces_.find(Key{exporter, index});
    return at == interfaces_.end() ? nullptr : &at->second;
  }
  [[nodiscard]] std::size_t size() const { return interfaces_.size(); }
  /// Calls `visit(const Key&, const InterfaceInfo&)` for every interface, in no order.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const auto& [key, info] : interfaces_) visit(key, info);
  }

 private:
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Key& key) const noexcept {
      return KeyHash::of_words(key.exporter.hi ^ (std::uint64_t{key.index} << 32U) ^ key.index, key.exporter.lo);
    }
  };
  boost::unordered_flat_map<Key, InterfaceInfo, Hash> interfaces_;
};

/// The table in force, swapped by the poller. Never null. Who still uses an old one keeps it alive.
class CurrentInterfaceTable {
 public:
  [[nodiscard]] std::shared_ptr<const InterfaceTable> get() const {
    const std::lock_guard lock(mutex_);
    return table_;
  }
  void set(std::shared_ptr<const InterfaceTable> table) {
    const std::lock_guard lock(mutex_);
    table_.swap(table);  // the old one goes, if nobody uses it, after the lock
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const InterfaceTable> table_ = std::make_shared<const InterfaceTable>();
};

}  // namespace weir::flow
