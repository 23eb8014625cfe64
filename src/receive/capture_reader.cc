#include "receive/capture_reader.h"

#include <algorithm>
#include <utility>

#include "receive/link_layer.h"

namespace weir::receive {
namespace {
constexpr std::uint8_t kUdp = 17;
constexpr std::size_t kUdpHeader = 8;
}  // namespace

Result<CaptureReader> CaptureReader::open(const std::string& path) {
  auto file = PcapFile::open(path);
  if (!file) return std::unexpected(file.error());
  return CaptureReader(std::move(*file));
}

Result<CaptureReader> CaptureReader::of_memory(Bytes octets) {
  auto file = PcapFile::read(ByteSource::memory(octets));
  if (!file) return std::unexpected(file.error());
  return CaptureReader(std::move(*file));
}

std::optional<flow::Datagram> CaptureReader::next() {
  for (;;) {
    const auto packet = file_.next();
    if (!packet || !*packet) {
      if (!packet) error_ = packet.error();
      reassembly_.finish();
      stats_.reassembly = reassembly_.stats();
      return std::nullopt;
    }
    ++stats_.packets;
    const auto datagram = read_packet(**packet);
    if (datagram) return datagram;
  }
}

std::optional<flow::Datagram> CaptureReader::read_packet(const CapturedPacket& packet) {
  const bool snapped = packet.octets.size() < packet.original_length;
  const LinkPacket link = read_link_layer(packet.link_type, packet.octets);
  switch (link.result) {
    case LinkResult::unknown:
      ++stats_.unknown_link_type;
      return std::nullopt;
    case LinkResult::not_ip:
      ++stats_.not_ip;
      return std::nullopt;
    case LinkResult::cut:
      ++(snapped ? stats_.truncated : stats_.bad_ip);
      return std::nullopt;
    case LinkResult::ip:
      break;
  }
  const auto ip = read_ip_packet(link.packet);
  if (!ip) {
    ++(snapped && ip.error() == IpProblem::cut ? stats_.truncated : stats_.bad_ip);
    return std::nullopt;
  }
  if (ip->protocol != kUdp) {
    ++stats_.not_udp;
    return std::nullopt;
  }
  if (!ip->is_fragment) return read_udp(*ip, ip->payload, packet);
  const auto whole = reassembly_.add(*ip, packet.time_ms);
  stats_.reassembly = reassembly_.stats();
  if (!whole) return std::nullopt;
  return read_udp(*ip, *whole, packet);
}

std::optional<flow::Datagram> CaptureReader::read_udp(const IpPacket& ip, Bytes segment, const CapturedPacket& packet) {
  ByteReader reader(segment);
  flow::Datagram datagram;
  datagram.session.source = ip.source;
  datagram.session.source_port = reader.u16();
  datagram.session.local_port = reader.u16();
  const std::size_t length = reader.u16();
  reader.skip(2);
  if (reader.failed() || length < kUdpHeader || length > segment.size()) {
    ++stats_.bad_udp;
    return std::nullopt;
  }
  if (!ports_.empty() && std::ranges::find(ports_, datagram.session.local_port) == ports_.end()) {
    ++stats_.other_port;
    return std::nullopt;
  }
  datagram.payload = segment.first(length).subspan(kUdpHeader);
  datagram.received_ms = packet.time_ms;
  ++stats_.datagrams;
  stats_.octets += datagram.payload.size();
  return datagram;
}

}  // namespace weir::receive
