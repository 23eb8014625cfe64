#include "base/endpoint.h"

#include <charconv>

namespace weir {
namespace {

std::unexpected<Error> not_an_endpoint(std::string_view text) {
  return fail(ErrorCode::invalid,
              "'" + std::string(text) + "' is not ADDRESS:PORT; write 192.0.2.1:2055 or [2001:db8::1]:2055");
}

}  // namespace

std::string to_string(const Endpoint& endpoint) {
  const std::string address = to_string(endpoint.address);
  return (endpoint.address.is_v4() ? address : "[" + address + "]") + ":" + std::to_string(endpoint.port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return not_an_endpoint(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  // Without brackets nobody can tell where an IPv6 address ends.
  if (bracketed != (host.find(':') != std::string_view::npos)) return not_an_endpoint(text);
  const Result<IpAddress> address = parse_ip(host);
  if (!address) return not_an_endpoint(text);
  Endpoint out{.address = *address, .port = 0};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return not_an_endpoint(text);
  return out;
}

}  // namespace weir
