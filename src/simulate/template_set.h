// What NetFlow v9's FlowSets and IPFIX's Sets have in common: an ID, a length that is known at the end, records of one
// length.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_writer.h"
#include "simulate/export_encoder.h"

namespace weir::simulate {

inline constexpr std::uint16_t kV4TemplateId = 256;
inline constexpr std::uint16_t kV6TemplateId = 257;
inline constexpr std::uint16_t kSamplerTemplateId = 258;
inline constexpr std::uint16_t kInterfaceTemplateId = 259;

/// Writes a Set's header, and when it goes out of scope its length, of all that was written since.
class SetWriter {
 public:
  SetWriter(std::uint16_t id, ByteWriter& out) : out_(out), start_(out.size()) {
    out_.u16(id);
    out_.u16(0);
  }
  ~SetWriter() { out_.patch_u16(start_ + 2, out_.size() - start_); }
  SetWriter(const SetWriter&) = delete;
  SetWriter& operator=(const SetWriter&) = delete;

  /// Where the Set begins, for padding.
  [[nodiscard]] std::size_t start() const { return start_; }

 private:
  ByteWriter& out_;
  std::size_t start_;
};

/// How many flows from the front are of one address family and fit, as records of `record_octets` in one more Set,
/// behind `written` octets of the datagram.
[[nodiscard]] inline std::size_t run_that_fits(std::span<const SimulatedFlow> flows, std::size_t record_octets,
                                               std::size_t written) {
  constexpr std::size_t kSetOverhead = 4 + 3;  // header, and padding at worst
  if (written + kSetOverhead >= kMostPayload) return 0;
  const std::size_t room = std::min((kMostPayload - written - kSetOverhead) / record_octets, flows.size());
  const bool is_v4 = flows.front().src_addr.is_v4();
  std::size_t count = 0;
  while (count < room && flows[count].src_addr.is_v4() == is_v4) ++count;
  return count;
}

}  // namespace weir::simulate
