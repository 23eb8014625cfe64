// What one worker keeps between batches for the enrichments that look things up.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "enrich/databases.h"
#include "enrich/lookups.h"
#include "enrich/places.h"
#include "flow/key_hash.h"

namespace weir::enrich {

/// What the MMDB files say, remembered by entry, since a file has few entries and many addresses, and by address, since
/// the same ones come again and again.
template <typename T>
class DatabaseMemory {
 public:
  using Files = std::vector<std::shared_ptr<const Mmdb>>;

  /// Forgets all: other files, or other texts.
  void clear() {
    for (auto& seen : by_entry_) seen.clear();
    by_address_.clear();
  }
  /// What the first file says that knows `address`; T{} when none does. `read(mmdb, entry)` reads an entry that was not
  /// seen before.
  template <typename Read>
  T find(const Files& files, IpAddress address, Read read) {
    if (by_address_.empty()) by_address_.resize(kSlots);
    Slot& slot = by_address_[std::hash<IpAddress>{}(address) >> (64U - kSlotBits)];
    if (slot.used && slot.address == address) return slot.value;
    slot = {.address = address, .value = look_up(files, address, read), .used = true};
    return slot.value;
  }

 private:
  static constexpr unsigned kSlotBits = 14;
  static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
  /// A file of cities has millions.
  static constexpr std::size_t kMostEntries = 100'000;

  struct Slot {
    IpAddress address;
    T value{};
    bool used = false;
  };

  template <typename Read>
  T look_up(const Files& files, IpAddress address, Read read) {
    if (by_entry_.size() < files.size()) by_entry_.resize(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto entry = files[i]->find(address);
      if (!entry) continue;
      auto& seen = by_entry_[i];
      auto at = seen.find(*entry);
      if (at == seen.end()) {
        if (seen.size() >= kMostEntries) seen.clear();
        at = seen.emplace(*entry, read(*files[i], *entry)).first;
      }
      if (at->second != T{}) return at->second;
    }
    return T{};
  }

  std::vector<boost::unordered_flat_map<Mmdb::Entry, T, flow::KeyHash>> by_entry_;
  std::vector<Slot> by_address_;
};

struct Memory {
  explicit Memory(const Lookups& lookups);

  /// Once before each batch: takes over what others have changed.
  void begin_batch();

  const Lookups lookups;
  std::uint64_t batch_number = 0;

  // routes.cc
  std::unique_ptr<bgp::RibReader> routes;
  std::unique_ptr<bgp::VrpTable::Reader> vrps;
  std::vector<bgp::Ask> asks;
  std::vector<bgp::Found> found;
  std::vector<bgp::Choice> choices;  ///< of each row: where its route is from

  // countries.cc, as_fallback.cc
  std::shared_ptr<const Databases> databases;
  DatabaseMemory<flow::StringId> countries;
  DatabaseMemory<std::uint32_t> ases;

  std::vector<Place> places;  ///< customers.cc: of each row
  std::shared_ptr<const flow::InterfaceTable> interfaces;
  bool interfaces_changed = false;
};

}  // namespace weir::enrich
