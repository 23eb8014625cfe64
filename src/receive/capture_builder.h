// Builds packets and capture files octet by octet, for the tests of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/byte_writer.h"
#include "base/ip_address.h"

namespace weir::receive::testing {

using Octets = std::vector<std::byte>;

inline Octets operator+(Octets left, const Octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}
inline Octets octets_of(std::string_view text) {
  const Bytes bytes = as_octets(text);
  return {bytes.begin(), bytes.end()};
}
inline Octets cut(Octets octets, std::size_t size) {
  octets.resize(size);
  return octets;
}
inline Octets words16(std::initializer_list<std::uint16_t> values) {
  ByteWriter w;
  for (const auto value : values) w.u16(value);
  return w.take();
}

/// A UDP header and payload. length -1 is what is right.
inline Octets udp(std::uint16_t from, std::uint16_t to, const Octets& payload, int length = -1) {
  ByteWriter w;
  w.u16(from);
  w.u16(to);
  w.u16(length < 0 ? 8 + payload.size() : static_cast<std::size_t>(length));
  w.u16(0);
  w.bytes(payload);
  return w.take();
}

struct Ipv4 {
  std::uint8_t protocol = 17;
  std::uint16_t id = 1;
  std::uint16_t fragment = 0;  ///< flags and offset in units of 8 octets
  int length = -1;
  std::uint32_t source = 0xc0000201;

  [[nodiscard]] Octets with(const Octets& payload) const {
    ByteWriter w;
    w.u16(0x4500);
    w.u16(length < 0 ? 20 + payload.size() : static_cast<std::size_t>(length));
    w.u16(id);
    w.u16(fragment);
    w.u8(64);
    w.u8(protocol);
    w.u16(0);
    w.u32(source);
    w.u32(0xc6336401);
    w.bytes(payload);
    return w.take();
  }
};

inline Octets ipv6(std::uint8_t next, const Octets& payload, int length = -1) {
  ByteWriter w;
  w.u32(0x60000000);
  w.u16(length < 0 ? payload.size() : static_cast<std::size_t>(length));
  w.u8(next);
  w.u8(64);
  w.u64(0x20010db8'00000000);
  w.u64(1);
  w.u64(0x20010db8'00000000);
  w.u64(2);
  w.bytes(payload);
  return w.take();
}
/// An IPv6 fragment; `offset` in octets.
inline Octets ipv6_fragment(std::uint32_t id, std::uint16_t offset, bool more, const Octets& payload) {
  ByteWriter w;
  w.u16(0x1100);
  w.u16(static_cast<std::uint16_t>(offset | (more ? 1U : 0U)));
  w.u32(id);
  w.bytes(payload);
  return ipv6(44, w.take());
}

inline Octets ethernet(std::uint16_t type, const Octets& payload) {
  return words16({0x0200, 0, 2, 0x0200, 0, 1, type}) + payload;
}

/// Writes numbers in the byte order of a capturing machine.
class OrderedWriter {
 public:
  explicit OrderedWriter(bool little) : little_(little) {}
  void number(std::uint64_t value, std::size_t size) {
    if (!little_) return writer_.unsigned_be(value, size);
    for (std::size_t i = 0; i < size; ++i) writer_.u8(value >> (8 * i));
  }
  void u16(std::uint64_t value) { number(value, 2); }
  void u32(std::uint64_t value) { number(value, 4); }
  void bytes(const Octets& octets) { writer_.bytes(octets); }
  void pad() { writer_.pad(4); }
  [[nodiscard]] std::size_t size() const { return writer_.size(); }
  [[nodiscard]] Octets take() { return writer_.take(); }

 private:
  ByteWriter writer_;
  bool little_;
};

/// A classic pcap file.
struct Pcap {
  bool little = true;
  bool nanoseconds = false;
  std::uint32_t link_type = 1;
  std::uint16_t major = 2;

  [[nodiscard]] Octets header() const {
    OrderedWriter w(little);
    w.u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
    w.u16(major);
    w.u16(4);
    w.u32(0);
    w.u32(0);
    w.u32(65535);
    w.u32(link_type);
    return w.take();
  }
  /// One packet; original_length 0 is what is right.
  [[nodiscard]] Octets packet(const Octets& octets, std::uint32_t original_length = 0,
                              std::uint32_t seconds = 1'700'000'000) const {
    OrderedWriter w(little);
    w.u32(seconds);
    w.u32(nanoseconds ? 123'456'789 : 123'456);
    w.u32(octets.size());
    w.u32(original_length == 0 ? octets.size() : original_length);
    w.bytes(octets);
    return w.take();
  }
  [[nodiscard]] Octets with(std::initializer_list<Octets> packets) const {
    Octets out = header();
    for (const Octets& one : packets) out = out + packet(one);
    return out;
  }
};

/// The blocks of a pcapng file.
struct Pcapng {
  bool little = true;

  [[nodiscard]] Octets block(std::uint32_t type, const Octets& body) const {
    OrderedWriter w(little);
    const std::size_t length = 12 + (body.size() + 3) / 4 * 4;
    w.u32(type);
    w.u32(length);
    w.bytes(body);
    w.pad();
    w.u32(length);
    return w.take();
  }
  [[nodiscard]] Octets section(std::uint16_t major = 1) const {
    OrderedWriter w(little);
    w.u32(0x1a2b3c4d);
    w.u16(major);
    w.u16(0);
    w.number(~std::uint64_t{0}, 8);
    return block(0x0a0d0d0a, w.take());
  }
  /// if_tsresol and if_tsoffset are written where they are not their defaults.
  [[nodiscard]] Octets interface(std::uint16_t link_type, std::uint8_t resolution = 6, std::int64_t offset = 0,
                                 std::uint32_t snap_length = 0) const {
    OrderedWriter w(little);
    w.u16(link_type);
    w.u16(0);
    w.u32(snap_length);
    w.u16(2);  // if_name, which is passed over
    w.u16(5);
    w.bytes(octets_of("eth42"));
    w.pad();
    if (resolution != 6) {
      w.u16(9);
      w.u16(1);
      w.number(resolution, 1);
      w.pad();
    }
    if (offset != 0) {
      w.u16(14);
      w.u16(8);
      w.number(static_cast<std::uint64_t>(offset), 8);
    }
    w.u32(0);
    return block(1, w.take());
  }
  [[nodiscard]] Octets enhanced(std::uint32_t interface, std::uint64_t stamp, const Octets& packet) const {
    OrderedWriter w(little);
    w.u32(interface);
    stamp_and_packet(w, stamp, packet);
    return block(6, w.take());
  }
  [[nodiscard]] Octets obsolete(std::uint16_t interface, std::uint64_t stamp, const Octets& packet) const {
    OrderedWriter w(little);
    w.u16(interface);
    w.u16(3);
    stamp_and_packet(w, stamp, packet);
    return block(2, w.take());
  }
  [[nodiscard]] Octets simple(std::uint32_t original_length, const Octets& packet) const {
    OrderedWriter w(little);
    w.u32(original_length);
    w.bytes(packet);
    return block(3, w.take());
  }

 private:
  static void stamp_and_packet(OrderedWriter& w, std::uint64_t stamp, const Octets& packet) {
    w.u32(stamp >> 32U);
    w.u32(stamp & 0xffffffffU);
    w.u32(packet.size());
    w.u32(packet.size());
    w.bytes(packet);
  }
};

}  // namespace weir::receive::testing
