// Files of VRPs, as validators write them: JSON (rpki-client, routinator, stayrtr and gortr) and CSV.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "bgp/rpki/validator.h"

namespace weir::bgp {

/// Reads a whole file. JSON is an object with "roas": [{"prefix": "192.0.2.0/24", "maxLength": 24, "asn": "AS64496"}];
/// "asn" may be a number, "maxLength" may be absent, and all else is passed over. CSV has lines
/// "AS64496,192.0.2.0/24,24" with anything behind (trust anchor, expiry), also with a line of titles and with quotes;
/// the columns of RIPE's validator
/// ("URI,ASN,IP Prefix,Max Length,...") are found by their titles.
///
/// One thing wrong refuses all, so that a broken file never makes routes invalid: the error says the line, and what was
/// expected there. A file without any VRP is an error too.
[[nodiscard]] Result<std::vector<Vrp>> parse_vrps(std::string_view text);

// The parts of it.
[[nodiscard]] Result<std::vector<Vrp>> parse_vrp_json(std::string_view text);
[[nodiscard]] Result<std::vector<Vrp>> parse_vrp_csv(std::string_view text);
/// "AS64496", "as64496" or "64496".
[[nodiscard]] Result<std::uint32_t> parse_as(std::string_view text);
/// Puts together what one entry says; -1 for no most_length. Refuses a length that does not suit the prefix.
[[nodiscard]] Result<Vrp> make_vrp(std::string_view prefix, std::int64_t most_length, std::uint32_t as);

/// Unpacks what begins as a gzip file does (RFC 1952), also of several members; other octets are given back as they
/// are. no_space when it comes to more than `most`.
[[nodiscard]] Result<std::string> unpacked(std::string octets, std::size_t most);

}  // namespace weir::bgp
