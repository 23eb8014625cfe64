// How values look to people and to other programs: the same in `weir decode`, the API, CSV and the command line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "flow/batch.h"
#include "flow/string_pool.h"

namespace weir::flow {

/// "aa:bb:cc:dd:ee:ff".
[[nodiscard]] std::string mac_text(std::uint64_t mac);
/// Escapes for the inside of a JSON string; bytes that are not UTF-8 become U+FFFD.
void append_json_escaped(std::string& out, std::string_view text);

/// Appends one row as a JSON object: every stored column the row has, by name; numbers as numbers, addresses, MACs and
/// strings as text, times as milliseconds. No newline.
void append_json(std::string& out, const FlowBatch& batch, std::size_t row, const StringPool& strings);

}  // namespace weir::flow
