// The hash for every map whose keys come from the network: XXH3 with a seed drawn once per process, so that nobody outside
// can choose keys that collide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ip_address.h"

namespace weir::flow {

/// Drawn from the operating system on first use; the same for the whole process.
[[nodiscard]] std::uint64_t process_seed();

struct KeyHash {
  using is_transparent = void;
  using is_avalanching = void;
  std::size_t operator()(std::string_view key) const noexcept;
  std::size_t operator()(const IpAddress& key) const noexcept { return of_words(key.hi, key.lo); }
  std::size_t operator()(std::uint64_t key) const noexcept { return of_words(key, 0); }
  /// For keys of several words.
  [[nodiscard]] static std::size_t of_words(std::uint64_t a, std::uint64_t b) noexcept;
  [[nodiscard]] static std::size_t of_bytes(const void* data, std::size_t size) noexcept;
};

}  // namespace weir::flow
