// The bounded reader: the only way untrusted bytes are read. Every parser of datagrams, BGP messages and capture files
// stands on it, so that pointer arithmetic, casts and memcpy live in this one file.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace weir {

using Bytes = std::span<const std::byte>;

/// A cursor over bytes in network order.
///
/// Reading past the end never touches memory: the read returns zero (or an empty span), and the reader is `failed()` from
/// then on, with nothing remaining. So a parser may read a whole header and ask once. Copying a reader saves its position.
class ByteReader {
 public:
  ByteReader() = default;
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t remaining() const { return bytes_.size() - at_; }
  [[nodiscard]] bool empty() const { return remaining() == 0; }
  /// How many bytes were consumed since construction.
  [[nodiscard]] std::size_t position() const { return at_; }
  /// True once any read asked for more than there was. It stays true.
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool ok() const { return !failed_; }

  std::uint8_t u8() { return fixed<std::uint8_t>(); }
  std::uint16_t u16() { return fixed<std::uint16_t>(); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(unsigned_be(3)); }
  std::uint32_t u32() { return fixed<std::uint32_t>(); }
  std::uint64_t u64() { return fixed<std::uint64_t>(); }
  /// Little-endian reads, for file formats that say so.
  std::uint16_t u16_le() { return std::byteswap(u16()); }
  std::uint32_t u32_le() { return std::byteswap(u32()); }

  /// An unsigned integer of `size` octets, 0 to 8 (reduced-size encoding, RFC 7011 section 6.2). A size above 8 fails.
  std::uint64_t unsigned_be(std::size_t size) {
    if (size > 8 || size > remaining()) return overrun<std::uint64_t>();
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8U | std::to_integer<std::uint64_t>(bytes_[at_ + i]);
    at_ += size;
    return value;
  }

  /// The next `size` bytes, without copying; empty and failed when there are fewer.
  Bytes bytes(std::size_t size) {
    if (size > remaining()) return overrun<Bytes>();
    Bytes out = bytes_.subspan(at_, size);
    at_ += size;
    return out;
  }

  /// The next N bytes as an array; zeros and failed when there are fewer.
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> out{};
    if (N > remaining()) {
      (void)overrun<int>();
      return out;
    }
    std::memcpy(out.data(), bytes_.data() + at_, N);
    at_ += N;
    return out;
  }

  /// A reader over the next `size` bytes, consumed here; an empty failed one when there are fewer.
  ByteReader sub(std::size_t size) {
    if (size > remaining()) {
      (void)overrun<int>();
      ByteReader out;
      out.failed_ = true;
      return out;
    }
    return ByteReader(bytes(size));
  }

  void skip(std::size_t size) { (void)bytes(size); }
  /// All that is left, consumed.
  Bytes rest() { return bytes(remaining()); }
  /// All that is left, not consumed.
  [[nodiscard]] Bytes peek_rest() const { return bytes_.subspan(at_); }

 private:
  template <typename T>
  T fixed() {
    if (sizeof(T) > remaining()) return overrun<T>();
    T value;
    std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    if constexpr (sizeof(T) > 1 && std::endian::native == std::endian::little) value = std::byteswap(value);
    return value;
  }
  template <typename T>
  T overrun() {
    failed_ = true;
    at_ = bytes_.size();
    return T{};
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

/// Views octets as text, without copying. The text is as the sender wrote it: escape before printing.
[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
/// Views text as octets, without copying.
[[nodiscard]] inline Bytes as_octets(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// Loads a big-endian unsigned integer at `offset` of a record whose length the caller has already checked once for all
/// its records (a compiled Template). `Width` is 1, 2, 3, 4, 5, 6, 7 or 8. Checked in debug builds only; this is the one
/// unchecked read, and it is here so that it is nowhere else.
template <std::size_t Width>
[[nodiscard]] inline std::uint64_t load_be(Bytes record, std::size_t offset) {
  static_assert(Width >= 1 && Width <= 8);
  const std::byte* at = record.data() + offset;
  if constexpr (Width == 1) {
    return std::to_integer<std::uint64_t>(*at);
  } else if constexpr (Width == 2 || Width == 4 || Width == 8) {
    using Word = std::conditional_t<Width == 2, std::uint16_t, std::conditional_t<Width == 4, std::uint32_t, std::uint64_t>>;
    Word word;
    std::memcpy(&word, at, Width);
    if constexpr (std::endian::native == std::endian::little) word = std::byteswap(word);
    return word;
  } else {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < Width; ++i) value = value << 8U | std::to_integer<std::uint64_t>(at[i]);
    return value;
  }
}

}  // namespace weir
