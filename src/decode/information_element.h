// Information Elements: the one table of what a field of a Template is called, how it is encoded and which column it
// fills. IANA's registry (RFC 7012) first, then NetFlow v9's own field types and the elements of vendors.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "flow/columns.h"

namespace weir::decode {

/// RFC 7011 section 6.1 and RFC 6313 section 4.5.
enum class AbstractType : std::uint8_t {
  octet_array,
  unsigned8,
  unsigned16,
  unsigned32,
  unsigned64,
  signed32,
  float64,
  boolean,
  mac_address,
  string,
  date_time_seconds,
  date_time_milliseconds,
  date_time_microseconds,
  date_time_nanoseconds,
  ipv4_address,
  ipv6_address,
  basic_list,
  sub_template_list,
  sub_template_multi_list,
};

/// What an element's value does.
enum class Meaning : std::uint8_t {
  none,                ///< skipped, by its length
  value,               ///< is the column's value, read by its abstract type
  mpls_label,          ///< 20 bits of label, 3 of EXP, 1 of bottom-of-stack
  flow_direction,      ///< 0 ingress, 1 egress
  dscp,                ///< the six high bits of the TOS octet
  icmp_type_and_code,  ///< type * 256 + code
  fragment_offset,     ///< in units of 8 octets
  fragment_flags,      ///< 0x40 don't fragment, 0x20 more fragments
  uptime,              ///< milliseconds since the device started, 32 bits, wrapping
  delta_microseconds,  ///< before the message's export time
  observation_time,    ///< start and end of what happened at one moment
  flow_duration,       ///< flowDurationMilliseconds or Microseconds: the missing one of start and end
  system_init_time,    ///< what `uptime` counts from
  responder,           ///< the other direction's counter of a record that tells of both
  text,                ///< UTF-8
  interface_name,      ///< text, of the interface that the record was metered at
  application_id,      ///< RFC 6759: classification engine and selector
  vrf_id,              ///< the incoming VRF's number
  egress_vrf_id,       ///< the outgoing VRF's number: its routes count where the incoming one has no distinguisher
  distinguisher,       ///< route distinguisher, RFC 4364 section 4.2, 8 octets
  rate,                ///< one packet in this many
  packet_interval,
  packet_space,  ///< RFC 5477: interval packets taken, then space packets left out
  sample_size,
  sample_population,   ///< RFC 5477: size packets taken out of population
  sample_probability,  ///< a float64
  sampler,             ///< samplerId or selectorId: the sampler table knows the rate
  frame,               ///< the packet's first octets, from the link layer on
  frame_type,          ///< dataLinkFrameType: 1 Ethernet, 2 IEEE 802.11
  frame_size,          ///< the whole frame's length
  ip_header,           ///< the packet's first octets, from the IP header on
  ip_payload,          ///< what follows the IP header
  exporter_address,    ///< who measured, where the sender only passes records on
};

/// One row. `column` says which column the value belongs to; `rank` who comes first when several elements of one
/// Template fill the same column (0 first).
struct InformationElement {
  std::uint32_t enterprise = 0;
  std::uint16_t id = 0;
  std::string_view name;
  AbstractType type = AbstractType::octet_array;
  Meaning meaning = Meaning::none;
  flow::Column column = flow::Column::time;
  std::uint8_t rank = 0;
};

/// RFC 5103 section 6.1: an IANA element under this enterprise number tells of the reverse direction.
inline constexpr std::uint32_t kReverseEnterprise = 29305;
/// The scope field types of NetFlow v9 options (RFC 3954 section 6.1) have their own numbers; they are held under this
/// enterprise number, which is reserved.
inline constexpr std::uint32_t kNetflow9Scope = 0xffff'ffff;

/// The row of an element; null when Weir does not know it. Elements from 32768 on exist in NetFlow v9 only and have
/// enterprise 0.
[[nodiscard]] const InformationElement* find_element(std::uint32_t enterprise, std::uint16_t id);
/// All rows, sorted by enterprise and id.
[[nodiscard]] std::span<const InformationElement> information_elements();

}  // namespace weir::decode
