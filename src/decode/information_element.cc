#include "decode/information_element.h"

#include <algorithm>
#include <array>

namespace weir::decode {
namespace {

using enum AbstractType;
using enum Meaning;
using enum flow::Column;

constexpr auto kElements = std::to_array<InformationElement>({
#include "decode/iana_elements.inc"
#include "decode/vendor_elements.inc"
});

constexpr bool before(const InformationElement& a, std::uint32_t enterprise, std::uint16_t id) {
  return a.enterprise != enterprise ? a.enterprise < enterprise : a.id < id;
}

/// Strictly ascending: find_element() searches by halves, and no element stands twice.
constexpr bool sorted() {
  for (std::size_t i = 1; i < kElements.size(); ++i) {
    if (!before(kElements[i - 1], kElements[i].enterprise, kElements[i].id)) return false;
  }
  return true;
}
static_assert(sorted(), "the table of Information Elements must be sorted and without duplicates");

constexpr bool is_number(flow::ColumnType type) {
  using enum flow::ColumnType;
  return type == u8 || type == u16 || type == u32 || type == u64;
}

/// Whether a value of the element's type can go into its column.
constexpr bool fits(const InformationElement& e) {
  const flow::ColumnType column = flow::info(e.column).type;
  switch (e.type) {
    case unsigned8:
    case unsigned16:
    case unsigned32:
    case unsigned64:
      return is_number(column);
    case ipv4_address:
    case ipv6_address:
      return column == flow::ColumnType::ip;
    case mac_address:
      return column == flow::ColumnType::mac;
    case date_time_seconds:
    case date_time_milliseconds:
    case date_time_microseconds:
    case date_time_nanoseconds:
      return column == flow::ColumnType::time_ms;
    default:
      return false;
  }
}

constexpr bool meanings_fit_columns() {
  for (const InformationElement& e : kElements) {
    const flow::ColumnType column = flow::info(e.column).type;
    const bool to_text = e.meaning == text || e.meaning == interface_name || e.meaning == application_id ||
                         e.meaning == vrf_id || e.meaning == egress_vrf_id || e.meaning == distinguisher ||
                         e.meaning == flow_direction;
    if (e.meaning == value && !fits(e)) return false;
    if (to_text && column != flow::ColumnType::string) return false;
    if ((e.meaning == uptime || e.meaning == delta_microseconds) && column != flow::ColumnType::time_ms) return false;
    if (e.meaning == none && e.column != flow::Column::time) return false;
  }
  return true;
}
static_assert(meanings_fit_columns(), "an Information Element cannot fill the column it names");

}  // namespace

const InformationElement* find_element(std::uint32_t enterprise, std::uint16_t id) {
  const auto* at = std::lower_bound(
      kElements.begin(), kElements.end(), id,
      [&](const InformationElement& e, std::uint16_t wanted) { return before(e, enterprise, wanted); });
  return at != kElements.end() && at->enterprise == enterprise && at->id == id ? at : nullptr;
}

std::span<const InformationElement> information_elements() {
  return kElements;
}

}  // namespace weir::decode
