// pcapng (draft-ietf-opsawg-pcapng): blocks, of which those that carry packets or say how to read them matter here.
#include <limits>
#include <utility>
#include <vector>

#include "receive/pcap_format.h"

namespace weir::receive {
namespace {

enum BlockType : std::uint32_t {
  kInterface = 1,
  kPacket = 2,  // obsolete, still found
  kSimplePacket = 3,
  kEnhancedPacket = 6,
  kSection = 0x0a0d0d0a,  // the same in both byte orders
};
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kByteOrderMagicSwapped = 0x4d3c2b1a;
// Type, length, and the length again.
constexpr std::uint32_t kFrame = 12;
constexpr std::uint32_t kMostSectionHeader = 1U << 20U;
// A packet and its options.
constexpr std::uint32_t kMostBlock = PcapFile::kMostPacket + (1U << 18U);
constexpr std::size_t kMostInterfaces = 65'536;

/// How one interface's packets are to be read.
struct Interface {
  std::uint32_t link_type = 0;
  std::uint32_t snap_length = 0;    ///< 0 unlimited
  std::uint8_t resolution = 6;      ///< if_tsresol: 10^-n seconds, or with the high bit 2^-n
  std::int64_t offset_seconds = 0;  ///< if_tsoffset
};

UnixMillis to_ms(std::uint64_t stamp, const Interface& interface) {
  using Wide = __int128;
  const unsigned power = interface.resolution & 0x7fU;
  Wide ms = 0;
  if ((interface.resolution & 0x80U) != 0) {
    ms = static_cast<Wide>(stamp) * 1000 >> power;
  } else if (power <= 3) {
    ms = static_cast<Wide>(stamp);
    for (unsigned i = power; i < 3; ++i) ms *= 10;
  } else {
    ms = static_cast<Wide>(stamp);
    // 64 bits have 20 digits: behind them nothing is left.
    for (unsigned i = 3; i < power && ms != 0; ++i) ms /= 10;
  }
  ms += static_cast<Wide>(interface.offset_seconds) * 1000;
  constexpr Wide kMost = std::numeric_limits<UnixMillis>::max() / 2;
  return static_cast<UnixMillis>(ms > kMost ? kMost : ms < -kMost ? -kMost : ms);
}

class Pcapng final : public PcapFile::Format {
 public:
  explicit Pcapng(ByteSource source) : source_(std::move(source)) {}

  Result<std::optional<CapturedPacket>> next() override {
    for (;;) {
      const std::uint64_t start = source_.offset();
      const auto word = take_whole(source_, 4, "a block's type");
      if (!word) return std::unexpected(word.error());
      if (!*word) return std::nullopt;
      const std::uint32_t type = OrderedReader(**word, little_).u32();
      auto packet = type == kSection ? read_section(start) : read_block(type, start);
      if (!packet || *packet) return packet;
    }
  }

  /// A Section Header Block, whose type is consumed: it sets the byte order and forgets the interfaces.
  Result<std::optional<CapturedPacket>> read_section(std::uint64_t start) {
    const auto head = take_more(source_, 8, "a section header");
    if (!head) return std::unexpected(head.error());
    ByteReader magic(head->subspan(4));
    const std::uint32_t order = magic.u32();
    if (order != kByteOrderMagic && order != kByteOrderMagicSwapped) {
      return damaged(source_, start, "a section header without byte-order magic");
    }
    little_ = order == kByteOrderMagicSwapped;
    const std::uint32_t length = OrderedReader(*head, little_).u32();
    if (length < 28 || length % 4 != 0 || length > kMostSectionHeader) return bad_length(start, length);
    const auto rest = take_more(source_, length - kFrame, "a section header");
    if (!rest) return std::unexpected(rest.error());
    OrderedReader reader(*rest, little_);
    const std::uint16_t major = reader.u16();
    if (major != 1) {
      return fail(ErrorCode::unsupported,
                  source_.name() + ": pcapng version " + std::to_string(major) + "; version 1 is read");
    }
    if (trailer(*rest) != length) return bad_trailer(start, length, trailer(*rest));
    interfaces_.clear();
    return std::nullopt;
  }

 private:
  static bool is_read(std::uint32_t type) {
    return type == kInterface || type == kPacket || type == kSimplePacket || type == kEnhancedPacket;
  }

  /// Any other block. Nothing when it holds no packet.
  Result<std::optional<CapturedPacket>> read_block(std::uint32_t type, std::uint64_t start) {
    const auto word = take_more(source_, 4, "a block's length");
    if (!word) return std::unexpected(word.error());
    const std::uint32_t length = OrderedReader(*word, little_).u32();
    if (length < kFrame || length % 4 != 0 || (is_read(type) && length > kMostBlock)) return bad_length(start, length);
    if (!is_read(type)) return pass_over(start, length);
    const auto rest = take_more(source_, length - 8, "a block of " + std::to_string(length) + " octets");
    if (!rest) return std::unexpected(rest.error());
    if (trailer(*rest) != length) return bad_trailer(start, length, trailer(*rest));
    const OrderedReader body(rest->first(rest->size() - 4), little_);
    switch (type) {
      case kInterface:
        return read_interface(body, start);
      case kSimplePacket:
        return read_simple_packet(body, start);
      default:
        return read_packet(body, start, type == kEnhancedPacket);
    }
  }

  Result<std::optional<CapturedPacket>> pass_over(std::uint64_t start, std::uint32_t length) {
    const auto skipped = source_.skip(length - kFrame);
    if (!skipped) return std::unexpected(skipped.error());
    const auto end = take_more(source_, 4, "a block of " + std::to_string(length) + " octets");
    if (!end) return std::unexpected(end.error());
    if (trailer(*end) != length) return bad_trailer(start, length, trailer(*end));
    return std::nullopt;
  }

  Result<std::optional<CapturedPacket>> read_interface(OrderedReader body, std::uint64_t start) {
    Interface interface;
    interface.link_type = body.u16();
    body.skip(2);
    interface.snap_length = body.u32();
    if (body.failed()) return damaged(source_, start, "an interface description cut short");
    if (interfaces_.size() >= kMostInterfaces) return damaged(source_, start, "more interfaces than Weir reads");
    read_options(body, interface);
    interfaces_.push_back(interface);
    return std::nullopt;
  }

  /// Options are advice: damaged ones are left as they are, and what came before them holds.
  static void read_options(OrderedReader body, Interface& interface) {
    constexpr std::uint16_t kEnd = 0, kResolution = 9, kOffset = 14;
    while (body.remaining() >= 4) {
      const std::uint16_t code = body.u16();
      const std::uint16_t length = body.u16();
      OrderedReader value = body;
      body.skip((std::size_t{length} + 3) / 4 * 4);
      if (body.failed() || code == kEnd) return;
      if (code == kResolution && length == 1) interface.resolution = value.u8();
      if (code == kOffset && length == 8) interface.offset_seconds = static_cast<std::int64_t>(value.u64());
    }
  }

  /// An Enhanced Packet Block or the obsolete Packet Block, which differ in their first word.
  Result<std::optional<CapturedPacket>> read_packet(OrderedReader body, std::uint64_t start, bool enhanced) {
    std::uint32_t id = 0;
    if (enhanced) {
      id = body.u32();
    } else {
      id = body.u16();
      body.skip(2);  // drops
    }
    const std::uint64_t high = body.u32();
    const std::uint64_t stamp = high << 32U | body.u32();
    const std::uint32_t captured = body.u32();
    CapturedPacket packet;
    packet.original_length = body.u32();
    packet.octets = body.bytes(captured);
    if (body.failed())
      return damaged(source_, start,
                     "a packet of " + std::to_string(captured) + " octets that its block does not hold");
    if (id >= interfaces_.size()) return unknown_interface(start, id);
    packet.link_type = interfaces_[id].link_type;
    packet.time_ms = last_ms_ = to_ms(stamp, interfaces_[id]);
    return packet;
  }

  Result<std::optional<CapturedPacket>> read_simple_packet(OrderedReader body, std::uint64_t start) {
    CapturedPacket packet;
    packet.original_length = body.u32();
    if (body.failed()) return damaged(source_, start, "a simple packet cut short");
    if (interfaces_.empty()) return unknown_interface(start, 0);
    // Its captured length is not told: it is what the interface's limit leaves of the original.
    const std::uint32_t limit = interfaces_[0].snap_length;
    const std::uint32_t captured = limit != 0 && limit < packet.original_length ? limit : packet.original_length;
    packet.octets = body.bytes(captured);
    if (body.failed())
      return damaged(source_, start,
                     "a packet of " + std::to_string(captured) + " octets that its block does not hold");
    packet.link_type = interfaces_[0].link_type;
    packet.time_ms = last_ms_;
    return packet;
  }

  /// The length at the end of a block.
  [[nodiscard]] std::uint32_t trailer(Bytes rest) const { return OrderedReader(rest.last(4), little_).u32(); }

  std::unexpected<Error> bad_length(std::uint64_t start, std::uint32_t length) const {
    return damaged(source_, start, "a block with the impossible length " + std::to_string(length));
  }
  std::unexpected<Error> bad_trailer(std::uint64_t start, std::uint32_t length, std::uint32_t trailing) const {
    return damaged(
        source_, start,
        "a block that begins with the length " + std::to_string(length) + " and ends with " + std::to_string(trailing));
  }
  std::unexpected<Error> unknown_interface(std::uint64_t start, std::uint32_t id) const {
    return damaged(source_, start,
                   "a packet of interface " + std::to_string(id) + ", which the section does not describe");
  }

  ByteSource source_;
  bool little_ = false;
  std::vector<Interface> interfaces_;
  UnixMillis last_ms_ = 0;
};

}  // namespace

Result<std::unique_ptr<PcapFile::Format>> open_pcapng(ByteSource source) {
  auto pcapng = std::make_unique<Pcapng>(std::move(source));
  if (auto section = pcapng->read_section(0); !section) return std::unexpected(section.error());
  return pcapng;
}

}  // namespace weir::receive
