#include "enrich/memory.h"

#include <utility>

namespace weir::enrich {

Memory::Memory(const Lookups& from) : lookups(from) {
  if (lookups.routes != nullptr) routes = std::make_unique<bgp::RibReader>(*lookups.routes);
  if (lookups.vrps != nullptr) vrps = std::make_unique<bgp::VrpTable::Reader>(*lookups.vrps);
}

void Memory::begin_batch() {
  ++batch_number;
  choices.clear();
  if (lookups.databases != nullptr) {
    auto now = lookups.databases->get();
    if (now != databases) {
      countries.clear();
      ases.clear();
      databases = std::move(now);
    }
  }
  interfaces_changed = false;
  if (lookups.interfaces == nullptr) return;
  auto now = lookups.interfaces->get();
  interfaces_changed = now != interfaces;
  interfaces = std::move(now);
}

}  // namespace weir::enrich
