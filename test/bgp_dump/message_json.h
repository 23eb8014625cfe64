// Decoded messages as JSON, for comparing them with what other programs decoded.
#pragma once

#include <boost/json.hpp>

#include "bgp/wire/bmp.h"
#include "bgp/wire/message.h"

namespace weir::test {

[[nodiscard]] boost::json::object to_json(const bgp::Update& update);
[[nodiscard]] boost::json::object to_json(const bgp::Open& open);
[[nodiscard]] boost::json::object to_json(const bgp::BmpPeer& peer);

}  // namespace weir::test
