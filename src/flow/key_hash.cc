#include "flow/key_hash.h"

#include <xxhash.h>

#include <array>
#include <random>

namespace weir::flow {

std::uint64_t process_seed() {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32U | device();
  }();
  return seed;
}

std::size_t KeyHash::operator()(std::string_view key) const noexcept { return of_bytes(key.data(), key.size()); }

std::size_t KeyHash::of_words(std::uint64_t a, std::uint64_t b) noexcept {
  const std::array<std::uint64_t, 2> words{a, b};
  return of_bytes(words.data(), sizeof words);
}

std::size_t KeyHash::of_bytes(const void* data, std::size_t size) noexcept {
  static const std::uint64_t seed = process_seed();
  return XXH3_64bits_withSeed(data, size, seed);
}

}  // namespace weir::flow
