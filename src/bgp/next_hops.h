// Next hops by number: a table of millions of routes has a few hundred of them.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/epoch.h"
#include "base/reservation.h"
#include "bgp/seeded_hash.h"

namespace weir::bgp {

/// Numbers that a reader may still hold when they become free: given out again when none can.
class NumberPool {
 public:
  explicit NumberPool(Epochs& epochs) : epochs_(epochs) {}
  [[nodiscard]] std::optional<std::uint32_t> take() {
    if (free_.empty()) return std::nullopt;
    const std::uint32_t out = free_.back();
    free_.pop_back();
    return out;
  }
  void retire(std::uint32_t number) { retired_.push_back({epochs_.mark(), number}); }
  /// `below` is what Epochs::advance() told.
  void collect(std::uint64_t below) {
    for (; !retired_.empty() && retired_.front().mark < below; retired_.pop_front()) {
      free_.push_back(retired_.front().number);
    }
  }
  [[nodiscard]] std::size_t memory() const {
    return retired_.size() * sizeof(Retired) + free_.capacity() * sizeof(std::uint32_t);
  }

 private:
  struct Retired {
    std::uint64_t mark = 0;
    std::uint32_t number = 0;
  };
  Epochs& epochs_;
  std::deque<Retired> retired_;
  std::vector<std::uint32_t> free_;
};

/// The writer's side; readers look into `addresses` by number.
class NextHops {
 public:
  NextHops(Epochs& epochs, ReservedArray<IpAddress>& addresses) : addresses_(addresses), numbers_(epochs) {}

  /// With one reference for the caller; nothing when there are too many.
  [[nodiscard]] std::optional<std::uint32_t> intern(IpAddress address) {
    if (const auto at = by_address_.find(address); at != by_address_.end()) {
      ++references_[at->second];
      return at->second;
    }
    std::optional<std::uint32_t> number = numbers_.take();
    if (!number) {
      if (addresses_.full()) return std::nullopt;
      number = static_cast<std::uint32_t>(addresses_.size());
      addresses_.emplace_back();
      references_.push_back(0);
    }
    addresses_[*number] = address;
    references_[*number] = 1;
    by_address_.emplace(address, *number);
    return number;
  }
  void add_reference(std::uint32_t number) { ++references_[number]; }
  void drop_reference(std::uint32_t number) {
    if (--references_[number] > 0) return;
    by_address_.erase(addresses_[number]);
    numbers_.retire(number);
  }
  void collect(std::uint64_t below) { numbers_.collect(below); }
  [[nodiscard]] std::size_t memory() const {
    return addresses_.memory() + references_.capacity() * sizeof(std::uint32_t) +
           by_address_.bucket_count() * (sizeof(IpAddress) + 9) + numbers_.memory();
  }

 private:
  struct Hash : SeededHash {
    std::size_t operator()(IpAddress address) const { return static_cast<const SeededHash&>(*this)(address); }
  };
  ReservedArray<IpAddress>& addresses_;
  NumberPool numbers_;
  std::vector<std::uint32_t> references_;
  boost::unordered_flat_map<IpAddress, std::uint32_t, Hash> by_address_;
};

}  // namespace weir::bgp
