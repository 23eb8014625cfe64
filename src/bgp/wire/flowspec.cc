#include "bgp/wire/flowspec.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/number_text.h"

namespace weir::bgp {
namespace {

constexpr std::uint8_t kEndOfList = 0x80;
constexpr std::uint8_t kLengthMask = 0x30;
constexpr std::size_t kMostShort = 0xef;    ///< octets that one octet of length can say
constexpr std::size_t kMostOctets12 = 0xfff;
constexpr unsigned kLongMark = 0xf000;

enum class Form : std::uint8_t { prefix, number, bitmask };

/// THE table of component types.
struct TypeRow {
  FlowType type;
  std::string_view name;
  Form form;
  std::size_t most_octets;  ///< of a value
  bool ipv6_only;
};
constexpr std::array<TypeRow, 13> kTypes = {{{FlowType::destination, "dst", Form::prefix, 0, false},
                                             {FlowType::source, "src", Form::prefix, 0, false},
                                             {FlowType::protocol, "proto", Form::number, 8, false},
                                             {FlowType::port, "port", Form::number, 8, false},
                                             {FlowType::destination_port, "dport", Form::number, 8, false},
                                             {FlowType::source_port, "sport", Form::number, 8, false},
                                             {FlowType::icmp_type, "icmp-type", Form::number, 8, false},
                                             {FlowType::icmp_code, "icmp-code", Form::number, 8, false},
                                             {FlowType::tcp_flags, "tcp-flags", Form::bitmask, 2, false},
                                             {FlowType::length, "length", Form::number, 8, false},
                                             {FlowType::dscp, "dscp", Form::number, 8, false},
                                             {FlowType::fragment, "fragment", Form::bitmask, 1, false},
                                             {FlowType::flow_label, "flow-label", Form::number, 8, true}}};

const TypeRow* row_of(FlowType type) {
  const auto at = std::ranges::find(kTypes, type, &TypeRow::type);
  return at == kTypes.end() ? nullptr : &*at;
}

std::unexpected<Error> malformed(std::string what) {
  return fail(ErrorCode::malformed, "Flow Specification: " + std::move(what));
}

unsigned width_of(Afi afi) {
  return afi == Afi::ipv4 ? 32 : 128;
}

/// The bits of an address at the front of 128.
IpAddress to_front(IpAddress address) {
  return address.is_v4() ? IpAddress{std::uint64_t{address.v4_bits()} << 32U, 0} : address;
}
IpAddress shifted_left(IpAddress a, unsigned by) {
  if (by == 0) return a;
  if (by >= 64) return {by >= 128 ? 0 : a.lo << (by - 64), 0};
  return {a.hi << by | a.lo >> (64 - by), a.lo << by};
}
IpAddress shifted_right(IpAddress a, unsigned by) {
  if (by == 0) return a;
  if (by >= 64) return {0, by >= 128 ? 0 : a.hi >> (by - 64)};
  return {a.hi >> by, a.lo >> by | a.hi << (64 - by)};
}

// ------------------------------------------------------------------------------------------------------------ writing

Result<void> write_prefix(const FlowComponent& component, Afi afi, std::string_view name, ByteWriter& out) {
  const Prefix& prefix = component.prefix;
  const bool fits = prefix.address.is_v4() == (afi == Afi::ipv4) && prefix.length <= width_of(afi);
  const bool has_offset = component.offset != 0;
  if (!fits || (has_offset && (afi == Afi::ipv4 || component.offset >= prefix.length)))
    return malformed(std::string(name) + " " + to_string(prefix) + " does not fit the address family");
  out.u8(prefix.length);
  if (afi == Afi::ipv6) out.u8(component.offset);
  const IpAddress bits = shifted_left(to_front(prefix.address), component.offset);
  const std::size_t octets = (prefix.length - component.offset + 7U) / 8U;
  for (std::size_t i = 0; i < octets; ++i) {
    out.u8((i < 8 ? bits.hi >> (56 - 8 * i) : bits.lo >> (120 - 8 * i)) & 0xffU);
  }
  return {};
}

std::size_t octets_of(std::uint64_t value) {
  return value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xffff'ffff ? 4 : 8;
}

Result<void> write_matches(const FlowComponent& component, const TypeRow& row, ByteWriter& out) {
  if (component.matches.empty()) return malformed(std::string(row.name) + " has nothing to compare with");
  const std::uint8_t known = kFlowAnd | (row.form == Form::number ? 7U : 3U);
  for (std::size_t i = 0; i < component.matches.size(); ++i) {
    const FlowMatch& match = component.matches[i];
    const std::size_t octets = octets_of(match.value);
    const bool first_and = i == 0 && (match.bits & kFlowAnd) != 0;
    if ((match.bits & ~known) != 0 || first_and || octets > row.most_octets)
      return malformed(std::string(row.name) + " has an operator or a value that it cannot have");
    const unsigned length = static_cast<unsigned>(std::countr_zero(octets)) << 4U;
    out.u8(match.bits | length | (i + 1 == component.matches.size() ? kEndOfList : 0U));
    out.unsigned_be(match.value, octets);
  }
  return {};
}

// ------------------------------------------------------------------------------------------------------------ reading

Result<void> read_prefix(ByteReader& reader, Afi afi, std::string_view name, FlowComponent& into) {
  const unsigned length = reader.u8();
  const unsigned offset = afi == Afi::ipv6 ? reader.u8() : 0;
  if (reader.failed() || length > width_of(afi) || (offset != 0 && offset >= length))
    return malformed(std::string(name) + ": a prefix of " + std::to_string(length) + " bits from " +
                     std::to_string(offset));
  const std::size_t octets = (length - offset + 7) / 8;
  IpAddress bits{0, 0};
  for (std::size_t i = 0; i < octets; ++i) {
    const std::uint64_t octet = reader.u8();
    if (i < 8)
      bits.hi |= octet << (56 - 8 * i);
    else
      bits.lo |= octet << (120 - 8 * i);
  }
  if (reader.failed()) return malformed(std::string(name) + ": the prefix is cut");
  bits = shifted_right(bits, offset);
  const IpAddress address =
      afi == Afi::ipv4 ? IpAddress::v4(static_cast<std::uint32_t>(bits.hi >> 32U)) : bits;
  if (afi == Afi::ipv6 && address.masked(length).is_v4())
    return malformed(std::string(name) + ": an IPv6 prefix within ::ffff:0:0/96");
  into.prefix = Prefix::of(address, length);
  into.offset = static_cast<std::uint8_t>(offset);
  return {};
}

Result<void> read_matches(ByteReader& reader, const TypeRow& row, FlowComponent& into) {
  for (bool last = false; !last;) {
    const std::uint8_t bits = reader.u8();
    const std::size_t octets = std::size_t{1} << ((bits & kLengthMask) >> 4U);
    FlowMatch match;
    match.value = reader.unsigned_be(octets);
    if (reader.failed()) return malformed(std::string(row.name) + ": the list is cut");
    if (octets > row.most_octets)
      return malformed(std::string(row.name) + ": a value of " + std::to_string(octets) + " octets");
    match.bits = bits & (row.form == Form::number ? 0x47U : 0x43U);
    if (into.matches.empty()) match.bits &= static_cast<std::uint8_t>(~kFlowAnd);  // RFC 8955 section 4.2.1.1
    into.matches.push_back(match);
    last = (bits & kEndOfList) != 0;
  }
  return {};
}

Result<void> read_component(ByteReader& reader, Afi afi, FlowSpec& out) {
  FlowComponent component;
  component.type = static_cast<FlowType>(reader.u8());
  const TypeRow* row = row_of(component.type);
  if (row == nullptr || (row->ipv6_only && afi == Afi::ipv4))
    return malformed("unknown component type " + std::to_string(static_cast<unsigned>(component.type)));
  if (!out.components.empty() && out.components.back().type >= component.type)
    return malformed("components out of order");
  auto read = row->form == Form::prefix ? read_prefix(reader, afi, row->name, component)
                                        : read_matches(reader, *row, component);
  if (read) out.components.push_back(std::move(component));
  return read;
}

// --------------------------------------------------------------------------------------------------------------- text

constexpr std::array<std::string_view, 8> kNumberSigns = {"false ", "=", ">", ">=", "<", "<=", "!=", "true "};
constexpr std::array<std::string_view, 4> kBitSigns = {"any ", "all ", "not-any ", "not-all "};

void append_matches(const FlowComponent& component, Form form, std::string& out) {
  for (std::size_t i = 0; i < component.matches.size(); ++i) {
    const FlowMatch& match = component.matches[i];
    if (i > 0) out += (match.bits & kFlowAnd) != 0 ? '&' : '|';
    if (form == Form::number) {
      out += kNumberSigns[match.bits & 7U];
      out += std::to_string(match.value);
    } else {
      out += kBitSigns[match.bits & 3U];
      out += hex_text(match.value, octets_of(match.value));
    }
  }
}

float rate_of(std::uint64_t community) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(community));
}

std::uint64_t rate_community(std::uint16_t type, std::uint16_t as, float rate) {
  return std::uint64_t{type} << 48U | std::uint64_t{as} << 32U | std::bit_cast<std::uint32_t>(rate);
}

std::string plain(float rate) {
  return std::to_string(static_cast<std::uint64_t>(std::clamp(rate, 0.0F, 1e18F)));
}

// RFC 8955 section 7 and its registries; the redirects of RFC 8955 section 7.4.
constexpr std::uint16_t kTrafficRateBytes = 0x8006, kTrafficRatePackets = 0x800c, kRedirectAs2 = 0x8008,
                        kRedirectIpv4 = 0x8108, kRedirectAs4 = 0x8208;

}  // namespace

Family family_of(const FlowSpec& rule) {
  return {rule.afi, Safi::flowspec};
}

std::string to_string(const FlowSpec& rule) {
  std::string out;
  for (const FlowComponent& component : rule.components) {
    const TypeRow* row = row_of(component.type);
    if (row == nullptr) continue;
    if (!out.empty()) out += ' ';
    out += row->name;
    out += ' ';
    if (row->form == Form::prefix)
      out += to_string(component.prefix) + (component.offset == 0 ? "" : " from bit " + std::to_string(component.offset));
    else
      append_matches(component, row->form, out);
  }
  return out;
}

Result<std::vector<std::byte>> encode_flowspec(const FlowSpec& rule) {
  if (rule.components.empty()) return malformed("a rule without any component would match everything");
  ByteWriter body;
  const FlowComponent* before = nullptr;
  for (const FlowComponent& component : rule.components) {
    const TypeRow* row = row_of(component.type);
    if (row == nullptr || (row->ipv6_only && rule.afi == Afi::ipv4)) return malformed("unknown component type");
    if (before != nullptr && before->type >= component.type) return malformed("components out of order");
    before = &component;
    body.u8(static_cast<std::uint8_t>(component.type));
    auto written = row->form == Form::prefix ? write_prefix(component, rule.afi, row->name, body)
                                             : write_matches(component, *row, body);
    if (!written) return std::unexpected(written.error());
  }
  if (body.size() > kMostOctets12) return malformed("longer than 4095 octets");
  ByteWriter out;
  if (body.size() <= kMostShort)
    out.u8(body.size());
  else
    out.u16(kLongMark | body.size());
  out.bytes(body.view());
  return out.take();
}

Result<FlowSpec> decode_flowspec(Bytes nlri, Afi afi) {
  ByteReader reader(nlri);
  std::size_t length = reader.u8();
  if (length > kMostShort) length = (length & 0x0fU) << 8U | reader.u8();
  if (reader.failed() || length != reader.remaining())
    return malformed("its length is " + std::to_string(length) + ", " + std::to_string(reader.remaining()) +
                     " octets are there");
  FlowSpec out{.afi = afi, .components = {}};
  if (reader.empty()) return malformed("no component");
  while (!reader.empty()) {
    if (auto read = read_component(reader, afi, out); !read) return std::unexpected(read.error());
  }
  return out;
}

std::uint64_t traffic_rate_bytes(std::uint16_t as, float octets_per_second) {
  return rate_community(kTrafficRateBytes, as, octets_per_second);
}
std::uint64_t traffic_rate_packets(std::uint16_t as, float packets_per_second) {
  return rate_community(kTrafficRatePackets, as, packets_per_second);
}

Result<std::uint64_t> redirect_to(std::string_view route_target) {
  const auto refuse = [&] {
    return fail(ErrorCode::invalid, "'" + std::string(route_target) +
                                        "' is not a route target: expected 64500:100, 4200000000:100 or 192.0.2.1:100");
  };
  const std::size_t colon = route_target.rfind(':');
  if (colon == std::string_view::npos) return refuse();
  const std::string_view front = route_target.substr(0, colon);
  const auto number = parse_number(route_target.substr(colon + 1));
  if (!number) return refuse();
  const auto make = [](std::uint16_t type, std::uint64_t value) { return std::uint64_t{type} << 48U | value; };
  if (front.contains('.')) {
    const auto address = parse_ip(front);
    if (!address || !address->is_v4() || *number > 0xffff) return refuse();
    return make(kRedirectIpv4, std::uint64_t{address->v4_bits()} << 16U | *number);
  }
  const auto as = parse_number(front);
  if (!as) return refuse();
  if (*as <= 0xffff) return make(kRedirectAs2, std::uint64_t{*as} << 32U | *number);
  if (*number > 0xffff) return refuse();
  return make(kRedirectAs4, std::uint64_t{*as} << 16U | *number);
}

std::string flow_action_text(std::uint64_t community) {
  const auto low32 = static_cast<std::uint32_t>(community);
  switch (static_cast<std::uint16_t>(community >> 48U)) {
    case kTrafficRateBytes:
      return rate_of(community) <= 0 ? "discard" : "rate " + plain(rate_of(community)) + " octets/s";
    case kTrafficRatePackets:
      return rate_of(community) <= 0 ? "discard" : "rate " + plain(rate_of(community)) + " packets/s";
    case kRedirectAs2:
      return "redirect " + std::to_string(community >> 32U & 0xffffU) + ":" + std::to_string(low32);
    case kRedirectIpv4:
      return "redirect " + to_string(IpAddress::v4(static_cast<std::uint32_t>(community >> 16U))) + ":" +
             std::to_string(community & 0xffffU);
    case kRedirectAs4:
      return "redirect " + std::to_string(community >> 16U & 0xffff'ffffU) + ":" + std::to_string(community & 0xffffU);
    default:
      return "";
  }
}

}  // namespace weir::bgp
