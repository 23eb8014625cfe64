// A file of routes as chunks of its own octets, whether it is packed or not.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/byte_reader.h"
#include "base/error.h"

namespace weir::bgp {

enum class Packing : std::uint8_t { plain, gzip, bzip2 };
[[nodiscard]] std::string_view to_string(Packing packing);

/// Told by the first octets, not by the name. Members that were packed one after the other (`cat a.gz b.gz`) are read
/// as one. However much a file unpacks to, it takes a fixed amount of memory.
class FileReader {
 public:
  /// Errors name the path.
  [[nodiscard]] static Result<FileReader> open(const std::string& path);
  FileReader(FileReader&&) noexcept;
  ~FileReader();

  /// The next chunk, empty at the end; valid until the next call. An error (cut short, damaged, not readable) comes
  /// after all octets before it were given out, and stays.
  Result<Bytes> next();

  [[nodiscard]] Packing packing() const;
  [[nodiscard]] std::uint64_t octets() const;         ///< given out
  [[nodiscard]] std::uint64_t packed_octets() const;  ///< read

 private:
  struct State;
  explicit FileReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::bgp
