#include "serve/es/address_range.h"

#include <bit>

namespace weir::serve::es {
namespace {

constexpr IpAddress kFirstV4 = IpAddress::v4(0);
constexpr IpAddress kLastV4 = IpAddress::v4(~std::uint32_t{0});

/// Zero bits at the end, 0..128.
unsigned trailing_zeros(IpAddress address) {
  return address.lo != 0 ? static_cast<unsigned>(std::countr_zero(address.lo))
                         : 64 + static_cast<unsigned>(std::countr_zero(address.hi));
}

/// The last address of the block of 2^bits that begins at `address`.
IpAddress block_end(IpAddress address, unsigned bits) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  if (bits >= 128) return {kAll, kAll};
  if (bits > 64) return {address.hi | (kAll >> (128 - bits)), kAll};
  if (bits == 64) return {address.hi, kAll};
  return {address.hi, address.lo | ((std::uint64_t{1} << bits) - 1)};
}

/// Both of one family, and outside IPv4 on one side of it.
void split(IpAddress first, IpAddress last, bool v4, std::vector<Prefix>& out) {
  const unsigned width = v4 ? 32 : 128;
  while (true) {
    unsigned bits = trailing_zeros(first);
    if (bits > width) bits = width;
    while (last < block_end(first, bits)) --bits;
    out.push_back({first, static_cast<std::uint8_t>(width - bits)});
    first = block_end(first, bits);
    if (!(first < last) || !step_up(first)) return;
  }
}

}  // namespace

bool step_up(IpAddress& address) {
  if (++address.lo != 0) return true;
  return ++address.hi != 0;
}

bool step_down(IpAddress& address) {
  if (address.lo == 0 && address.hi == 0) return false;
  if (address.lo-- == 0) --address.hi;
  return true;
}

std::vector<Prefix> networks_between(IpAddress first, IpAddress last) {
  std::vector<Prefix> out;
  if (last < first) return out;
  if (first < kFirstV4) {
    IpAddress before = kFirstV4;
    step_down(before);
    split(first, last < before ? last : before, false, out);
  }
  const IpAddress low = first < kFirstV4 ? kFirstV4 : first;
  const IpAddress high = kLastV4 < last ? kLastV4 : last;
  if (low <= high) split(low, high, true, out);
  if (kLastV4 < last) {
    IpAddress behind = kLastV4;
    step_up(behind);
    split(behind < first ? first : behind, last, false, out);
  }
  return out;
}

}  // namespace weir::serve::es
