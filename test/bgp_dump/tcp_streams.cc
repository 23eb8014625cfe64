#include "tcp_streams.h"

#include <algorithm>

namespace weir::test {
namespace {
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint32_t kHalf = 0x8000'0000;  // sequence numbers are compared modulo 2^32
bool before(std::uint32_t a, std::uint32_t b) {
  return a - b >= kHalf;
}
}  // namespace

void TcpStreams::add(IpAddress source, IpAddress destination, Bytes segment, UnixMillis time) {
  ByteReader reader(segment);
  StreamKey key{source, destination, 0, 0};
  key.source_port = reader.u16();
  key.destination_port = reader.u16();
  const std::uint32_t sequence = reader.u32();
  reader.skip(4);
  const std::size_t header = (reader.u8() >> 4U) * std::size_t{4};
  const bool syn = (reader.u8() & kSyn) != 0;
  if (reader.failed() || header < 20 || header > segment.size()) return;
  Stream& stream = streams_[key];
  stream.time = time;
  const Bytes data = segment.subspan(header);
  if (syn && stream.known && stream.next == sequence + 1 && data.empty()) return;  // sent again
  if (syn) {
    skip_gaps(key, stream);
    stream = {};
    stream.known = true;
    stream.next = sequence + 1;
    stream.time = time;
  }
  // Captures that a program wrote forget that a SYN with data takes a number of its own.
  if (!syn && stream.after_syn_data && !data.empty()) {
    if (sequence + 1 == stream.next) stream.next = sequence;
    stream.after_syn_data = false;
  }
  if (syn) stream.after_syn_data = !data.empty();
  if (!data.empty()) append(key, stream, sequence + (syn ? 1 : 0), data);
}

void TcpStreams::append(const StreamKey& key, Stream& stream, std::uint32_t sequence, Bytes data) {
  if (!stream.known) {
    stream.known = true;
    stream.next = sequence;
  }
  if (before(stream.next, sequence)) {
    auto& held = stream.ahead[sequence];
    if (held.size() < data.size()) held.assign(data.begin(), data.end());
    return;
  }
  const std::uint32_t old = stream.next - sequence;
  if (old >= data.size()) return;
  const Bytes news = data.subspan(old);
  stream.pending.insert(stream.pending.end(), news.begin(), news.end());
  stream.next += static_cast<std::uint32_t>(news.size());
  offer(key, stream);
  for (auto at = stream.ahead.begin(); at != stream.ahead.end(); ++at) {
    if (before(stream.next, at->first)) continue;
    const auto held = std::move(at->second);
    const std::uint32_t from = at->first;
    stream.ahead.erase(at);
    return append(key, stream, from, held);
  }
}

void TcpStreams::offer(const StreamKey& key, Stream& stream) {
  const std::size_t consumed = take_(key, stream.pending, stream.fresh, stream.time);
  stream.fresh = false;
  stream.pending.erase(stream.pending.begin(), stream.pending.begin() + static_cast<std::ptrdiff_t>(consumed));
}

void TcpStreams::skip_gaps(const StreamKey& key, Stream& stream) {
  while (!stream.ahead.empty()) {
    const auto nearest =
        std::ranges::min_element(stream.ahead, {}, [&stream](const auto& held) { return held.first - stream.next; });
    const auto data = std::move(nearest->second);
    const std::uint32_t from = nearest->first;
    stream.ahead.erase(nearest);
    stream.pending.clear();
    stream.fresh = true;
    stream.next = from;
    append(key, stream, from, data);
  }
}

void TcpStreams::finish() {
  for (auto& [key, stream] : streams_) skip_gaps(key, stream);
}

}  // namespace weir::test
