#include "simulate/template_field.h"

#include <array>

#include "simulate/export_encoder.h"

namespace weir::simulate {
namespace {

std::uint64_t bytes(const RecordSource& s) {
  return s.flow.bytes;
}
std::uint64_t packets(const RecordSource& s) {
  return s.flow.packets;
}
std::uint64_t one(const RecordSource&) {
  return 1;
}
std::uint64_t proto(const RecordSource& s) {
  return s.flow.proto;
}
std::uint64_t tos(const RecordSource& s) {
  return s.flow.tos;
}
std::uint64_t tcp_flags(const RecordSource& s) {
  return s.flow.tcp_flags;
}
std::uint64_t src_port(const RecordSource& s) {
  return s.flow.src_port;
}
std::uint64_t dst_port(const RecordSource& s) {
  return s.flow.dst_port;
}
std::uint64_t icmp(const RecordSource& s) {
  return static_cast<std::uint64_t>(s.flow.icmp_type) << 8U | s.flow.icmp_code;
}
// NetFlow v9 routers put ICMP type and code where the destination port is, as in v5.
std::uint64_t dst_port_or_icmp(const RecordSource& s) {
  return s.flow.proto == 1 ? icmp(s) : dst_port(s);
}
std::uint64_t src_mask(const RecordSource& s) {
  return s.flow.src_mask;
}
std::uint64_t dst_mask(const RecordSource& s) {
  return s.flow.dst_mask;
}
std::uint64_t in_if(const RecordSource& s) {
  return s.flow.in_if;
}
std::uint64_t out_if(const RecordSource& s) {
  return s.flow.out_if;
}
std::uint64_t src_as(const RecordSource& s) {
  return s.flow.src_as;
}
std::uint64_t dst_as(const RecordSource& s) {
  return s.flow.dst_as;
}
std::uint64_t src_as2(const RecordSource& s) {
  return two_octet_as(s.flow.src_as);
}
std::uint64_t dst_as2(const RecordSource& s) {
  return two_octet_as(s.flow.dst_as);
}
std::uint64_t src_vlan(const RecordSource& s) {
  return s.flow.src_vlan;
}
std::uint64_t dst_vlan(const RecordSource& s) {
  return s.flow.dst_vlan;
}
std::uint64_t ttl(const RecordSource& s) {
  return s.flow.ttl;
}
std::uint64_t ip_version(const RecordSource& s) {
  return s.flow.src_addr.is_v4() ? 4 : 6;
}
std::uint64_t first_switched(const RecordSource& s) {
  return uptime_at(s.flow.start_ms, s.exporter.boot_ms);
}
std::uint64_t last_switched(const RecordSource& s) {
  return uptime_at(s.flow.end_ms, s.exporter.boot_ms);
}
std::uint64_t start_ms(const RecordSource& s) {
  return static_cast<std::uint64_t>(s.flow.start_ms);
}
std::uint64_t end_ms(const RecordSource& s) {
  return static_cast<std::uint64_t>(s.flow.end_ms);
}

IpAddress src_addr(const RecordSource& s) {
  return s.flow.src_addr;
}
IpAddress dst_addr(const RecordSource& s) {
  return s.flow.dst_addr;
}
IpAddress exporter(const RecordSource& s) {
  return s.exporter.address;
}
// A next hop of the other family has no place in the record: it is told as unspecified.
IpAddress of_family(const RecordSource& s, IpAddress address) {
  return address.is_v4() == s.flow.src_addr.is_v4() ? address : IpAddress{};
}
IpAddress next_hop(const RecordSource& s) {
  return of_family(s, s.flow.next_hop);
}
IpAddress bgp_next_hop(const RecordSource& s) {
  return of_family(s, s.flow.bgp_next_hop);
}

constexpr TemplateField number(std::uint16_t element, std::uint16_t length, NumberOf value) {
  return {element, length, value, nullptr};
}
constexpr TemplateField address(std::uint16_t element, std::uint16_t length, AddressOf value) {
  return {element, length, nullptr, value};
}

// Of templates that name the sampler, that field is the last, so that they serve both forms of telling the rate.

constexpr auto kNetflow9V4Basic = std::to_array<TemplateField>({
    number(1, 4, bytes),
    number(2, 4, packets),
    number(3, 4, one),
    number(4, 1, proto),
    number(5, 1, tos),
    number(6, 1, tcp_flags),
    number(7, 2, src_port),
    address(8, 4, src_addr),
    number(9, 1, src_mask),
    number(10, 2, in_if),
    number(11, 2, dst_port_or_icmp),
    address(12, 4, dst_addr),
    number(13, 1, dst_mask),
    number(14, 2, out_if),
    address(15, 4, next_hop),
    number(16, 2, src_as2),
    number(17, 2, dst_as2),
    address(18, 4, bgp_next_hop),
    number(21, 4, last_switched),
    number(22, 4, first_switched),
});

constexpr auto kNetflow9V4Extended = std::to_array<TemplateField>({
    number(1, 8, bytes),
    number(2, 8, packets),
    number(3, 4, one),
    number(4, 1, proto),
    number(5, 1, tos),
    number(6, 1, tcp_flags),
    number(7, 2, src_port),
    address(8, 4, src_addr),
    number(9, 1, src_mask),
    number(10, 4, in_if),
    number(11, 2, dst_port_or_icmp),
    address(12, 4, dst_addr),
    number(13, 1, dst_mask),
    number(14, 4, out_if),
    address(15, 4, next_hop),
    number(16, 4, src_as),
    number(17, 4, dst_as),
    address(18, 4, bgp_next_hop),
    number(21, 4, last_switched),
    number(22, 4, first_switched),
    number(52, 1, ttl),
    number(58, 2, src_vlan),
    number(59, 2, dst_vlan),
    number(48, 1, one),  // the sampler
});

constexpr auto kNetflow9V6 = std::to_array<TemplateField>({
    number(1, 8, bytes),
    number(2, 8, packets),
    number(3, 4, one),
    number(4, 1, proto),
    number(5, 1, tos),
    number(6, 1, tcp_flags),
    number(7, 2, src_port),
    address(27, 16, src_addr),
    number(29, 1, src_mask),
    number(10, 4, in_if),
    number(11, 2, dst_port),
    address(28, 16, dst_addr),
    number(30, 1, dst_mask),
    number(14, 4, out_if),
    address(62, 16, next_hop),
    number(16, 4, src_as),
    number(17, 4, dst_as),
    address(63, 16, bgp_next_hop),
    number(21, 4, last_switched),
    number(22, 4, first_switched),
    number(60, 1, ip_version),
    number(48, 1, one),  // the sampler
});

constexpr auto kIpfixV4 = std::to_array<TemplateField>({
    address(8, 4, src_addr),   address(12, 4, dst_addr), number(7, 2, src_port),   number(11, 2, dst_port),
    number(4, 1, proto),       number(5, 1, tos),        number(6, 2, tcp_flags),  number(32, 2, icmp),
    number(1, 8, bytes),       number(2, 8, packets),    number(152, 8, start_ms), number(153, 8, end_ms),
    number(10, 4, in_if),      number(14, 4, out_if),    number(16, 4, src_as),    number(17, 4, dst_as),
    number(9, 1, src_mask),    number(13, 1, dst_mask),  address(15, 4, next_hop), address(18, 4, bgp_next_hop),
    number(58, 2, src_vlan),   number(59, 2, dst_vlan),  number(52, 1, ttl),       number(60, 1, ip_version),
    address(130, 4, exporter), number(302, 4, one),  // the selector
});

constexpr auto kIpfixV6 = std::to_array<TemplateField>({
    address(27, 16, src_addr), address(28, 16, dst_addr), number(7, 2, src_port),    number(11, 2, dst_port),
    number(4, 1, proto),       number(5, 1, tos),         number(6, 2, tcp_flags),   number(139, 2, icmp),
    number(1, 8, bytes),       number(2, 8, packets),     number(152, 8, start_ms),  number(153, 8, end_ms),
    number(10, 4, in_if),      number(14, 4, out_if),     number(16, 4, src_as),     number(17, 4, dst_as),
    number(29, 1, src_mask),   number(30, 1, dst_mask),   address(62, 16, next_hop), address(63, 16, bgp_next_hop),
    number(58, 2, src_vlan),   number(59, 2, dst_vlan),   number(52, 1, ttl),        number(60, 1, ip_version),
    address(130, 4, exporter), number(302, 4, one),  // the selector
});

FlowTemplate with_or_without_sampler(FlowTemplate fields, const SimulatedExporter& exporter) {
  return exporter.sampler_form == SamplerForm::sampler_table ? fields : fields.first(fields.size() - 1);
}

}  // namespace

FlowTemplate netflow9_v4(const SimulatedExporter& exporter) {
  return exporter.extended_template ? with_or_without_sampler(kNetflow9V4Extended, exporter) : kNetflow9V4Basic;
}
FlowTemplate netflow9_v6(const SimulatedExporter& exporter) {
  return with_or_without_sampler(kNetflow9V6, exporter);
}
FlowTemplate ipfix_v4(const SimulatedExporter& exporter) {
  return with_or_without_sampler(kIpfixV4, exporter);
}
FlowTemplate ipfix_v6(const SimulatedExporter& exporter) {
  return with_or_without_sampler(kIpfixV6, exporter);
}

std::size_t record_octets(FlowTemplate fields) {
  std::size_t octets = 0;
  for (const TemplateField& field : fields) octets += field.length;
  return octets;
}

std::optional<std::size_t> offset_of(FlowTemplate fields, std::uint16_t element) {
  std::size_t offset = 0;
  for (const TemplateField& field : fields) {
    if (field.element == element) return offset;
    offset += field.length;
  }
  return std::nullopt;
}

void write_definition(FlowTemplate fields, ByteWriter& out) {
  for (const TemplateField& field : fields) {
    out.u16(field.element);
    out.u16(field.length);
  }
}

void write_record(FlowTemplate fields, const RecordSource& source, ByteWriter& out) {
  for (const TemplateField& field : fields) {
    if (field.number != nullptr) {
      out.unsigned_be(field.number(source), field.length);
      continue;
    }
    const IpAddress value = field.address(source);
    if (field.length == 16) out.u64(value.hi);
    out.unsigned_be(value.lo, field.length == 16 ? 8 : 4);
  }
}

}  // namespace weir::simulate
