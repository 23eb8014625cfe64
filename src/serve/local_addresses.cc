#include "serve/local_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace weir::serve {
namespace {

bool is_link_local(IpAddress address) {
  if (address.is_v4()) return address.v4_bits() >> 16U == 0xa9fe;
  return address.hi >> 54U == 0xfe80U >> 6U;
}

/// The address of an entry as the C library writes it: numeric, without its zone.
Result<IpAddress> address_of(const ifaddrs& entry) {
  const bool is_v4 = entry.ifa_addr->sa_family == AF_INET;
  std::array<char, NI_MAXHOST> text{};
  const socklen_t length = is_v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  if (getnameinfo(entry.ifa_addr, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return fail(ErrorCode::io, "an interface's address cannot be shown");
  }
  const std::string_view shown(text.data());
  return parse_ip(shown.substr(0, shown.find('%')));
}

}  // namespace

std::vector<IpAddress> local_addresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, freeifaddrs);
  std::vector<IpAddress> out;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_UP) == 0 || (entry->ifa_flags & IFF_LOOPBACK) != 0)
      continue;
    const auto family = entry->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    const auto address = address_of(*entry);
    if (address && !is_link_local(*address) && !address->is_unspecified()) out.push_back(*address);
  }
  std::ranges::stable_sort(out, std::ranges::greater{}, &IpAddress::is_v4);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace weir::serve
