#include "receive/ip_reassembly.h"

#include <algorithm>

namespace weir::receive {
namespace {
// The largest payload that lengths of 16 bits can describe.
constexpr std::size_t kMostPayload = 65'535;
}  // namespace

std::optional<Bytes> IpReassembly::add(const IpPacket& fragment, UnixMillis now) {
  ++stats_.fragments;
  const std::size_t length = fragment.payload.size();
  const bool impossible =
      length == 0 || fragment.fragment_offset + length > kMostPayload || (fragment.more_fragments && length % 8 != 0);
  if (impossible) {
    ++stats_.malformed;
    return std::nullopt;
  }
  const Key key{fragment.source, fragment.destination, fragment.identification, fragment.protocol};
  make_room(now, partials_.contains(key) ? 0 : 1);
  const auto [at, fresh] = partials_.try_emplace(key);
  Partial& partial = at->second;
  if (fresh) {
    partial.since_ms = now;
    partial.place = oldest_first_.insert(oldest_first_.end(), key);
  }
  if (partial.given_up) return std::nullopt;
  switch (fit(partial, fragment)) {
    case Fit::duplicate:
      ++stats_.duplicates;
      return std::nullopt;
    case Fit::conflict:
      give_up(partial);
      return std::nullopt;
    case Fit::taken:
      insert(partial, fragment);
      break;
  }
  if (!is_whole(partial)) return std::nullopt;
  const Bytes whole = assemble(partial);
  remove(at);
  ++stats_.reassembled;
  return whole;
}

IpReassembly::Fit IpReassembly::fit(const Partial& partial, const IpPacket& fragment) const {
  const std::size_t begin = fragment.fragment_offset;
  const std::size_t end = begin + fragment.payload.size();
  const bool full = partial.pieces.size() >= limits_.fragments_of_a_packet;
  for (const Piece& piece : partial.pieces) {
    if (piece.offset == begin && std::ranges::equal(piece.octets, fragment.payload)) return Fit::duplicate;
    if (piece.offset < end && begin < piece.end()) return Fit::conflict;
    // Nothing lies behind the last fragment.
    if (!fragment.more_fragments && piece.end() > end) return Fit::conflict;
  }
  if (partial.total && (end > *partial.total || !fragment.more_fragments)) return Fit::conflict;
  return full ? Fit::conflict : Fit::taken;
}

void IpReassembly::insert(Partial& partial, const IpPacket& fragment) {
  const std::size_t size = fragment.payload.size();
  if (!fragment.more_fragments) partial.total = fragment.fragment_offset + size;
  const auto after = std::ranges::lower_bound(partial.pieces, fragment.fragment_offset, {}, &Piece::offset);
  partial.pieces.insert(after, Piece{fragment.fragment_offset, {fragment.payload.begin(), fragment.payload.end()}});
  partial.octets += size + sizeof(Piece);
  octets_ += size + sizeof(Piece);
}

bool IpReassembly::is_whole(const Partial& partial) {
  if (!partial.total) return false;
  std::size_t reached = 0;
  for (const Piece& piece : partial.pieces) {
    if (piece.offset != reached) return false;
    reached = piece.end();
  }
  return reached == *partial.total;
}

Bytes IpReassembly::assemble(const Partial& partial) {
  whole_.clear();
  for (const Piece& piece : partial.pieces) whole_.insert(whole_.end(), piece.octets.begin(), piece.octets.end());
  return whole_;
}

void IpReassembly::give_up(Partial& partial) {
  ++stats_.overlapping;
  octets_ -= partial.octets;
  partial.octets = 0;
  partial.pieces.clear();
  partial.pieces.shrink_to_fit();
  partial.given_up = true;
}

void IpReassembly::make_room(UnixMillis now, std::size_t packets) {
  while (!oldest_first_.empty()) {
    const bool aged = now - partials_.at(oldest_first_.front()).since_ms > limits_.age_ms;
    if (!aged && octets_ <= limits_.octets && partials_.size() + packets <= limits_.packets) return;
    drop_oldest();
  }
}

void IpReassembly::drop_oldest() {
  const auto at = partials_.find(oldest_first_.front());
  if (!at->second.given_up) ++stats_.incomplete;
  remove(at);
}

void IpReassembly::remove(Partials::iterator at) {
  octets_ -= at->second.octets;
  oldest_first_.erase(at->second.place);
  partials_.erase(at);
}

void IpReassembly::finish() {
  while (!oldest_first_.empty()) drop_oldest();
}

}  // namespace weir::receive
