// Files of VRPs in any form, and what an RTR cache says. The first octet chooses; a file that is taken gives sound
// VRPs.
#include <cstdlib>
#include <string>

#include "bgp/rpki/rtr_session.h"
#include "bgp/rpki/vrp_set.h"
#include "bgp/rpki/vrp_text.h"

namespace {

using namespace weir;
using namespace weir::bgp;

void check(const std::vector<Vrp>& vrps) {
  const VrpSet set(vrps);
  for (const Vrp& vrp : vrps) {
    const unsigned most = vrp.prefix.address.is_v4() ? 32 : 128;
    if (vrp.prefix.length > vrp.most_length || vrp.most_length > most) std::abort();
    if (vrp.as != 0 && set.validate(vrp.prefix, vrp.as) != Validity::valid) std::abort();
    if (vrp.as == 0 && set.validate(vrp.prefix, 0) != Validity::invalid) std::abort();
  }
}

void listen_to(Bytes octets) {
  RtrSession session{RtrTimes{}};
  session.connected(0);
  while (!octets.empty()) {
    const Bytes piece = octets.first(std::min<std::size_t>(octets.size(), 37));
    octets = octets.subspan(piece.size());
    if (!session.receive(piece, 0)) break;
  }
  check(session.vrps());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes octets = std::as_bytes(std::span(data + 1, size - 1));
  if (data[0] % 2 == 1) {
    listen_to(octets);
    return 0;
  }
  const auto text = unpacked(std::string(as_text(octets)), 1U << 20U);
  if (!text) return 0;
  if (const auto vrps = parse_vrps(*text)) check(*vrps);
  return 0;
}
