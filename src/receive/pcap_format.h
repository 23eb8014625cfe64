// What the capture file formats share; only pcap_file.cc and the formats' own files include it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "receive/pcap_file.h"

namespace weir::receive {

/// One file format, reading packets from its source.
class PcapFile::Format {
 public:
  virtual ~Format() = default;
  [[nodiscard]] virtual Result<std::optional<CapturedPacket>> next() = 0;
};

/// Reads numbers in the byte order of the file.
class OrderedReader {
 public:
  OrderedReader(Bytes octets, bool little) : reader_(octets), little_(little) {}
  std::uint16_t u16() { return little_ ? reader_.u16_le() : reader_.u16(); }
  std::uint32_t u32() { return little_ ? reader_.u32_le() : reader_.u32(); }
  std::uint64_t u64() {
    const std::uint64_t first = u32();
    const std::uint64_t second = u32();
    return little_ ? second << 32U | first : first << 32U | second;
  }
  std::uint8_t u8() { return reader_.u8(); }
  void skip(std::size_t size) { reader_.skip(size); }
  Bytes bytes(std::size_t size) { return reader_.bytes(size); }
  [[nodiscard]] std::size_t remaining() const { return reader_.remaining(); }
  [[nodiscard]] bool failed() const { return reader_.failed(); }

 private:
  ByteReader reader_;
  bool little_;
};

/// "FILE: WHAT at offset N".
[[nodiscard]] inline std::unexpected<Error> damaged(const ByteSource& source, std::uint64_t offset,
                                                    const std::string& what) {
  return fail(ErrorCode::malformed, source.name() + ": " + what + " at offset " + std::to_string(offset));
}
/// The next `size` octets, all of them; nothing at a clean end of the file. `what` names them in the error of a cut
/// file.
[[nodiscard]] Result<std::optional<Bytes>> take_whole(ByteSource& source, std::size_t size, const std::string& what);
/// Like take_whole(), where the file must not end yet.
[[nodiscard]] Result<Bytes> take_more(ByteSource& source, std::size_t size, const std::string& what);

/// `magic` is the file's first word as read in network order, already consumed.
[[nodiscard]] Result<std::unique_ptr<PcapFile::Format>> open_pcap(ByteSource source, std::uint32_t magic);
/// The first word of the Section Header Block is already consumed.
[[nodiscard]] Result<std::unique_ptr<PcapFile::Format>> open_pcapng(ByteSource source);

}  // namespace weir::receive
