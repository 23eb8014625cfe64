// Text that a peer sent, made fit for a log line or a page. Inside bgp/wire/ and for who prints what it kept as sent.
#pragma once

#include <string>
#include <string_view>

namespace weir::bgp {

/// Valid UTF-8 stays; control characters, line separators, what turns the writing direction, and octets that are no
/// UTF-8 become "\x0a"; a backslash is doubled.
[[nodiscard]] std::string printable(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace weir::bgp
