#include "simulate/demo_hosts.h"

namespace weir::simulate {

ServerAddress server_of(const Customer& customer, std::uint32_t number, bool v6) {
  const Prefix& last = customer.prefixes.back();
  if (v6 && !last.address.is_v4()) return {{last.address.hi, number + 1}, last.length};
  const std::size_t v4_prefixes = customer.prefixes.size() - (last.address.is_v4() ? 0 : 1);
  const Prefix& prefix = customer.prefixes[number % v4_prefixes];
  const std::uint32_t hosts = (~std::uint32_t{0} >> prefix.length) - 1;  // of a /24: 254
  // 37 has no common divisor with 254, 510 and 1022, so the steps meet every host.
  const std::uint32_t host = 1 + (103 + 37 * (number / static_cast<std::uint32_t>(v4_prefixes))) % hosts;
  return {IpAddress::v4(prefix.address.v4_bits() + host), prefix.length};
}

HostChooser::HostChooser(std::span<const Customer> customers) {
  for (std::size_t region = 0; region < kRegionCount; ++region) {
    std::vector<double> serves;
    std::vector<double> consumes;
    for (const Customer& customer : customers) {
      const double near = customer.region == static_cast<Region>(region) ? 3 : 1;
      serves.push_back(customer.serves * near);
      consumes.push_back(customer.consumes * near);
    }
    serving_.emplace_back(serves);
    consuming_.emplace_back(consumes);
  }
  for (const Customer& customer : customers) servers_.emplace_back(zipf_weights(customer.servers, 0.9));
  remotes_.emplace_back(zipf_weights(4000, 0.8));  // eyeballs
  remotes_.emplace_back(zipf_weights(250, 1.0));   // content
  remotes_.emplace_back(zipf_weights(600, 0.9));   // hosting
}

std::size_t HostChooser::draw_customer(Region region, bool serves, Random& random) const {
  return (serves ? serving_ : consuming_)[static_cast<std::size_t>(region)].draw(random);
}

std::uint32_t HostChooser::draw_server(std::size_t customer, Random& random) const {
  return static_cast<std::uint32_t>(servers_[customer].draw(random));
}

std::uint32_t HostChooser::draw_remote(NetworkKind kind, Random& random) const {
  return static_cast<std::uint32_t>(remotes_[static_cast<std::size_t>(kind)].draw(random));
}

}  // namespace weir::simulate
