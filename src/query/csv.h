// Fields of RFC 4180, for all who write CSV.
#pragma once

#include <string>
#include <string_view>

#include "query/query.h"

namespace weir::query {

inline constexpr std::string_view kCsvLineEnd = "\r\n";

/// In quotes where it must be.
void append_csv_field(std::string& out, std::string_view text);
/// The shortest text that is the same number again.
void append_csv_real(std::string& out, double real);
/// Unknown is empty.
void append_csv_cell(std::string& out, const Cell& cell);

}  // namespace weir::query
