// What the BGP and BMP targets share.
#pragma once

#include <cstdlib>

#include "bgp/wire/message.h"

namespace weir::fuzz {

/// Four formats of UPDATEs by the low bits of an octet.
inline bgp::UpdateFormat format_of(std::uint8_t choice) {
  bgp::UpdateFormat format;
  format.four_octet_as = (choice & 1U) == 0;
  format.add_path.bits = (choice & 2U) != 0 ? 0x3f : 0;
  format.monitored = (choice & 4U) != 0;
  return format;
}

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// The texts of everything that was decoded.
inline void write_texts(const bgp::PathAttributes& attributes) {
  const std::string path = bgp::to_string(attributes.as_path);
  require(bgp::parse_as_path(path).has_value());
  (void)bgp::communities_text(attributes);
}

}  // namespace weir::fuzz
