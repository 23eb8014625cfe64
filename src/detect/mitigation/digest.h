// SHA-256 and HMAC-SHA256 (RFC 2104), in hexadecimal.
#pragma once

#include <string>
#include <string_view>

namespace weir::detect {

[[nodiscard]] std::string sha256_hex(std::string_view text);
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view text);
/// In a time that does not depend on where they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);

}  // namespace weir::detect
