#include "simulate/ipfix.h"

#include <array>

#include "simulate/template_set.h"

namespace weir::simulate {
namespace {

constexpr std::uint16_t kTemplateSet = 2;
constexpr std::uint16_t kOptionsTemplateSet = 3;
constexpr std::uint16_t kVariableLength = 65535;
constexpr std::size_t kLengthOffset = 2;
constexpr std::uint16_t kSystematicCountBased = 1;  // selectorAlgorithm, RFC 5477

// Element and length, as Template Records hold them.
using Field = std::array<std::uint16_t, 2>;

// The first field is the scope.
void write_options_template(std::uint16_t id, std::span<const Field> fields, ByteWriter& out) {
  const SetWriter set(kOptionsTemplateSet, out);
  out.u16(id);
  out.u16(fields.size());
  out.u16(1);
  for (const Field& field : fields) {
    out.u16(field[0]);
    out.u16(field[1]);
  }
}

// RFC 7011 section 7: one octet of length below 255, else 255 and two octets.
void write_variable(std::string_view text, ByteWriter& out) {
  if (text.size() < 255) {
    out.u8(text.size());
  } else {
    out.u8(255);
    out.u16(text.size());
  }
  out.text(text);
}

std::size_t variable_octets(std::string_view text) {
  return text.size() + (text.size() < 255 ? 1 : 3);
}

}  // namespace

IpfixEncoder::IpfixEncoder(const SimulatedExporter& exporter)
    : exporter_(exporter), v4_(ipfix_v4(exporter_)), v6_(ipfix_v6(exporter_)) {}

void IpfixEncoder::begin(UnixMillis now, ByteWriter& out) {
  out.clear();
  out.u16(10);
  out.u16(0);  // the length, patched by finish()
  out.u32(static_cast<std::uint64_t>(now / kSecondMs));
  out.u32(sequence_);
  out.u32(exporter_.observation_domain);
}

void IpfixEncoder::finish(std::size_t data_records, ByteWriter& out) {
  out.patch_u16(kLengthOffset, out.size());
  sequence_ += static_cast<std::uint32_t>(data_records);
}

std::size_t IpfixEncoder::encode(std::span<const SimulatedFlow> flows, UnixMillis now, ByteWriter& out) {
  begin(now, out);
  std::size_t taken = 0;
  while (taken < flows.size()) {
    const std::size_t more = write_data_set(flows.subspan(taken), out);
    if (more == 0) break;
    taken += more;
  }
  finish(taken, out);
  return taken;
}

std::size_t IpfixEncoder::write_data_set(std::span<const SimulatedFlow> flows, ByteWriter& out) const {
  const bool is_v4 = flows.front().src_addr.is_v4();
  const FlowTemplate fields = is_v4 ? v4_ : v6_;
  const std::size_t count = run_that_fits(flows, record_octets(fields), out.size());
  if (count == 0) return 0;
  const SetWriter set(is_v4 ? kV4TemplateId : kV6TemplateId, out);
  for (const SimulatedFlow& flow : flows.first(count)) write_record(fields, {flow, exporter_}, out);
  return count;
}

void IpfixEncoder::announce(UnixMillis now, const Emit& emit) {
  ByteWriter out;
  begin(now, out);
  write_templates(out);
  write_selector(out);
  finish(1, out);
  emit(out.view(), 0);

  std::span<const SimulatedInterface> left = exporter_.interfaces;
  while (!left.empty()) {
    begin(now, out);
    const std::size_t count = write_interfaces(left, out);
    finish(count, out);
    emit(out.view(), 0);
    left = left.subspan(count);
  }
}

void IpfixEncoder::write_templates(ByteWriter& out) const {
  {
    const SetWriter set(kTemplateSet, out);
    out.u16(kV4TemplateId);
    out.u16(v4_.size());
    write_definition(v4_, out);
    out.u16(kV6TemplateId);
    out.u16(v6_.size());
    write_definition(v6_, out);
  }
  // selectorId or observationDomainId; selectorAlgorithm, samplingPacketInterval, samplingPacketSpace.
  constexpr auto kSelector = std::to_array<Field>({{302, 4}, {304, 2}, {305, 4}, {306, 4}});
  constexpr auto kWholeDomain = std::to_array<Field>({{149, 4}, {304, 2}, {305, 4}, {306, 4}});
  const bool table = exporter_.sampler_form == SamplerForm::sampler_table;
  write_options_template(kSamplerTemplateId, table ? kSelector : kWholeDomain, out);
  // ingressInterface; interfaceName, interfaceDescription.
  constexpr auto kNames = std::to_array<Field>({{10, 4}, {82, kVariableLength}, {83, kVariableLength}});
  write_options_template(kInterfaceTemplateId, kNames, out);
}

void IpfixEncoder::write_selector(ByteWriter& out) const {
  const SetWriter set(kSamplerTemplateId, out);
  out.u32(exporter_.sampler_form == SamplerForm::sampler_table ? 1 : exporter_.observation_domain);
  out.u16(kSystematicCountBased);
  out.u32(1);
  out.u32(exporter_.sampling_rate - 1);
}

std::size_t IpfixEncoder::write_interfaces(std::span<const SimulatedInterface> interfaces, ByteWriter& out) const {
  const SetWriter set(kInterfaceTemplateId, out);
  std::size_t count = 0;
  for (const SimulatedInterface& interface : interfaces) {
    const std::size_t octets = 4 + variable_octets(interface.name) + variable_octets(interface.description);
    if (count > 0 && out.size() + octets > kMostPayload) break;
    out.u32(interface.index);
    write_variable(interface.name, out);
    write_variable(interface.description, out);
    ++count;
  }
  return count;
}

}  // namespace weir::simulate
