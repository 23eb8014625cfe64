// A signature as a rule for routers, and as a filter of the query language.
#include <fmt/format.h>

#include "detect/mitigation/plan.h"

namespace weir::detect {
namespace {

using bgp::FlowComponent;
using bgp::FlowType;

class Rule {
 public:
  explicit Rule(bgp::Afi afi) { rule_.afi = afi; }

  void prefix(FlowType type, const std::optional<Prefix>& prefix) {
    if (prefix) rule_.components.push_back({.type = type, .prefix = *prefix});
  }
  template <typename Number>
  void equal(FlowType type, const std::optional<Number>& number) {
    if (number) add(type, {{.bits = bgp::kFlowEqual, .value = *number}});
  }
  void add(FlowType type, std::vector<bgp::FlowMatch> matches) {
    if (!matches.empty()) rule_.components.push_back({.type = type, .matches = std::move(matches)});
  }
  bgp::FlowSpec take() { return std::move(rule_); }

 private:
  bgp::FlowSpec rule_;
};

/// All that are set, and none of the others of the mask (RFC 8955 section 4.2.2.9).
std::vector<bgp::FlowMatch> flags_of(const Signature& s) {
  if (!s.tcp_flags) return {};
  std::vector<bgp::FlowMatch> out;
  const unsigned mask = s.tcp_flags_mask.value_or(*s.tcp_flags);
  const unsigned set = *s.tcp_flags & mask;
  const unsigned unset = mask & ~set;
  if (set != 0) out.push_back({.bits = bgp::kFlowAll, .value = set});
  if (unset != 0) {
    const std::uint8_t joined = out.empty() ? 0 : bgp::kFlowAnd;
    out.push_back({.bits = static_cast<std::uint8_t>(joined | bgp::kFlowNot), .value = unset});
  }
  return out;
}

std::vector<bgp::FlowMatch> lengths_of(const Signature& s) {
  if (s.length_from && s.length_from == s.length_to) return {{.bits = bgp::kFlowEqual, .value = *s.length_from}};
  std::vector<bgp::FlowMatch> out;
  if (s.length_from) out.push_back({.bits = bgp::kFlowGreater | bgp::kFlowEqual, .value = *s.length_from});
  if (s.length_to) {
    const std::uint8_t joined = out.empty() ? 0 : bgp::kFlowAnd;
    out.push_back(
        {.bits = static_cast<std::uint8_t>(joined | bgp::kFlowLess | bgp::kFlowEqual), .value = *s.length_to});
  }
  return out;
}

std::vector<bgp::FlowMatch> fragment_of(const Signature& s) {
  if (!s.fragment) return {};
  return {{.bits = *s.fragment ? std::uint8_t{0} : bgp::kFlowNot, .value = bgp::kIsFragment}};
}

}  // namespace

bgp::FlowSpec rule_of(const Signature& s, Way way) {
  Rule rule(s.target.address.is_v4() ? bgp::Afi::ipv4 : bgp::Afi::ipv6);
  const bool incoming = way == Way::incoming;
  rule.prefix(FlowType::destination, incoming ? std::optional(s.target) : std::nullopt);
  rule.prefix(FlowType::source, incoming ? s.source : std::optional(s.target));
  rule.equal(FlowType::protocol, s.protocol);
  rule.equal(FlowType::destination_port, s.destination_port);
  rule.equal(FlowType::source_port, s.source_port);
  rule.equal(FlowType::icmp_type, s.icmp_type);
  rule.add(FlowType::tcp_flags, flags_of(s));
  rule.add(FlowType::length, lengths_of(s));
  rule.add(FlowType::fragment, fragment_of(s));
  return rule.take();
}

std::string filter_of(const Signature& s, Way way) {
  const bool incoming = way == Way::incoming;
  std::string out = fmt::format("{} net {}", incoming ? "dst" : "src", to_string(s.target));
  if (incoming && s.source) out += " and src net " + to_string(*s.source);
  if (s.protocol) out += fmt::format(" and proto {}", *s.protocol);
  if (s.source_port) out += fmt::format(" and src port {}", *s.source_port);
  if (s.destination_port) out += fmt::format(" and dst port {}", *s.destination_port);
  if (s.icmp_type) out += fmt::format(" and icmp_type = {}", *s.icmp_type);
  if (s.tcp_flags) {
    const unsigned mask = s.tcp_flags_mask.value_or(*s.tcp_flags);
    out += fmt::format(" and tcp_flags & {} = {}", mask, *s.tcp_flags & mask);
  }
  if (s.fragment) out += *s.fragment ? " and fragment != 0" : " and not fragment != 0";
  if (s.length_from) out += fmt::format(" and bpp >= {}", *s.length_from);
  if (s.length_to) out += fmt::format(" and bpp <= {}", *s.length_to);
  return out;
}

}  // namespace weir::detect
