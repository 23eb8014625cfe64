// OPEN (RFC 4271 section 4.2) and its capabilities (RFC 5492) to values.
#include <algorithm>
#include <array>

#include "base/byte_writer.h"
#include "bgp/wire/open_reading.h"

namespace weir::bgp {
namespace {

constexpr std::uint8_t kOpenError = 2;
constexpr std::uint8_t kUnspecific = 0;
constexpr std::uint8_t kUnsupportedVersion = 1;
constexpr std::uint8_t kBadPeerAs = 2;
constexpr std::uint8_t kBadIdentifier = 3;
constexpr std::uint8_t kUnsupportedParameter = 4;
constexpr std::uint8_t kUnacceptableHoldTime = 6;

std::unexpected<MessageError> refuse(std::uint8_t subcode, std::string message, std::vector<std::byte> data = {}) {
  return std::unexpected(MessageError{{kOpenError, subcode, std::move(data)}, "OPEN: " + std::move(message)});
}

Family read_family(ByteReader& reader) {
  const auto afi = static_cast<Afi>(reader.u16());
  return {afi, static_cast<Safi>(reader.u8())};
}

void multiprotocol(ByteReader value, Capabilities& into) {
  const auto afi = static_cast<Afi>(value.u16());
  value.skip(1);  // reserved
  into.any_multiprotocol = true;
  if (const auto at = index_of({afi, static_cast<Safi>(value.u8())})) into.families.add(*at);
}

void route_refresh(ByteReader, Capabilities& into) {
  into.route_refresh = true;
}
void extended_messages(ByteReader, Capabilities& into) {
  into.extended_messages = true;
}
void enhanced_route_refresh(ByteReader, Capabilities& into) {
  into.enhanced_route_refresh = true;
}
void four_octet_as(ByteReader value, Capabilities& into) {
  into.four_octet_as = value.u32();
}

void extended_next_hop(ByteReader value, Capabilities& into) {
  while (!value.empty()) {
    const auto afi = static_cast<Afi>(value.u16());
    const std::uint16_t safi = value.u16();
    const auto next_hop = static_cast<Afi>(value.u16());
    if (safi > 0xff || next_hop != Afi::ipv6) continue;
    if (const auto at = index_of({afi, static_cast<Safi>(safi)})) into.extended_next_hop.add(*at);
  }
}

void add_path(ByteReader value, Capabilities& into) {
  while (!value.empty()) {
    const Family family = read_family(value);
    const std::uint8_t mode = value.u8();
    const bool known = mode >= 1 && mode <= 3 && index_of(family);
    if (known && std::ranges::find(into.add_path, family, &AddPathFamily::family) == into.add_path.end()) {
      into.add_path.push_back({family, static_cast<AddPathMode>(mode)});
    }
  }
}

void graceful_restart(ByteReader value, Capabilities& into) {
  GracefulRestart out;
  const std::uint16_t word = value.u16();
  out.restarting = (word & kRestartFlag) != 0;
  out.notification = (word & kNotificationFlag) != 0;
  out.time_s = word & kRestartTimeMask;
  while (!value.empty()) {
    const Family family = read_family(value);
    const bool forwarding = (value.u8() & kForwardingFlag) != 0;
    if (index_of(family)) out.families.push_back({family, forwarding});
  }
  into.graceful_restart = std::move(out);
}

void hostname(ByteReader value, Capabilities& into) {
  const std::string_view host = as_text(value.bytes(value.u8()));
  const std::string_view domain = as_text(value.bytes(value.u8()));
  into.hostname = host;
  if (!domain.empty()) into.hostname.append(".").append(domain);
}

/// A capability whose value has another length than the row says is passed over like an unknown one.
struct CapabilityRow {
  CapabilityCode code;
  std::uint8_t least;
  std::uint8_t unit;  ///< what comes behind `least` octets comes in so many; 0: nothing does
  void (*read)(ByteReader value, Capabilities& into);
};
constexpr std::array kCapabilities = std::to_array<CapabilityRow>({
    {CapabilityCode::multiprotocol, 4, 0, multiprotocol},
    {CapabilityCode::route_refresh, 0, 0, route_refresh},
    {CapabilityCode::extended_next_hop, 6, 6, extended_next_hop},
    {CapabilityCode::extended_messages, 0, 0, extended_messages},
    {CapabilityCode::graceful_restart, 2, 4, graceful_restart},
    {CapabilityCode::four_octet_as, 4, 0, four_octet_as},
    {CapabilityCode::add_path, 4, 4, add_path},
    {CapabilityCode::enhanced_route_refresh, 0, 0, enhanced_route_refresh},
    {CapabilityCode::hostname, 1, 1, hostname},
    {CapabilityCode::old_route_refresh, 0, 0, route_refresh},
});
static_assert(std::ranges::is_sorted(kCapabilities, std::ranges::less_equal{}, &CapabilityRow::code), "each once");
static_assert(std::ranges::all_of(kCapabilities, [](const CapabilityRow& row) { return row.read != nullptr; }));

bool read_capabilities(ByteReader reader, Capabilities& into) {
  while (!reader.empty()) {
    const auto code = static_cast<CapabilityCode>(reader.u8());
    const Bytes value = reader.bytes(reader.u8());
    if (reader.failed()) return false;
    const auto row = std::ranges::find(kCapabilities, code, &CapabilityRow::code);
    if (row == kCapabilities.end() || value.size() < row->least) continue;
    const std::size_t behind = value.size() - row->least;
    if (row->unit == 0 ? behind == 0 : behind % row->unit == 0) row->read(ByteReader(value), into);
  }
  return true;
}

/// The optional parameters, behind their length octet: what they are and how wide their lengths.
struct Parameters {
  ByteReader reader;
  bool extended = false;
};
Parameters find_parameters(ByteReader& reader) {
  const std::size_t size = reader.u8();
  ByteReader ahead = reader;
  if (size != 0 && ahead.u8() == kExtendedParameters && ahead.remaining() >= 2) {
    const std::size_t extended = ahead.u16();
    return {ahead.sub(extended), true};
  }
  return {reader.sub(size), false};
}

}  // namespace

Decoded<Open> read_open(Bytes body) {
  ByteReader reader(body);
  Open out;
  out.version = reader.u8();
  out.as = reader.u16();
  out.hold_time_s = reader.u16();
  out.bgp_id = reader.u32();
  auto [parameters, extended] = find_parameters(reader);
  if (reader.failed() || parameters.failed()) return refuse(kUnspecific, "its parameters do not fit into the message");
  while (!parameters.empty()) {
    const std::uint8_t type = parameters.u8();
    const std::size_t size = extended ? parameters.u16() : parameters.u8();
    const ByteReader value = parameters.sub(size);
    if (parameters.failed()) return refuse(kUnspecific, "a parameter longer than what is left");
    if (type != kCapabilitiesParameter) {
      return refuse(kUnsupportedParameter, "optional parameter " + std::to_string(type));
    }
    if (!read_capabilities(value, out.capabilities))
      return refuse(kUnspecific, "a capability longer than what is left");
  }
  if (out.capabilities.four_octet_as) out.as = *out.capabilities.four_octet_as;
  return out;
}

Decoded<Open> decode_open(Bytes body) {
  constexpr std::uint8_t kVersion = 4;
  // The version says how the rest is to be read, so it goes first.
  if (!body.empty() && std::to_integer<std::uint8_t>(body.front()) != kVersion) {
    ByteWriter ours;
    ours.u16(kVersion);
    return refuse(kUnsupportedVersion, "version " + std::to_string(std::to_integer<unsigned>(body.front())),
                  ours.take());
  }
  auto open = read_open(body);
  if (!open) return open;
  if (open->as == 0) return refuse(kBadPeerAs, "AS 0");
  if (open->hold_time_s == 1 || open->hold_time_s == 2) {
    return refuse(kUnacceptableHoldTime, "a hold time of " + std::to_string(open->hold_time_s) + " s");
  }
  if (open->bgp_id == 0) return refuse(kBadIdentifier, "BGP identifier 0.0.0.0");
  return open;
}

bool sends_paths(const Capabilities& capabilities, Family family) {
  const auto at = std::ranges::find(capabilities.add_path, family, &AddPathFamily::family);
  return at != capabilities.add_path.end() && at->mode != AddPathMode::receive;
}

bool receives_paths(const Capabilities& capabilities, Family family) {
  const auto at = std::ranges::find(capabilities.add_path, family, &AddPathFamily::family);
  return at != capabilities.add_path.end() && at->mode != AddPathMode::send;
}

}  // namespace weir::bgp
