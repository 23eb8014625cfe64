#include "simulate/internet.h"

#include <algorithm>

#include "simulate/internet_table.h"

namespace weir::simulate {
namespace {

std::vector<Prefix> parse_prefixes(std::string_view text) {
  std::vector<Prefix> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    // The table is part of the program, and a test reads every row of it.
    if (const Result<Prefix> prefix = parse_prefix(text.substr(0, end))) out.push_back(*prefix);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

Internet::Internet() {
  networks_.reserve(kNetworkRows.size());
  for (const NetworkRow& row : kNetworkRows) {
    RemoteNetwork network{row.as, row.name, row.country, row.kind, parse_prefixes(row.v4), std::nullopt};
    if (!row.v6.empty()) network.v6 = parse_prefixes(row.v6).at(0);
    networks_.push_back(std::move(network));
  }
  std::ranges::sort(networks_, {}, &RemoteNetwork::as);
}

const RemoteNetwork* Internet::find(std::uint32_t as) const {
  const auto found = std::ranges::lower_bound(networks_, as, {}, &RemoteNetwork::as);
  return found != networks_.end() && found->as == as ? &*found : nullptr;
}

IpAddress address_in(const Prefix& prefix, std::uint64_t number) {
  const std::uint64_t hash = mix(number, prefix.address.lo ^ prefix.address.hi);
  if (!prefix.address.is_v4()) return {prefix.address.hi | (hash & 0xffff), mix(hash)};
  const std::uint32_t hosts = ~std::uint32_t{0} >> prefix.length;  // of a /24: 255
  return IpAddress::v4(prefix.address.v4_bits() + 1 + static_cast<std::uint32_t>(hash % (hosts - 1)));
}

RemoteHost host_of(const RemoteNetwork& network, std::uint32_t number, bool v6) {
  if (v6 && network.v6) return {address_in(*network.v6, number), network.v6->length};
  const Prefix& prefix = network.prefixes[mix(network.as, number) % network.prefixes.size()];
  return {address_in(prefix, number), prefix.length};
}

}  // namespace weir::simulate
