#include "flow/exporter_table.h"

#include <algorithm>
#include <utility>

namespace weir::flow {

std::string_view to_string(ExportProtocol protocol) {
  switch (protocol) {
    case ExportProtocol::netflow5: return "netflow5";
    case ExportProtocol::netflow7: return "netflow7";
    case ExportProtocol::netflow9: return "netflow9";
    case ExportProtocol::ipfix: return "ipfix";
    case ExportProtocol::sflow5: return "sflow5";
  }
  return "";
}

void ExporterState::describe_interface(std::uint32_t index, StringId description) {
  const std::lock_guard lock(descriptions_mutex_);
  if (descriptions_.size() >= kMostDescriptions && !descriptions_.contains(index)) return;
  if (std::exchange(descriptions_[index], description) == description) return;
  descriptions_version_.fetch_add(1, std::memory_order_relaxed);
}

StringId ExporterState::interface_description(std::uint32_t index) const {
  const std::lock_guard lock(descriptions_mutex_);
  const auto at = descriptions_.find(index);
  return at == descriptions_.end() ? 0 : at->second;
}

ExporterState& ExporterTable::of(IpAddress address) {
  const std::lock_guard lock(mutex_);
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), address,
                                   [](const auto& entry, IpAddress wanted) { return entry->address() < wanted; });
  if (at != entries_.end() && (*at)->address() == address) return **at;
  if (entries_.size() >= most_) return overflow_;
  return **entries_.insert(at, std::make_unique<ExporterState>(address));
}

std::vector<const ExporterState*> ExporterTable::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<const ExporterState*> out;
  out.reserve(entries_.size() + 1);
  for (const auto& entry : entries_) out.push_back(entry.get());
  if (entries_.size() >= most_) out.push_back(&overflow_);
  return out;
}

}  // namespace weir::flow
