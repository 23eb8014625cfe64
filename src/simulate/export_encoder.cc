#include "simulate/export_encoder.h"

#include <algorithm>
#include <array>

#include "simulate/ipfix.h"
#include "simulate/netflow5.h"
#include "simulate/netflow9.h"
#include "simulate/sflow5.h"

namespace weir::simulate {
namespace {

template <typename Encoder>
std::unique_ptr<ExportEncoder> make(const SimulatedExporter& exporter) {
  return std::make_unique<Encoder>(exporter);
}

struct Variant {
  flow::ExportProtocol protocol;
  std::unique_ptr<ExportEncoder> (*make)(const SimulatedExporter&);
};

// One row for each protocol that a simulated router speaks.
constexpr std::array<Variant, 4> kVariants = {{
    {flow::ExportProtocol::netflow5, make<Netflow5Encoder>},
    {flow::ExportProtocol::netflow9, make<Netflow9Encoder>},
    {flow::ExportProtocol::ipfix, make<IpfixEncoder>},
    {flow::ExportProtocol::sflow5, make<Sflow5Encoder>},
}};

}  // namespace

std::unique_ptr<ExportEncoder> make_encoder(const SimulatedExporter& exporter) {
  const auto* const found = std::ranges::find(kVariants, exporter.protocol, &Variant::protocol);
  return found == kVariants.end() ? nullptr : found->make(exporter);
}

}  // namespace weir::simulate
