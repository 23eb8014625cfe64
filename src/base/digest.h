// SHA-256 and HMAC-SHA256 (RFC 2104), in hexadecimal.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// 64 digits. Empty only where the library has no SHA-256: then nothing fits, and nothing is taken for intact.
[[nodiscard]] std::string sha256_hex(std::string_view text);
/// Empty too where the key is longer than 2 GiB.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view text);
/// In a time that does not depend on where they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);

}  // namespace weir
