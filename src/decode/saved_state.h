// What survives a restart: Templates and announced facts, as a file of entries that each have a length and a checksum.
//
//   octets   "WDEC", then u16 version
//   entry    u8 kind, u32 length, `length` octets, u64 checksum of kind, length and octets (FNV-1a)
//   last     an entry of kind 255 that holds the number of entries before it as u32
//
// All numbers are in network order. A Template entry holds the domain, when it was refreshed and the record as the
// protocol writes it; a facts entry the domain, when it was last heard and up to kFactsInEntry facts.
#pragma once

#include <cstddef>
#include <vector>

#include "base/byte_reader.h"
#include "base/error.h"
#include "decode/set_decoder.h"
#include "flow/string_pool.h"

namespace weir::decode {

inline constexpr std::size_t kFactsInEntry = 1000;

[[nodiscard]] std::vector<std::byte> save_state(const DomainTable& domains, const flow::StringPool& strings);
/// Adds what `saved` holds to what is known; a Template that is already known stays. Stops at the first damaged entry.
Result<void> load_state(Bytes saved, const Workshop& workshop, flow::StringPool& strings);

}  // namespace weir::decode
