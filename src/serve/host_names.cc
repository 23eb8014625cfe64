#include "serve/host_names.h"

#include <algorithm>

#include "base/ip_address.h"

namespace weir::serve {
namespace {

constexpr std::size_t kLongestName = 255;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

/// Without the port and without the dot of a name that is written to its root.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    return end == std::string_view::npos ? host : host.substr(1, end - 1);
  }
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

bool stands_for(std::string_view pattern, std::string_view name) {
  if (pattern == "*") return true;
  if (!pattern.starts_with("*.")) return pattern == name;
  return name.size() > pattern.size() - 1 && name.ends_with(pattern.substr(1));
}

}  // namespace

bool answers_to(std::string_view host, std::span<const std::string> names) {
  const auto matches = [&](std::string_view name) {
    return std::ranges::any_of(names, [&](const std::string& one) { return stands_for(lower(one), name); });
  };
  if (host.empty()) return true;
  if (host.size() > kLongestName + 6) return matches("");
  const std::string name = lower(without_port(host));
  return parse_ip(name).has_value() || name == "localhost" || name.ends_with(".localhost") || matches(name);
}

}  // namespace weir::serve
