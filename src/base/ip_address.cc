#include "base/ip_address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace weir {
namespace {

std::array<unsigned char, 16> to_octets(IpAddress address) {
  std::array<unsigned char, 16> out{};
  for (unsigned i = 0; i < 8; ++i) {
    out[i] = static_cast<unsigned char>(address.hi >> (56 - 8 * i));
    out[8 + i] = static_cast<unsigned char>(address.lo >> (56 - 8 * i));
  }
  return out;
}

}  // namespace

std::string to_string(IpAddress address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto octets = to_octets(address);
  const bool v4 = address.is_v4();
  inet_ntop(v4 ? AF_INET : AF_INET6, octets.data() + (v4 ? 12 : 0), text.data(), text.size());
  return text.data();
}

std::string to_string(const Prefix& prefix) {
  return to_string(prefix.address) + "/" + std::to_string(prefix.length);
}

Result<IpAddress> parse_ip(std::string_view text) {
  const std::string terminated(text);
  std::array<std::byte, 16> octets{};
  // A NUL inside the text would end it early for inet_pton.
  if (terminated.find('\0') == std::string::npos) {
    ByteReader reader(octets);
    if (inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1) return IpAddress::v4(reader.u32());
    if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1) return IpAddress::v6(reader);
  }
  return fail(ErrorCode::invalid, "'" + terminated + "' is not an IPv4 or IPv6 address");
}

Result<Prefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::unexpected(address.error());
  const unsigned most = address->is_v4() ? 32 : 128;
  unsigned length = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (problem != std::errc{} || end != digits.data() + digits.size() || length > most) {
      return fail(ErrorCode::invalid, "'" + std::string(text) + "': the prefix length must be a number from 0 to " + std::to_string(most));
    }
  }
  const Prefix prefix = Prefix::of(*address, length);
  if (prefix.address != *address) {
    return fail(ErrorCode::invalid, "'" + std::string(text) + "' has host bits set; the network is " + to_string(prefix));
  }
  return prefix;
}

}  // namespace weir
