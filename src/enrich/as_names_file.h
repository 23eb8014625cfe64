// Names of autonomous systems from a file, as their publishers write them.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "flow/as_names.h"

namespace weir::enrich {

/// What a file gave.
struct AsNamesText {
  std::vector<flow::AsName> names;
  std::size_t lines_skipped = 0;  ///< that are not of the file's form
};

/// Reads any of these forms, told apart by their content:
///
///     15169 GOOGLE, US                               RIPE's asn.txt
///     AS15169,Google LLC,Content,US                  bgp.tools' CSV: with or without head, class and country, also
///     quoted
///     {"15169": "GOOGLE - Google LLC, US", ...}      JSON, one object
///
/// A country of two letters behind the last comma becomes AsName::country. Lines that do not fit are skipped and
/// counted. malformed when nothing at all could be read, or when JSON ends early.
[[nodiscard]] Result<AsNamesText> parse_as_names(std::string_view text);

/// The same from a file, plain or compressed by gzip. The message names the file. no_space when it is larger than
/// `most_octets` unpacked.
[[nodiscard]] Result<AsNamesText> read_as_names(const std::filesystem::path& file,
                                                std::size_t most_octets = std::size_t{256} << 20U);

}  // namespace weir::enrich
