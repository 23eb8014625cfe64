#include <algorithm>

#include "base/byte_writer.h"
#include "bgp/wire/message_writer.h"
#include "bgp/wire/open_reading.h"

namespace weir::bgp {
namespace {

void write_family(Family family, ByteWriter& out) {
  out.u16(static_cast<std::uint16_t>(family.afi));
  out.u8(static_cast<std::uint8_t>(family.safi));
}

/// One capability; a value longer than its length octet can say is cut.
void write_capability(CapabilityCode code, Bytes value, ByteWriter& out) {
  value = value.first(std::min<std::size_t>(value.size(), 0xff));
  out.u8(static_cast<std::uint8_t>(code));
  out.u8(value.size());
  out.bytes(value);
}

void write_multiprotocol(FamilySet families, ByteWriter& out) {
  for (const Family family : kFamilies) {
    if (!families.has(family)) continue;
    ByteWriter value;
    value.u16(static_cast<std::uint16_t>(family.afi));
    value.u8(0);
    value.u8(static_cast<std::uint8_t>(family.safi));
    write_capability(CapabilityCode::multiprotocol, value.view(), out);
  }
}

void write_extended_next_hop(FamilySet families, ByteWriter& out) {
  ByteWriter value;
  for (const Family family : kFamilies) {
    if (!families.has(family)) continue;
    value.u16(static_cast<std::uint16_t>(family.afi));
    value.u16(static_cast<std::uint16_t>(family.safi));
    value.u16(static_cast<std::uint16_t>(Afi::ipv6));
  }
  if (value.size() > 0) write_capability(CapabilityCode::extended_next_hop, value.view(), out);
}

void write_graceful_restart(const GracefulRestart& restart, ByteWriter& out) {
  ByteWriter value;
  const unsigned flags = (restart.restarting ? kRestartFlag : 0U) | (restart.notification ? kNotificationFlag : 0U);
  value.u16(flags | (restart.time_s & kRestartTimeMask));
  for (const GracefulRestart::Kept& kept : restart.families) {
    write_family(kept.family, value);
    value.u8(kept.forwarding ? kForwardingFlag : 0);
  }
  write_capability(CapabilityCode::graceful_restart, value.view(), out);
}

void write_add_path(const std::vector<AddPathFamily>& families, ByteWriter& out) {
  ByteWriter value;
  for (const AddPathFamily& one : families) {
    write_family(one.family, value);
    value.u8(static_cast<std::uint8_t>(one.mode));
  }
  write_capability(CapabilityCode::add_path, value.view(), out);
}

void write_hostname(std::string_view name, ByteWriter& out) {
  constexpr std::size_t kMost = 0xfd;  // its own length octet and that of the domain beside it
  name = name.substr(0, kMost);
  ByteWriter value;
  value.u8(name.size());
  value.text(name);
  value.u8(0);
  write_capability(CapabilityCode::hostname, value.view(), out);
}

void write_capabilities(const Capabilities& capabilities, ByteWriter& out) {
  write_multiprotocol(capabilities.families, out);
  if (capabilities.route_refresh) write_capability(CapabilityCode::route_refresh, {}, out);
  write_extended_next_hop(capabilities.extended_next_hop, out);
  if (capabilities.extended_messages) write_capability(CapabilityCode::extended_messages, {}, out);
  if (capabilities.graceful_restart) write_graceful_restart(*capabilities.graceful_restart, out);
  if (capabilities.four_octet_as) {
    ByteWriter value;
    value.u32(*capabilities.four_octet_as);
    write_capability(CapabilityCode::four_octet_as, value.view(), out);
  }
  if (!capabilities.add_path.empty()) write_add_path(capabilities.add_path, out);
  if (capabilities.enhanced_route_refresh) write_capability(CapabilityCode::enhanced_route_refresh, {}, out);
  if (!capabilities.hostname.empty()) write_hostname(capabilities.hostname, out);
}

}  // namespace

std::vector<std::byte> encode_open(const Open& open) {
  ByteWriter capabilities;
  write_capabilities(open.capabilities, capabilities);
  ByteWriter out;
  start_message(MessageType::open, out);
  out.u8(open.version);
  out.u16(open.as > 0xffff ? kAsTrans : open.as);
  out.u16(open.hold_time_s);
  out.u32(open.bgp_id);
  // All capabilities in one parameter, with the lengths of RFC 9072 where those of RFC 5492 are too narrow.
  constexpr std::size_t kParameterHeader = 2;
  const std::size_t size = capabilities.size();
  if (size == 0) {
    out.u8(0);
  } else if (size + kParameterHeader < kExtendedParameters) {
    out.u8(size + kParameterHeader);
    out.u8(kCapabilitiesParameter);
    out.u8(size);
  } else {
    out.u8(kExtendedParameters);
    out.u8(kExtendedParameters);
    out.u16(size + kParameterHeader + 1);
    out.u8(kCapabilitiesParameter);
    out.u16(size);
  }
  out.bytes(capabilities.view());
  return finish_message(out);
}

}  // namespace weir::bgp
