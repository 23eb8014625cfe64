// Octets of a file, in order, through a bounded buffer; or of memory, for tests and fuzzing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/error.h"

namespace weir::receive {

/// A forward-only stream. Move-only; one thread at a time. Pipes work as well as files.
class ByteSource {
 public:
  /// Opens a file; the errors name it.
  [[nodiscard]] static Result<ByteSource> open(const std::string& path);
  /// Over memory that outlives the source.
  [[nodiscard]] static ByteSource memory(Bytes octets);

  ~ByteSource();
  ByteSource(ByteSource&& other) noexcept;
  ByteSource& operator=(ByteSource&& other) noexcept;

  /// The next `size` octets, valid until the next call; fewer only at the end. The buffer grows to the largest `size`
  /// asked for, so bound it. An error is the operating system's.
  [[nodiscard]] Result<Bytes> take(std::size_t size);
  /// Passes over `size` octets without holding them; returns how many there were.
  [[nodiscard]] Result<std::uint64_t> skip(std::uint64_t size);

  /// How many octets were taken or skipped.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// What messages call it: the path, or "memory".
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  ByteSource() = default;
  /// Has at least `size` octets behind at_, unless the file ends.
  Result<void> fill(std::size_t size);
  [[nodiscard]] std::size_t buffered() const { return end_ - at_; }

  std::string name_;
  int file_ = -1;
  bool ended_ = false;
  Bytes memory_;                   // what there is to read, when it is memory
  std::vector<std::byte> buffer_;  // or what was read ahead of the file: at_ .. end_
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace weir::receive
