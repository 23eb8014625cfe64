// sFlow's extended gateway record: the BGP route of a sampled packet.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/byte_reader.h"
#include "base/ip_address.h"
#include "flow/string_pool.h"

namespace weir::decode {

/// The route, 0 or the empty text's id where the agent gave none.
struct Sflow5Route {
  IpAddress next_hop;
  std::uint32_t src_as = 0;
  std::uint32_t first_as = 0;
  std::uint32_t dst_as = 0;        ///< the last AS of the path
  flow::StringId as_path = 0;      ///< "64500 64501 {64502,64503}"
  flow::StringId communities = 0;  ///< "64500:1 64500:2"
};

/// Reads gateway records. The texts of paths and communities that came lately are remembered by a seeded 64-bit hash of
/// their octets, so that the string pool's lock is not taken for each sample.
class Sflow5Gateway {
 public:
  /// Nothing when the record is cut short or contradicts itself.
  [[nodiscard]] std::optional<Sflow5Route> read(ByteReader record, flow::StringPool& strings);

 private:
  static constexpr std::size_t kRemembered = 2048;
  struct Texts {
    std::uint64_t hash = 0;
    flow::StringId as_path = 0;
    flow::StringId communities = 0;
  };
  std::vector<Texts> remembered_;
};

}  // namespace weir::decode
