// The octets of a file as they lie on the disk, and what unpacks them. Inside bgp/file/ only.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/error.h"

namespace weir::bgp {

/// An open file, read from its beginning to its end; pipes too.
class PackedInput {
 public:
  [[nodiscard]] static Result<PackedInput> open(const std::string& path);
  PackedInput(PackedInput&& other) noexcept;
  PackedInput& operator=(PackedInput&&) = delete;
  ~PackedInput();

  /// Fills as much of `room` as the file has; 0: the end.
  Result<std::size_t> read(std::span<std::byte> room);
  /// What the next read() calls give before the rest of the file: octets that were read to see what the file is.
  void put_back(Bytes octets) { ahead_.assign(octets.begin(), octets.end()); }
  [[nodiscard]] std::uint64_t octets() const { return octets_; }

 private:
  PackedInput(int file, std::string path) : file_(file), path_(std::move(path)) {}

  int file_ = -1;
  std::string path_;
  std::vector<std::byte> ahead_;
  std::uint64_t octets_ = 0;  ///< read from the file
};

/// One of the ways in which a file can be packed.
class Unpacker {
 public:
  virtual ~Unpacker() = default;
  /// The next octets, empty at the end; valid until the next call. After an error there is nothing more.
  virtual Result<Bytes> next(PackedInput& input) = 0;
};

/// How much is read, and given out, at once: what bounds the memory however much a file unpacks to.
inline constexpr std::size_t kStepOctets = std::size_t{256} << 10U;

[[nodiscard]] std::unique_ptr<Unpacker> plain_unpacker();
[[nodiscard]] std::unique_ptr<Unpacker> gzip_unpacker();
[[nodiscard]] std::unique_ptr<Unpacker> bzip2_unpacker();

}  // namespace weir::bgp
