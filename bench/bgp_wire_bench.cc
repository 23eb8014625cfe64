// UPDATEs of a full table to values and back: prefixes a second.
#include <benchmark/benchmark.h>

#include "bgp/wire/message.h"

namespace {

using namespace weir;
using namespace weir::bgp;

constexpr std::uint32_t kPrefixes = 1'000'000;
/// What full tables have: about four prefixes share their attributes, and a path of four ASes and a few communities.
constexpr std::uint32_t kTogether = 4;

std::vector<Update> full_table(Afi afi) {
  std::vector<Update> out;
  for (std::uint32_t i = 0; i < kPrefixes; i += kTogether) {
    Update update;
    update.attributes.origin = Origin::igp;
    update.attributes.as_path.segments = {
        {SegmentType::as_sequence, {64500, 3356, 4'200'000'000U + i % 70'000, i % 60'000 + 1}}};
    update.attributes.communities = {0x0da3'0190, 0xfbf4'0000 + i % 100, 0xfbf4'1000};
    Update::Reach reach{{afi, Safi::unicast}, {}, {}};
    reach.next_hop = afi == Afi::ipv4 ? IpAddress::v4(0xc000'0201) : IpAddress{0x2001'0db8'0000'0000, 1};
    for (std::uint32_t n = i; n < i + kTogether; ++n) {
      const std::uint64_t v6 = 0x2400'0000'0000'0000 + (std::uint64_t{n} << 24U);
      reach.nlri.push_back({afi == Afi::ipv4 ? Prefix::of(IpAddress::v4((16U << 24U) + (n << 8U)), 24)
                                             : Prefix::of(IpAddress{v6, 0}, 44),
                            {},
                            0,
                            0});
    }
    update.reach.push_back(std::move(reach));
    out.push_back(std::move(update));
  }
  return out;
}

std::vector<std::byte> encoded(const std::vector<Update>& table) {
  std::vector<std::byte> stream;
  for (const Update& update : table) {
    for (const auto& message : encode_update(update, {}, kMostOctets)) {
      stream.insert(stream.end(), message.begin(), message.end());
    }
  }
  return stream;
}

void decode_full_table(benchmark::State& state, Afi afi) {
  const std::vector<std::byte> table = encoded(full_table(afi));
  Update update;
  for (auto _ : state) {
    std::uint64_t prefixes = 0;
    for (Bytes stream = table; !stream.empty();) {
      const auto frame = next_frame(stream, kMostOctets);
      if (!frame || !*frame || !decode_update((*frame)->body, {}, update)) return state.SkipWithError("not decoded");
      for (const auto& reach : update.reach) prefixes += reach.nlri.size();
      stream = stream.subspan((*frame)->octets);
    }
    if (prefixes != kPrefixes) return state.SkipWithError("prefixes are missing");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kPrefixes);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(table.size()));
}
BENCHMARK_CAPTURE(decode_full_table, ipv4, Afi::ipv4)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decode_full_table, ipv6, Afi::ipv6)->Unit(benchmark::kMillisecond);

void encode_full_table(benchmark::State& state) {
  const std::vector<Update> table = full_table(Afi::ipv4);
  for (auto _ : state) benchmark::DoNotOptimize(encoded(table));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kPrefixes);
}
BENCHMARK(encode_full_table)->Unit(benchmark::kMillisecond);

}  // namespace
