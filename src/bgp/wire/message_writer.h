// A BGP message under construction. Inside bgp/wire/ only.
#pragma once

#include <vector>

#include "base/byte_writer.h"
#include "bgp/wire/message.h"

namespace weir::bgp {

/// Writes the header with a length that finish_message() sets.
inline void start_message(MessageType type, ByteWriter& out) {
  constexpr std::uint64_t kMarker = ~std::uint64_t{0};
  out.u64(kMarker);
  out.u64(kMarker);
  out.u16(0);
  out.u8(static_cast<std::uint8_t>(type));
}
[[nodiscard]] inline std::vector<std::byte> finish_message(ByteWriter& out) {
  constexpr std::size_t kLengthOffset = 16;
  out.patch_u16(kLengthOffset, out.size());
  return out.take();
}

}  // namespace weir::bgp
