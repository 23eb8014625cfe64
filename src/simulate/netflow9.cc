#include "simulate/netflow9.h"

#include <algorithm>
#include <array>

#include "simulate/template_set.h"

namespace weir::simulate {
namespace {

constexpr std::uint16_t kTemplateSet = 0;
constexpr std::uint16_t kOptionsTemplateSet = 1;
constexpr std::uint16_t kScopeSystem = 1;
constexpr std::uint16_t kScopeInterface = 2;
constexpr std::size_t kCountOffset = 2;
constexpr std::size_t kNameOctets = 32;         // of field 82 in our Options Template
constexpr std::size_t kDescriptionOctets = 64;  // of field 83
constexpr std::size_t kInterfaceOctets = 4 + kNameOctets + kDescriptionOctets;
constexpr std::uint8_t kRandomSampling = 2;

// Element and length, as Options Template Records hold them.
using Field = std::array<std::uint16_t, 2>;

void write_options_template(std::uint16_t id, Field scope, std::span<const Field> options, ByteWriter& out) {
  const SetWriter set(kOptionsTemplateSet, out);
  out.u16(id);
  out.u16(sizeof(Field));
  out.u16(options.size_bytes());
  out.u16(scope[0]);
  out.u16(scope[1]);
  for (const Field& field : options) {
    out.u16(field[0]);
    out.u16(field[1]);
  }
  out.pad(4, set.start());
}

// Fixed-length text, the rest zeros.
void write_text(std::string_view text, std::size_t octets, ByteWriter& out) {
  text = text.substr(0, octets);
  out.text(text);
  out.zeros(octets - text.size());
}

}  // namespace

Netflow9Encoder::Netflow9Encoder(const SimulatedExporter& exporter)
    : exporter_(exporter), v4_(netflow9_v4(exporter_)), v6_(netflow9_v6(exporter_)) {}

void Netflow9Encoder::begin(UnixMillis now, ByteWriter& out) {
  out.clear();
  out.u16(9);
  out.u16(0);  // the count of records, patched when they are written
  out.u32(uptime_at(now, exporter_.boot_ms));
  out.u32(static_cast<std::uint64_t>(now / kSecondMs));
  out.u32(sequence_++);
  out.u32(exporter_.observation_domain);
}

std::size_t Netflow9Encoder::encode(std::span<const SimulatedFlow> flows, UnixMillis now, ByteWriter& out) {
  begin(now, out);
  std::size_t taken = 0;
  while (taken < flows.size()) {
    const std::size_t more = write_data_set(flows.subspan(taken), out);
    if (more == 0) break;
    taken += more;
  }
  out.patch_u16(kCountOffset, taken);
  return taken;
}

std::size_t Netflow9Encoder::write_data_set(std::span<const SimulatedFlow> flows, ByteWriter& out) const {
  const bool is_v4 = flows.front().src_addr.is_v4();
  const FlowTemplate fields = is_v4 ? v4_ : v6_;
  const std::size_t count = run_that_fits(flows, record_octets(fields), out.size());
  if (count == 0) return 0;
  const SetWriter set(is_v4 ? kV4TemplateId : kV6TemplateId, out);
  for (const SimulatedFlow& flow : flows.first(count)) write_record(fields, {flow, exporter_}, out);
  out.pad(4, set.start());
  return count;
}

void Netflow9Encoder::announce(UnixMillis now, const Emit& emit) {
  ByteWriter out;
  begin(now, out);
  write_templates(out);
  write_sampler(out);
  out.patch_u16(kCountOffset, 5);  // four templates and the sampler's record
  emit(out.view(), 0);

  std::span<const SimulatedInterface> left = exporter_.interfaces;
  while (!left.empty()) {
    begin(now, out);
    const std::size_t count = write_interfaces(left, out);
    out.patch_u16(kCountOffset, count);
    emit(out.view(), 0);
    left = left.subspan(count);
  }
}

void Netflow9Encoder::write_templates(ByteWriter& out) const {
  {
    const SetWriter set(kTemplateSet, out);
    out.u16(kV4TemplateId);
    out.u16(v4_.size());
    write_definition(v4_, out);
    out.u16(kV6TemplateId);
    out.u16(v6_.size());
    write_definition(v6_, out);
  }
  constexpr auto kSystemSampling = std::to_array<Field>({{34, 4}, {35, 1}});
  constexpr auto kSamplerTable = std::to_array<Field>({{48, 1}, {49, 1}, {50, 4}});
  const bool table = exporter_.sampler_form == SamplerForm::sampler_table;
  write_options_template(kSamplerTemplateId, {kScopeSystem, 4},
                         table ? std::span<const Field>(kSamplerTable) : std::span<const Field>(kSystemSampling), out);
  constexpr auto kNames = std::to_array<Field>({{82, kNameOctets}, {83, kDescriptionOctets}});
  write_options_template(kInterfaceTemplateId, {kScopeInterface, 4}, kNames, out);
}

void Netflow9Encoder::write_sampler(ByteWriter& out) const {
  const SetWriter set(kSamplerTemplateId, out);
  out.u32(0);  // the system
  if (exporter_.sampler_form == SamplerForm::sampler_table) {
    out.u8(1);
    out.u8(kRandomSampling);
    out.u32(exporter_.sampling_rate);
  } else {
    out.u32(exporter_.sampling_rate);
    out.u8(kRandomSampling);
  }
  out.pad(4, set.start());
}

std::size_t Netflow9Encoder::write_interfaces(std::span<const SimulatedInterface> interfaces, ByteWriter& out) const {
  const std::size_t room = (kMostPayload - out.size() - kSetHeaderOctets) / kInterfaceOctets;
  const std::size_t count = std::min(room, interfaces.size());
  const SetWriter set(kInterfaceTemplateId, out);
  for (const SimulatedInterface& interface : interfaces.first(count)) {
    out.u32(interface.index);
    write_text(interface.name, kNameOctets, out);
    write_text(interface.description, kDescriptionOctets, out);
  }
  return count;
}

}  // namespace weir::simulate
