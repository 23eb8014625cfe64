// Well-formed UTF-8 (RFC 3629 section 4).
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::query {

/// Where the first octet is that does not belong to a well-formed sequence; text.size() when all is well.
[[nodiscard]] std::size_t invalid_utf8_at(std::string_view text);

}  // namespace weir::query
