// The writing half of byte_reader.h: builds messages in network order. For exporters that Weir simulates, for state files
// and for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"

namespace weir {

/// An append-only buffer in network order. Lengths that are known only later are written with `patch_u16` or `patch_u32`.
class ByteWriter {
 public:
  void u8(std::uint64_t value) { unsigned_be(value, 1); }
  void u16(std::uint64_t value) { unsigned_be(value, 2); }
  void u32(std::uint64_t value) { unsigned_be(value, 4); }
  void u64(std::uint64_t value) { unsigned_be(value, 8); }
  /// The low `size` octets of `value`, most significant first. size is 0 to 8.
  void unsigned_be(std::uint64_t value, std::size_t size) {
    for (std::size_t i = size; i-- > 0;) buffer_.push_back(static_cast<std::byte>(value >> (8 * i)));
  }
  void bytes(Bytes bytes) { buffer_.insert(buffer_.end(), bytes.begin(), bytes.end()); }
  void text(std::string_view text) { bytes(as_octets(text)); }
  void zeros(std::size_t count) { buffer_.resize(buffer_.size() + count); }
  /// Zero octets up to the next multiple of `alignment`, counted from `start`.
  void pad(std::size_t alignment, std::size_t start = 0) {
    while ((buffer_.size() - start) % alignment != 0) buffer_.push_back(std::byte{0});
  }

  /// Overwrites what was written at `offset`, which must lie within what was written.
  void patch_u16(std::size_t offset, std::uint64_t value) { patch(offset, value, 2); }
  void patch_u32(std::size_t offset, std::uint64_t value) { patch(offset, value, 4); }

  [[nodiscard]] std::size_t size() const { return buffer_.size(); }
  [[nodiscard]] Bytes view() const { return buffer_; }
  void clear() { buffer_.clear(); }
  [[nodiscard]] std::vector<std::byte> take() { return std::move(buffer_); }

 private:
  void patch(std::size_t offset, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) buffer_.at(offset + i) = static_cast<std::byte>(value >> (8 * (size - 1 - i)));
  }
  std::vector<std::byte> buffer_;
};

}  // namespace weir
