#include "bgp/source_status.h"

namespace weir::bgp {

std::string_view to_string(BgpState state) {
  switch (state) {
    case BgpState::idle: return "Idle";
    case BgpState::connect: return "Connect";
    case BgpState::active: return "Active";
    case BgpState::open_sent: return "OpenSent";
    case BgpState::open_confirm: return "OpenConfirm";
    case BgpState::established: return "Established";
  }
  return "Idle";
}

}  // namespace weir::bgp
