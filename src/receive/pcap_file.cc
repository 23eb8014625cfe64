#include "receive/pcap_file.h"

#include <utility>

#include "receive/pcap_format.h"

namespace weir::receive {
namespace {

constexpr std::uint32_t kPcapng = 0x0a0d0d0a;
// As the first word reads in network order; the swapped forms come from machines of the other byte order.
constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr std::uint32_t kMicrosecondsSwapped = 0xd4c3b2a1;
constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kNanosecondsSwapped = 0x4d3cb2a1;

/// The classic format: one header of 24 octets, then records of 16 octets and the packet.
class Pcap final : public PcapFile::Format {
 public:
  Pcap(ByteSource source, bool little, bool nanoseconds)
      : source_(std::move(source)), little_(little), nanoseconds_(nanoseconds) {}

  Result<void> read_header() {
    const auto header = take_more(source_, 20, "the pcap file header");
    if (!header) return std::unexpected(header.error());
    OrderedReader reader(*header, little_);
    const std::uint16_t major = reader.u16();
    const std::uint16_t minor = reader.u16();
    if (major != 2) {
      return fail(ErrorCode::unsupported, source_.name() + ": pcap version " + std::to_string(major) + "." +
                                              std::to_string(minor) + "; version 2.x is read");
    }
    reader.skip(12);  // time zone, accuracy, snapshot length
    // The upper half tells of frame check sequences, which come behind what is read here.
    link_type_ = reader.u32() & 0xffffU;
    return {};
  }

  Result<std::optional<CapturedPacket>> next() override {
    const std::uint64_t start = source_.offset();
    const auto header = take_whole(source_, 16, "a packet's header");
    if (!header) return std::unexpected(header.error());
    if (!*header) return std::nullopt;
    OrderedReader reader(**header, little_);
    const std::int64_t seconds = reader.u32();
    const std::int64_t fraction = reader.u32();
    const std::uint32_t captured = reader.u32();
    CapturedPacket packet;
    packet.original_length = reader.u32();
    packet.link_type = link_type_;
    packet.time_ms = seconds * 1000 + fraction / (nanoseconds_ ? 1'000'000 : 1000);
    if (captured > PcapFile::kMostPacket) {
      return damaged(source_, start, "a packet that claims " + std::to_string(captured) + " octets");
    }
    const auto octets = take_more(source_, captured, "a packet of " + std::to_string(captured) + " octets");
    if (!octets) return std::unexpected(octets.error());
    packet.octets = *octets;
    return packet;
  }

 private:
  ByteSource source_;
  bool little_;
  bool nanoseconds_;
  std::uint32_t link_type_ = 0;
};

}  // namespace

Result<std::optional<Bytes>> take_whole(ByteSource& source, std::size_t size, const std::string& what) {
  const std::uint64_t start = source.offset();
  const auto octets = source.take(size);
  if (!octets) return std::unexpected(octets.error());
  if (octets->empty() && size > 0) return std::nullopt;
  if (octets->size() < size) {
    return damaged(source, start, "cut short: " + what + " has only " + std::to_string(octets->size()) + " octets");
  }
  return *octets;
}

Result<Bytes> take_more(ByteSource& source, std::size_t size, const std::string& what) {
  auto octets = take_whole(source, size, what);
  if (!octets) return std::unexpected(octets.error());
  if (!*octets) return damaged(source, source.offset(), "cut short: " + what + " is missing");
  return **octets;
}

Result<std::unique_ptr<PcapFile::Format>> open_pcap(ByteSource source, std::uint32_t magic) {
  const bool little = magic == kMicrosecondsSwapped || magic == kNanosecondsSwapped;
  const bool nanoseconds = magic == kNanoseconds || magic == kNanosecondsSwapped;
  auto pcap = std::make_unique<Pcap>(std::move(source), little, nanoseconds);
  if (auto header = pcap->read_header(); !header) return std::unexpected(header.error());
  return pcap;
}

PcapFile::PcapFile(std::unique_ptr<Format> format) : format_(std::move(format)) {}
PcapFile::PcapFile(PcapFile&&) noexcept = default;
PcapFile& PcapFile::operator=(PcapFile&&) noexcept = default;
PcapFile::~PcapFile() = default;

Result<PcapFile> PcapFile::open(const std::string& path) {
  auto source = ByteSource::open(path);
  if (!source) return std::unexpected(source.error());
  return read(std::move(*source));
}

Result<PcapFile> PcapFile::read(ByteSource source) {
  const auto first = take_more(source, 4, "the file's first word");
  if (!first) return std::unexpected(first.error());
  const std::uint32_t magic = ByteReader(*first).u32();
  const bool pcap =
      magic == kMicroseconds || magic == kMicrosecondsSwapped || magic == kNanoseconds || magic == kNanosecondsSwapped;
  if (!pcap && magic != kPcapng) {
    return fail(ErrorCode::malformed, source.name() + " is neither a pcap nor a pcapng file");
  }
  auto format = pcap ? open_pcap(std::move(source), magic) : open_pcapng(std::move(source));
  if (!format) return std::unexpected(format.error());
  return PcapFile(std::move(*format));
}

Result<std::optional<CapturedPacket>> PcapFile::next() {
  if (ended_) return std::nullopt;
  auto packet = format_->next();
  ended_ = !packet || !*packet;
  return packet;
}

}  // namespace weir::receive
