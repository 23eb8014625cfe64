// Capture files: pcap (micro- and nanoseconds, both byte orders) and pcapng (several sections and interfaces, both byte
// orders), as draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng describe them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/byte_reader.h"
#include "base/clock.h"
#include "base/error.h"
#include "receive/byte_source.h"

namespace weir::receive {

/// One captured packet.
struct CapturedPacket {
  Bytes octets;                       ///< from the link layer on; borrowed until the next packet is read
  std::uint32_t original_length = 0;  ///< on the wire; more than octets.size() when the capture cut it
  std::uint32_t link_type = 0;        ///< LINKTYPE_... number
  UnixMillis time_ms = 0;             ///< a packet without a time (pcapng simple packets) has the one before it
};

/// Reads one file from its start to its end, however large, in bounded memory. Move-only; one thread at a time.
class PcapFile {
 public:
  /// A record that claims to hold more than this is damaged.
  static constexpr std::size_t kMostPacket = std::size_t{1} << 20U;

  /// Reads the file's header. Errors: no such file, not a capture, cut short, an unsupported version.
  [[nodiscard]] static Result<PcapFile> open(const std::string& path);
  [[nodiscard]] static Result<PcapFile> read(ByteSource source);

  PcapFile(PcapFile&&) noexcept;
  PcapFile& operator=(PcapFile&&) noexcept;
  ~PcapFile();

  /// The next packet; nothing at the end. A damaged or cut file gives all its whole packets first and then an error
  /// that says what is wrong at which offset; after an error there is nothing more.
  [[nodiscard]] Result<std::optional<CapturedPacket>> next();

  /// One file format; see pcap_format.h.
  class Format;

 private:
  explicit PcapFile(std::unique_ptr<Format> format);
  std::unique_ptr<Format> format_;
  bool ended_ = false;
};

}  // namespace weir::receive
