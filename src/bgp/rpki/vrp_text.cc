#include "bgp/rpki/vrp_text.h"

#include <charconv>

namespace weir::bgp {

Result<std::uint32_t> parse_as(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with("AS") || digits.starts_with("as")) digits.remove_prefix(2);
  std::uint32_t as = 0;
  const auto end = digits.data() + digits.size();
  const auto [at, why] = std::from_chars(digits.data(), end, as);
  if (digits.empty() || why != std::errc{} || at != end) {
    return fail(ErrorCode::malformed, "'" + std::string(text.substr(0, 40)) + "' is no AS number");
  }
  return as;
}

Result<Vrp> make_vrp(std::string_view prefix, std::int64_t most_length, std::uint32_t as) {
  if (!prefix.contains('/')) {
    return fail(ErrorCode::malformed, "'" + std::string(prefix.substr(0, 60)) + "' is no prefix");
  }
  const auto parsed = parse_prefix(prefix);
  if (!parsed) return std::unexpected(parsed.error());
  const unsigned most = parsed->address.is_v4() ? 32 : 128;
  if (parsed->length > most) return fail(ErrorCode::malformed, "'" + std::string(prefix) + "' is no prefix");
  if (most_length == -1) most_length = parsed->length;
  if (most_length < parsed->length || most_length > most) {
    return fail(ErrorCode::malformed, "the maximum length " + std::to_string(most_length) + " does not suit " +
                                          std::string(prefix) + ": expected " + std::to_string(parsed->length) +
                                          " to " + std::to_string(most));
  }
  return Vrp{*parsed, static_cast<std::uint8_t>(most_length), as};
}

Result<std::vector<Vrp>> parse_vrps(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return fail(ErrorCode::malformed, "the file is empty");
  auto vrps = text[first] == '{' ? parse_vrp_json(text) : parse_vrp_csv(text);
  if (vrps && vrps->empty()) return fail(ErrorCode::malformed, "there is no VRP in it");
  return vrps;
}

}  // namespace weir::bgp
