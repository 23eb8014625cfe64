#include "bgp/wire/nlri_codec.h"

#include <algorithm>

namespace weir::bgp {
namespace {

constexpr unsigned kLabelBits = 24;
constexpr unsigned kRdBits = 64;
/// What stands for "no label" in a withdrawal: RFC 8277 section 2.4, and what older speakers write.
constexpr std::uint32_t kWithdrawnLabel = 0x80'0000;
constexpr std::uint32_t kOldWithdrawnLabel = 0;

bool has_labels(Family family) {
  return family.safi == Safi::labelled || family.safi == Safi::vpn;
}

/// Reads the labels in front of a route of `bits` bits and gives how many bits they took; nothing when there is no room
/// for one. Several labels end at the one with the bottom-of-stack bit. A stack without it is one label: RFC 8277
/// section 2.2 has that bit ignored where several labels were not negotiated.
std::optional<unsigned> read_labels(ByteReader& reader, unsigned bits, unsigned behind, std::uint32_t& first) {
  if (bits < kLabelBits + behind) return std::nullopt;
  ByteReader ahead = reader;
  ByteReader after_first = reader;
  unsigned taken = 0;
  while (taken + kLabelBits + behind <= bits) {
    const std::uint32_t label = ahead.u24();
    taken += kLabelBits;
    if (taken == kLabelBits) {
      first = label >> 4U;
      after_first = ahead;
    }
    const bool withdrawn = taken == kLabelBits && (label == kWithdrawnLabel || label == kOldWithdrawnLabel);
    if ((label & 1U) != 0 || withdrawn) {
      if (withdrawn) first = 0;
      reader = ahead;
      return taken;
    }
  }
  reader = after_first;
  return kLabelBits;
}

/// The octets that `bits` take, at the front of a word of `width` octets, all behind `bits` cleared.
std::uint64_t read_front(ByteReader& reader, unsigned bits, unsigned width) {
  if (bits == 0) return 0;
  const unsigned octets = (bits + 7) / 8;
  return reader.unsigned_be(octets) >> (8 * octets - bits) << (8 * width - bits);
}

/// An IPv4 address of at most 32 bits, an IPv6 one of at most 128.
IpAddress read_address_bits(ByteReader& reader, unsigned bits, Afi afi) {
  if (afi == Afi::ipv4) return IpAddress::v4(static_cast<std::uint32_t>(read_front(reader, bits, 4)));
  const unsigned high = bits < 64 ? bits : 64;
  const std::uint64_t hi = read_front(reader, high, 8);
  return {hi, read_front(reader, bits - high, 8)};
}

}  // namespace

NlriOutcome read_nlri(Bytes field, Family family, bool add_path, std::vector<Nlri>& out) {
  NlriOutcome outcome;
  const bool v4 = family.afi == Afi::ipv4;
  const unsigned most = v4 ? 32 : 128;
  const unsigned behind_labels = family.safi == Safi::vpn ? kRdBits : 0;
  ByteReader reader(field);
  while (!reader.empty()) {
    Nlri nlri;
    if (add_path) nlri.path_id = reader.u32();
    unsigned bits = reader.u8();
    if (reader.failed() || (bits + 7) / 8 > reader.remaining()) {
      return {"the last route is longer than what is left", outcome.not_kept};
    }
    if (has_labels(family)) {
      const auto taken = read_labels(reader, bits, behind_labels, nlri.label);
      if (!taken) return {"a route is too short for its label", outcome.not_kept};
      bits -= *taken;
    }
    if (family.safi == Safi::vpn) {
      nlri.rd.bits = reader.u64();
      bits -= kRdBits;
    }
    if (bits > most) return {"a prefix is longer than its address family allows", outcome.not_kept};
    nlri.prefix = {read_address_bits(reader, bits, family.afi), static_cast<std::uint8_t>(bits)};
    if (!v4 && nlri.prefix.address.is_v4()) {
      ++outcome.not_kept;
      continue;
    }
    out.push_back(nlri);
  }
  return outcome;
}

void write_nlri(const Nlri& nlri, Family family, bool add_path, LabelField label, ByteWriter& out) {
  if (add_path) out.u32(nlri.path_id);
  const unsigned labels = has_labels(family) ? kLabelBits : 0;
  const unsigned rd = family.safi == Safi::vpn ? kRdBits : 0;
  out.u8(labels + rd + nlri.prefix.length);
  if (labels != 0) {
    out.unsigned_be(label == LabelField::withdrawn ? kWithdrawnLabel : (nlri.label & 0xf'ffffU) << 4U | 1U, 3);
  }
  if (rd != 0) out.u64(nlri.rd.bits);
  const bool v4 = family.afi == Afi::ipv4;
  const std::uint64_t hi = v4 ? std::uint64_t{nlri.prefix.address.v4_bits()} << 32U : nlri.prefix.address.hi;
  const std::size_t octets = std::min<std::size_t>((nlri.prefix.length + 7U) / 8U, v4 ? 4 : 16);
  for (std::size_t i = 0; i < octets; ++i) {
    out.u8((i < 8 ? hi >> (56 - 8 * i) : nlri.prefix.address.lo >> (120 - 8 * i)) & 0xffU);
  }
}

std::optional<IpAddress> read_next_hop(Bytes field, Family family) {
  const bool vpn = family.safi == Safi::vpn;
  const std::size_t rd = vpn ? 8 : 0;
  ByteReader reader(field);
  reader.skip(rd);
  if (field.size() == rd + 4) return IpAddress::v4(reader.u32());
  if (field.size() != rd + 16 && field.size() != 2 * (rd + 16)) return std::nullopt;
  const IpAddress global = IpAddress::v6(reader);
  if (reader.empty() || !global.is_unspecified()) return global;
  reader.skip(rd);
  return IpAddress::v6(reader);
}

void write_v6(IpAddress address, ByteWriter& out) {
  out.u64(address.hi);
  out.u64(address.lo);
}

void write_address(IpAddress address, ByteWriter& out) {
  if (address.is_v4()) return out.u32(address.v4_bits());
  write_v6(address, out);
}

void write_next_hop(IpAddress next_hop, Family family, ByteWriter& out) {
  const bool short_form = family.afi == Afi::ipv4 && next_hop.is_v4();
  const std::size_t rd = family.safi == Safi::vpn ? 8 : 0;
  out.u8(rd + (short_form ? 4 : 16));
  out.zeros(rd);
  if (short_form) return out.u32(next_hop.v4_bits());
  write_v6(next_hop, out);
}

}  // namespace weir::bgp
